package dataset

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every way in which the files of OpenDigits can be wrong, and all that is said of it. DIR stands for
// their folder.
func TestOpenDigitsBadInput(t *testing.T) {
	images, labels := idxBytes(make([]byte, 3*784), 3, 28, 28), idxBytes([]byte{1, 0, 9}, 3)
	packed := string(zipped(t, gzip.BestSpeed, images))
	const (
		trainImages, trainLabels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
		testImages, testLabels   = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
		middle                   = ": compressed, and cannot be read from the middle: unpack it with gunzip"
		folder, none             = "\x00", "\x01" // in place of a file's content
	)
	for _, c := range []struct {
		name    string
		file    string
		content string
		want    string
	}{
		// of each of the four files
		{"no training pictures", trainImages, none, "MNIST: train-images-idx3-ubyte is not in the folder DIR"},
		{"no training labels", trainLabels, none, "MNIST: train-labels-idx1-ubyte is not in the folder DIR"},
		{"no test pictures", testImages, none, "MNIST: t10k-images-idx3-ubyte is not in the folder DIR"},
		{"no test labels", testLabels, none, "MNIST: t10k-labels-idx1-ubyte is not in the folder DIR"},
		{"packed training pictures", trainImages + ".gz", packed, "MNIST file DIR/train-images-idx3-ubyte.gz" + middle},
		{"packed test labels", testLabels + ".gz", packed, "MNIST file DIR/t10k-labels-idx1-ubyte.gz" + middle},

		// pictures
		{"packed, without the ending", trainImages, packed, "MNIST file DIR/train-images-idx3-ubyte" + middle},
		{"a folder", trainImages, folder, "MNIST file DIR/train-images-idx3-ubyte: a folder, expected a file"},
		{"empty", trainImages, "", "MNIST file DIR/train-images-idx3-ubyte: truncated: 0 bytes of header, expected 16"},
		{"half a header", trainImages, string(images[:10]), "MNIST file DIR/train-images-idx3-ubyte: truncated: 10 bytes of header, expected 16"},
		{"labels as pictures", trainImages, string(with(images, 3, 1)), "MNIST file DIR/train-images-idx3-ubyte: the magic number is 0x00000801, expected 0x00000803"},
		{"floats", trainImages, string(with(images, 2, 13)), "MNIST file DIR/train-images-idx3-ubyte: the magic number is 0x00000d03, expected 0x00000803"},
		{"low", testImages, string(with(images, 11, 27)), "MNIST file DIR/t10k-images-idx3-ubyte: the header's dimension 1 is 27, expected 28"},
		{"wide", testImages, string(with(images, 12, 1)), "MNIST file DIR/t10k-images-idx3-ubyte: the header's dimension 2 is 16777244, expected 28"},
		{"no digits", trainImages, string(with(images[:16], 7, 0)), "MNIST file DIR/train-images-idx3-ubyte: the header's dimension 0 is 0, expected at least 1"},
		{"no data", trainImages, string(images[:16]), "MNIST file DIR/train-images-idx3-ubyte: 16 bytes, expected 2368 for the 3 rows of its header"},
		{"truncated", trainImages, string(images[:2367]), "MNIST file DIR/train-images-idx3-ubyte: 2367 bytes, expected 2368 for the 3 rows of its header"},
		{"longer", trainImages, string(images) + "\x00", "MNIST file DIR/train-images-idx3-ubyte: 2369 bytes, expected 2368 for the 3 rows of its header"},
		{"fewer than it counts", trainImages, string(with(images, 5, 1)), "MNIST file DIR/train-images-idx3-ubyte: 2368 bytes, expected 51382592 for the 65539 rows of its header"},

		// labels
		{"labels are pictures", trainLabels, string(images), "MNIST file DIR/train-labels-idx1-ubyte: the magic number is 0x00000803, expected 0x00000801"},
		{"half a header of labels", trainLabels, string(labels[:7]), "MNIST file DIR/train-labels-idx1-ubyte: truncated: 7 bytes of header, expected 8"},
		{"truncated labels", trainLabels, string(labels[:10]), "MNIST file DIR/train-labels-idx1-ubyte: 10 bytes, expected 11 for the 3 rows of its header"},
		{"fewer labels", trainLabels, string(with(labels[:10], 7, 2)), "MNIST file DIR/train-labels-idx1-ubyte: 2 labels, expected 3 as there are pictures"},
		{"more labels", testLabels, string(with(labels, 7, 4)) + "\x00", "MNIST file DIR/t10k-labels-idx1-ubyte: 4 labels, expected 3 as there are pictures"},
		{"a label of 10", trainLabels, string(with(labels, 9, 10)), "MNIST file DIR/train-labels-idx1-ubyte: digit 1 has the label 10, expected 0 to 9"},
	} {
		dir := t.TempDir()
		for _, name := range []string{trainImages, testImages} {
			write(t, filepath.Join(dir, name), images)
		}
		for _, name := range []string{trainLabels, testLabels} {
			write(t, filepath.Join(dir, name), labels)
		}
		path := filepath.Join(dir, c.file)
		if err := os.RemoveAll(strings.TrimSuffix(path, ".gz")); err != nil {
			t.Fatal(err)
		}
		switch c.content {
		case none:
		case folder:
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		default:
			write(t, path, []byte(c.content))
		}
		want := strings.ReplaceAll(filepath.FromSlash(strings.ReplaceAll(c.want, "DIR", "\x00")), "\x00", dir)
		if train, test, err := OpenDigits(dir); err == nil || err.Error() != want {
			t.Errorf("%s:\n%v, want\n%s", c.name, err, want)
			_, _ = train.Close(), test.Close()
		}
	}
	missing := filepath.Join(t.TempDir(), "none")
	_, _, err := OpenDigits(missing)
	mentions(t, err, "MNIST folder "+missing+": ")
	write(t, missing, nil)
	_, _, err = OpenDigits(missing)
	mentions(t, err, "MNIST folder "+missing+": a file, expected a folder")
}
