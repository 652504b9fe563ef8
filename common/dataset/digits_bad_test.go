package dataset

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// Every kind of bad file of OpenDigits, and the facts in its error.
func TestOpenDigitsBadInput(t *testing.T) {
	images, labels := idxBytes(make([]byte, 3*784), 3, 28, 28), idxBytes([]byte{1, 0, 9}, 3)
	packed := string(zipped(t, gzip.BestSpeed, images))
	const (
		trainImages, trainLabels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
		testImages, testLabels   = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
		folder, none             = "\x00", "\x01" // for a file's content
	)
	for _, c := range []struct {
		name    string
		file    string
		content string
		facts   []string
	}{
		// of each of the four files
		{"no training pictures", trainImages, none, []string{trainImages}},
		{"no training labels", trainLabels, none, []string{trainLabels}},
		{"no test pictures", testImages, none, []string{testImages}},
		{"no test labels", testLabels, none, []string{testLabels}},
		{"packed training pictures", trainImages + ".gz", packed, []string{trainImages + ".gz", "gunzip"}},
		{"packed test labels", testLabels + ".gz", packed, []string{testLabels + ".gz", "gunzip"}},

		// pictures
		{"packed, without the ending", trainImages, packed, []string{trainImages, "gunzip"}},
		{"a folder", trainImages, folder, []string{trainImages, "folder"}},
		{"empty", trainImages, "", []string{trainImages, "0 bytes of header", "16"}},
		{"half a header", trainImages, string(images[:10]), []string{trainImages, "10 bytes of header", "16"}},
		{"labels as pictures", trainImages, string(with(images, 3, 1)), []string{trainImages, "0x00000801", "0x00000803"}},
		{"floats", trainImages, string(with(images, 2, 13)), []string{trainImages, "0x00000d03", "0x00000803"}},
		{"low", testImages, string(with(images, 11, 27)), []string{testImages, "dimension 1 is 27", "28"}},
		{"wide", testImages, string(with(images, 12, 1)), []string{testImages, "dimension 2 is 16777244", "28"}},
		{"no digits", trainImages, string(with(images[:16], 7, 0)), []string{trainImages, "dimension 0 is 0", "1"}},
		{"no data", trainImages, string(images[:16]), []string{trainImages, "16 bytes", "2368", "3"}},
		{"truncated", trainImages, string(images[:2367]), []string{trainImages, "2367 bytes", "2368", "3"}},
		{"longer", trainImages, string(images) + "\x00", []string{trainImages, "2369 bytes", "2368", "3"}},
		{"fewer than it counts", trainImages, string(with(images, 5, 1)), []string{trainImages, "2368 bytes", "51382592", "65539"}},

		// labels
		{"labels are pictures", trainLabels, string(images), []string{trainLabels, "0x00000803", "0x00000801"}},
		{"half a header of labels", trainLabels, string(labels[:7]), []string{trainLabels, "7 bytes of header", "8"}},
		{"truncated labels", trainLabels, string(labels[:10]), []string{trainLabels, "10 bytes", "11", "3"}},
		{"fewer labels", trainLabels, string(with(labels[:10], 7, 2)), []string{trainLabels, "2 labels", "3"}},
		{"more labels", testLabels, string(with(labels, 7, 4)) + "\x00", []string{testLabels, "4 labels", "3"}},
		{"a label of 10", trainLabels, string(with(labels, 9, 10)), []string{trainLabels, "digit 1", "label 10", "0", "9"}},
	} {
		t.Run(c.name, func(t *testing.T) {
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
			train, test, err := OpenDigits(dir)
			_, _ = train.Close(), test.Close()
			wording.Check(t, err, append(c.facts, dir)...)
		})
	}
	missing := filepath.Join(t.TempDir(), "none")
	_, _, err := OpenDigits(missing)
	wording.Check(t, err, "MNIST folder", missing)
}
