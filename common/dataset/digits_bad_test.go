package dataset

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
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

		// pictures
		{"packed, without the ending", trainImages, packed, []string{trainImages, "gunzip"}},
		{"a folder", trainImages, folder, []string{trainImages, "folder"}},
		{"rows of labels", trainLabels, string(idxBytes([]byte{1, 0, 9}, 3, 1)), []string{trainLabels, "0x00000802", "0x00000801"}},
		{"words as pictures", trainImages, string(idxWordsOf(nil, 3, 28, 28)), []string{trainImages, "0x00000c03", "0x00000803"}},
		{"three labels in a million columns", trainLabels, string(idxWordsOf(nil, 3, 1000000)), []string{trainLabels, "dimension 1 is 1000000", "64"}},
		{"empty", trainImages, "", []string{trainImages, "0 bytes of header", "8"}},
		{"half a header", trainImages, string(images[:10]), []string{trainImages, "10 bytes of header", "16"}},
		{"labels as pictures", trainImages, string(with(images, 3, 1)), []string{trainImages, "0x00000801", "0x00000803"}},
		{"floats", trainImages, string(with(images, 2, 13)), []string{trainImages, "0x00000d03", "0x00000803"}},
		{"low", testImages, string(with(images, 11, 27)), []string{testImages, "dimension 1 is 27", "28"}},
		{"wide", testImages, string(with(images, 12, 1)), []string{testImages, "dimension 2 is 16777244", "28"}},
		{"no digits", trainImages, string(with(images[:16], 7, 0)), []string{trainImages, "dimension 0 is 0", "1 to"}},
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
		{"a label of 63", trainLabels, string(with(labels, 9, 63)), []string{trainLabels, "digit 1", "label 63", "0 to 62"}},
		{"a label below 0", trainLabels, string(idxWordsOf([]uint32{1, 1<<32 - 1, 2}, 3)), []string{trainLabels, "digit 1", "label -1", "0 to 62"}},
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
	wording.Check(t, err, missing)
}

// What is wrong with a folder, a compressed file, a CSV file or names, and the facts in its error.
func TestReadDigitsBadInput(t *testing.T) {
	images, labels := idxBytes(make([]byte, 3*784), 3, 28, 28), idxBytes([]byte{1, 0, 2}, 3)
	packed := zipped(t, gzip.BestCompression, images)
	const trainImages, trainLabels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
	line := func(label string, pixels int) string { return label + strings.Repeat(",0", pixels) + "\n" }
	three := line("0", 784) + line("1", 784) + line("2", 784)
	for _, c := range []struct {
		name  string
		files map[string]string // besides good ones, unless alone
		alone bool
		path  string // in the folder
		names []string
		facts []string
	}{
		{"no folder", nil, true, "none/more", nil, []string{"more"}},
		{"nothing", nil, true, "", nil, []string{trainImages, trainImages + ".gz", "CSV"}},
		{"no set of that name", nil, false, "emnist-letters", nil, []string{"emnist-letters"}},
		{"several sets", map[string]string{"emnist-digits-train-images-idx3-ubyte": "", "emnist-letters-train-labels-idx1-ubyte.gz": ""},
			true, "", nil, []string{"2 sets", "emnist-digits, emnist-letters"}},
		{"no labels of a set", map[string]string{"emnist-digits-train-images-idx3-ubyte": ""}, true, "", nil,
			[]string{"emnist-digits-train-labels-idx1-ubyte"}},
		{"no labels of the test", map[string]string{"t10k-images-idx3-ubyte": string(images)}, false, "", nil,
			[]string{"t10k-labels-idx1-ubyte"}},
		{"two tables", map[string]string{"a.csv": three, "b.csv": three}, true, "", nil, []string{"2 CSV files", "train"}},
		{"one of four files", nil, false, trainImages, nil, []string{trainImages, "folder"}},

		{"gzip is none", map[string]string{trainImages: "\x1f\x8bhello"}, false, "", nil, []string{trainImages, "gzip header"}},
		{"a page", map[string]string{trainImages: "<!DOCTYPE html>"}, false, "", nil, []string{trainImages, "page of the web"}},
		{"a pointer", map[string]string{trainLabels: "version https://git-lfs.github.com/spec/v1\n"}, false, "", nil,
			[]string{trainLabels, "git lfs pull"}},
		{"gzip cut in header", map[string]string{trainImages: string(packed[:7])}, false, "", nil, []string{trainImages, "gzip header"}},
		{"gzip cut in data", map[string]string{trainImages: string(packed[:len(packed)/2])}, false, "", nil, []string{trainImages, "2352"}},
		{"gzip cut in checksum", map[string]string{trainImages: string(packed[:len(packed)-3])}, false, "", nil, []string{trainImages, "truncated"}},
		{"gzip wrong checksum", map[string]string{trainImages: string(with(packed, len(packed)-6, packed[len(packed)-6]^1))}, false, "", nil,
			[]string{trainImages, "checksum"}},
		{"gzip garbage after", map[string]string{trainImages: string(packed) + "garbage after it"}, false, "", nil,
			[]string{trainImages, "after the data"}},
		{"gzip longer", map[string]string{trainImages: string(zipped(t, gzip.BestSpeed, append(slices.Clone(images), 0)))}, false, "", nil,
			[]string{trainImages, "longer than 2368 bytes"}},

		{"one class", map[string]string{trainLabels: string(idxBytes([]byte{0, 0, 0}, 3))}, false, "", nil, []string{"labels from 0 to 0", "2 to 62 classes"}},
		{"too few names", nil, false, "", []string{"a", "b"}, []string{"2 names", "3", "0 to 2"}},
		{"too many names", nil, false, "", make([]string, 63), []string{"63 names", "62"}},
		{"63 classes", map[string]string{trainLabels: string(idxBytes([]byte{0, 62, 1}, 3))}, false, "", nil, []string{"0 to 62", "2 to 62 classes"}},
		{"no test and one picture", map[string]string{trainImages: string(idxBytes(make([]byte, 784), 1, 28, 28)),
			trainLabels: string(idxBytes([]byte{1}, 1))}, false, "", []string{"no", "yes"}, []string{"no test set", "1 of 1 rows"}},
		{"EMNIST's names", map[string]string{"emnist-a-train-images-idx3-ubyte": string(images), "emnist-a-train-labels-idx1-ubyte": string(labels),
			"emnist-a-mapping.txt": "0 48\n2 49\n"}, true, "", nil, []string{"emnist-a-mapping.txt", "line 2", "class 1"}},

		{"CSV on disk", map[string]string{"train.csv": three}, true, "train.csv", nil, []string{"train.csv"}},
		{"CSV empty", map[string]string{"train.csv": "\n\n"}, true, "train.csv", nil, []string{"train.csv", "no rows"}},
		{"CSV of names alone", map[string]string{"train.csv": "label" + strings.Repeat(",x", 784)}, true, "", nil, []string{"train.csv", "no rows"}},
		{"CSV without labels", map[string]string{"test.csv": three[2:1570]}, true, "test.csv", nil, []string{"test.csv", "784 columns", "no labels"}},
		{"CSV of fewer columns", map[string]string{"train.csv": line("0", 783) + line("1", 700)}, true, "train.csv", nil, []string{"train.csv", "784"}},
		{"CSV of more columns", map[string]string{"train.csv": three + line("0", 785)}, true, "train.csv", nil, []string{"line 4", "786 columns", "784 pixels"}},
		{"CSV of one column", map[string]string{"train.csv": "1\n1\n"}, true, "train.csv", nil, []string{"line 1", "1 column,", "784 pixels"}},
		{"CSV dark pixel", map[string]string{"train.csv": three + line("0", 783)[:1567] + ",256\n"}, true, "train.csv", nil,
			[]string{"line 4, column 785 (pixel)", `"256"`, "0 to 255"}},
		{"CSV half a pixel", map[string]string{"train.csv": line("0,0.5", 783)}, true, "train.csv", nil, []string{"line 1, column 2 (pixel)", `"0.5"`}},
		{"CSV word", map[string]string{"train.csv": three + line("two", 784)}, true, "train.csv", nil, []string{"line 4, column 1 (label)", `"two"`, "0 to 62"}},
		{"CSV label", map[string]string{"train.csv": three + line("63", 784)}, true, "train.csv", nil, []string{"line 4, column 1 (label)", `"63"`, "0 to 62"}},
		{"CSV is a zip archive", map[string]string{"train.csv": "PK\x03\x04"}, true, "train.csv", nil, []string{"zip archive", "unpack"}},
		{"CSV test of fewer columns", map[string]string{"train.csv": three, "test.csv": "1,2\n"}, true, "train.csv", nil, []string{"test.csv", "line 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if !c.alone {
				write(t, filepath.Join(dir, trainImages), images)
				write(t, filepath.Join(dir, trainLabels), labels)
			}
			for name, content := range c.files {
				write(t, filepath.Join(dir, name), []byte(content))
			}
			read := ReadDigits
			if strings.HasSuffix(c.name, "on disk") {
				read = OpenDigits
			}
			train, test, err := read(filepath.Join(dir, c.path), c.names...)
			_, _ = train.Close(), test.Close()
			wording.Check(t, err, append(c.facts, dir)...)
		})
	}
}
