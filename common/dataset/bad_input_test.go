package dataset

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// Every kind of bad file, and the facts in its error.
func TestBadInput(t *testing.T) {
	f, good := fewDigits()
	packed := zipped(t, gzip.BestCompression, good)
	idx := func(dir string) error {
		_, err := f.load(dir)
		return err
	}
	mnist := func(dir string) error {
		_, _, err := MNIST(dir)
		return err
	}
	iris := func(dir string) error {
		_, err := OpenIris(filepath.Join(dir, "iris.csv"))
		return err
	}
	table := func(dir string) error {
		_, err := OpenBloodFat(filepath.Join(dir, "fat.csv"))
		return err
	}
	const (
		folder     = "\x00" // for a file's content
		header     = "weight,age,bloodfat\n"
		iris4      = "sepal_length,sepal_width,petal_length,petal_width,species\n1,2,3,4,"
		packedName = "few-images-idx3-ubyte.gz"
	)
	for _, c := range []struct {
		name    string
		read    func(dir string) error
		file    string
		content string
		facts   []string
	}{
		// IDX files, uncompressed and compressed
		{"no IDX", idx, "other", "", []string{"few-images-idx3-ubyte.gz", "few-images-idx3-ubyte "}},
		{"IDX is a folder", idx, f.name, folder, []string{f.name, "folder"}},
		{"IDX empty", idx, f.name, "", []string{f.name, "0 bytes of header", "16"}},
		{"IDX half a header", idx, f.name, string(good[:10]), []string{f.name, "10 bytes of header", "16"}},
		{"IDX labels", idx, f.name, string(with(good, 3, 1)), []string{f.name, "0x00000801", "0x00000803"}},
		{"IDX floats", idx, f.name, string(with(good, 2, 0x0d)), []string{f.name, "0x00000d03", "0x00000803"}},
		{"IDX more images", idx, f.name, string(with(good, 7, 4)), []string{f.name, "dimension 0 is 4", "3"}},
		{"IDX billions of images", idx, f.name, string(with(good, 4, 0xff)), []string{f.name, "dimension 0 is 4278190083", "3"}},
		{"IDX wide", idx, f.name, string(with(good, 14, 1)), []string{f.name, "dimension 2 is 258", "2"}},
		{"IDX no data", idx, f.name, string(good[:16]), []string{f.name, "0 bytes of data", "12"}},
		{"IDX half the data", idx, f.name, string(good[:20]), []string{f.name, "4 bytes of data", "12"}},
		{"IDX altered", idx, f.name, string(with(good, 20, 51)), []string{f.name, "SHA-256", digest(with(good, 20, 51)), f.digest}},
		{"IDX longer", idx, f.name, string(good) + "\x00", []string{f.name, "29 bytes", "28"}},
		{"gzip is none", idx, packedName, string(good), []string{packedName, "not a gzip file"}},
		{"gzip empty", idx, packedName, "", []string{packedName, "not a gzip file"}},
		{"gzip cut in header", idx, packedName, string(packed[:7]), []string{packedName, "not a gzip file"}},
		{"gzip cut in data", idx, packedName, string(packed[:len(packed)/2]), []string{packedName, "2 bytes of data", "12"}},
		{"gzip cut in checksum", idx, packedName, string(packed[:len(packed)-3]), []string{packedName, "cut off"}},
		{"gzip wrong checksum", idx, packedName, string(with(packed, len(packed)-6, packed[len(packed)-6]^1)), []string{packedName, "checksum"}},
		{"gzip garbage after", idx, packedName, string(packed) + "garbage after it", []string{packedName, "after the data"}},
		{"gzip twice, cut", idx, packedName, string(packed) + string(packed[:5]), []string{packedName, "after the data", "cut off"}},
		{"gzip longer", idx, packedName, string(zipped(t, gzip.BestSpeed, append(bytes.Clone(good), 0))), []string{packedName, "longer", "28 bytes"}},
		{"gzip of many zeros", idx, packedName, string(zipped(t, gzip.BestCompression, append(bytes.Clone(good), make([]byte, 1<<18)...))), []string{packedName, "longer", "28 bytes"}},
		{"gzip altered", idx, packedName, string(zipped(t, gzip.BestSpeed, with(good, 20, 51))), []string{packedName, "SHA-256", f.digest}},
		{"gzip large", idx, packedName, strings.Repeat("x", 2000), []string{packedName, "2000 bytes", "1052"}},

		// the folder of -data
		{"no MNIST", mnist, "other", "", []string{"train-images-idx3-ubyte.gz", "train-images-idx3-ubyte "}},
		{"no folder", func(dir string) error { return mnist(filepath.Join(dir, "none")) }, "other", "", []string{"MNIST folder", "none"}},
		{"a file as folder", func(dir string) error { return mnist(filepath.Join(dir, "other")) }, "other", "", []string{"MNIST folder", "other", "a file"}},

		// CSV, by the functions of linreg and iris
		{"no CSV", table, "other", "", []string{"fat.csv"}},
		{"CSV is a folder", table, "fat.csv", folder, []string{"fat.csv", "folder"}},
		{"CSV too long", table, "fat.csv", header + strings.Repeat("1,2,3\n", maxCSV/6), []string{"fat.csv", "1048576"}},
		{"CSV empty", table, "fat.csv", "", []string{"fat.csv", "empty", "weight,age,bloodfat"}},
		{"CSV header alone", table, "fat.csv", header, []string{"fat.csv", "no rows"}},
		{"CSV no header", table, "fat.csv", "1,2,3\n", []string{"fat.csv", `"1,2,3"`, "weight,age,bloodfat"}},
		{"CSV other header", table, "fat.csv", "age,weight,bloodfat\n1,2,3\n", []string{"fat.csv", `"age,weight,bloodfat"`, "weight,age,bloodfat"}},
		{"CSV binary", table, "fat.csv", "\x89PNG\r\n\x1a\n\x00\n", []string{"fat.csv", `"\x89PNG"`}},
		{"CSV long header", table, "fat.csv", strings.Repeat("x", 1000), []string{"fat.csv", `x"...`}},
		{"CSV word", table, "fat.csv", header + "1,2,3\n4,old,6\n", []string{"fat.csv", "line 3, column 2 (age)", `"old"`}},
		{"CSV word after blank lines", table, "fat.csv", header + "\n\n1,old,3\n", []string{"fat.csv", "line 4, column 2 (age)", `"old"`}},
		{"CSV nothing", table, "fat.csv", header + "1,,3\n", []string{"fat.csv", "line 2, column 2 (age)", `""`}},
		{"CSV space", table, "fat.csv", header + "1, 2,3\n", []string{"fat.csv", "line 2, column 2 (age)", `" 2"`}},
		{"CSV NaN", table, "fat.csv", header + "NaN,2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `"NaN"`}},
		{"CSV infinity", table, "fat.csv", header + "1,2,-Inf\n", []string{"fat.csv", "line 2, column 3 (bloodfat)", `"-Inf"`}},
		{"CSV too large", table, "fat.csv", header + "1,2,1e999\n", []string{"fat.csv", "line 2, column 3 (bloodfat)", `"1e999"`}},
		{"CSV hexadecimal", table, "fat.csv", header + "0x10,2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `"0x10"`}},
		{"CSV decimal comma", table, "fat.csv", header + "\"2,5\",2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `"2,5"`}},
		{"CSV two lines in one", table, "fat.csv", header + "\"1\n2\",2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `"1\n2"`}},
		{"CSV long text", table, "fat.csv", header + strings.Repeat("x", 1000) + ",2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `x"...`}},
		{"CSV too few columns", table, "fat.csv", header + "1,2,3\n1,2\n", []string{"fat.csv", "line 3", "2", "3", "weight, age, bloodfat"}},
		{"CSV too many columns", table, "fat.csv", header + "1,2,3,4\n", []string{"fat.csv", "line 2", "4", "3", "weight, age, bloodfat"}},
		{"CSV open quote", table, "fat.csv", header + "1,\"2,3\n", []string{"fat.csv", "line 2", "quote"}},
		{"CSV stray quote", table, "fat.csv", header + "1,2\",3\n", []string{"fat.csv", "line 2", "quote"}},
		{"iris species", iris, "iris.csv", iris4 + "7\n", []string{"iris.csv", "row 0", "species 7"}},
		{"iris negative species", iris, "iris.csv", iris4 + "2\n1,2,3,4,-1\n", []string{"iris.csv", "row 1", "species -1"}},
		{"iris half a species", iris, "iris.csv", iris4 + "0.5\n", []string{"iris.csv", "row 0", "species 0.5"}},
		{"iris species by name", iris, "iris.csv", iris4 + "setosa\n", []string{"iris.csv", "line 2, column 5 (species)", `"setosa"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, c.file)
			if c.content == folder {
				if err := os.Mkdir(path, 0o700); err != nil {
					t.Fatal(err)
				}
			} else {
				write(t, path, []byte(c.content))
			}
			wording.Check(t, c.read(dir), append(c.facts, dir)...)
		})
	}
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }
