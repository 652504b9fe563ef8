package dataset

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/file"
)

// Every kind of bad file, and all that is said of it. DIR stands for the folder of the files.
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
	const folder = "\x00" // in place of a file's content
	_, err := os.Stat(filepath.Join(t.TempDir(), "none"))
	none := file.Cause(err).Error() // in the system's own words
	header := "weight,age,bloodfat\n"
	for _, c := range []struct {
		name    string
		read    func(dir string) error
		file    string
		content string
		want    string
	}{
		// IDX as such, and compressed
		{"no IDX", idx, "other", "", "MNIST: neither few-images-idx3-ubyte.gz nor few-images-idx3-ubyte is in the folder DIR"},
		{"IDX is a folder", idx, f.name, folder, "MNIST file DIR/few-images-idx3-ubyte: a folder, expected a file"},
		{"IDX empty", idx, f.name, "", "MNIST file DIR/few-images-idx3-ubyte: truncated: 0 bytes of header, expected 16"},
		{"IDX half a header", idx, f.name, string(good[:10]), "MNIST file DIR/few-images-idx3-ubyte: truncated: 10 bytes of header, expected 16"},
		{"IDX labels", idx, f.name, string(with(good, 3, 1)), "MNIST file DIR/few-images-idx3-ubyte: the magic number is 0x00000801, expected 0x00000803"},
		{"IDX more images", idx, f.name, string(with(good, 7, 4)), "MNIST file DIR/few-images-idx3-ubyte: the header's dimension 0 is 4, expected 3"},
		{"IDX billions of images", idx, f.name, string(with(good, 4, 0xff)), "MNIST file DIR/few-images-idx3-ubyte: the header's dimension 0 is 4278190083, expected 3"},
		{"IDX wide", idx, f.name, string(with(good, 14, 1)), "MNIST file DIR/few-images-idx3-ubyte: the header's dimension 2 is 258, expected 2"},
		{"IDX no data", idx, f.name, string(good[:16]), "MNIST file DIR/few-images-idx3-ubyte: truncated: 0 bytes of data, expected 12"},
		{"IDX half the data", idx, f.name, string(good[:20]), "MNIST file DIR/few-images-idx3-ubyte: truncated: 4 bytes of data, expected 12"},
		{"IDX altered", idx, f.name, string(with(good, 20, 51)), "MNIST file DIR/few-images-idx3-ubyte: the SHA-256 digest of the uncompressed file is " +
			digest(with(good, 20, 51)) + ", expected " + f.digest},
		{"IDX longer", idx, f.name, string(good) + "\x00", "MNIST file DIR/few-images-idx3-ubyte: 29 bytes, expected at most 28"},
		{"gzip is none", idx, f.name + ".gz", string(good), "MNIST file DIR/few-images-idx3-ubyte.gz: not a gzip file: it begins otherwise"},
		{"gzip empty", idx, f.name + ".gz", "", "MNIST file DIR/few-images-idx3-ubyte.gz: not a gzip file: it ends within the header of one"},
		{"gzip cut in header", idx, f.name + ".gz", string(packed[:7]), "MNIST file DIR/few-images-idx3-ubyte.gz: not a gzip file: it ends within the header of one"},
		{"gzip cut in data", idx, f.name + ".gz", string(packed[:len(packed)/2]), "MNIST file DIR/few-images-idx3-ubyte.gz: truncated: 2 bytes of data, expected 12"},
		{"gzip cut in checksum", idx, f.name + ".gz", string(packed[:len(packed)-3]), "MNIST file DIR/few-images-idx3-ubyte.gz: behind the data: the gzip file is cut off"},
		{"gzip wrong checksum", idx, f.name + ".gz", string(with(packed, len(packed)-6, packed[len(packed)-6]^1)), "MNIST file DIR/few-images-idx3-ubyte.gz: behind the data: gzip: invalid checksum"},
		{"gzip garbage behind", idx, f.name + ".gz", string(packed) + "garbage behind it", "MNIST file DIR/few-images-idx3-ubyte.gz: behind the data: gzip: invalid header"},
		{"gzip twice, cut", idx, f.name + ".gz", string(packed) + string(packed[:5]), "MNIST file DIR/few-images-idx3-ubyte.gz: behind the data: the gzip file is cut off"},
		{"gzip longer", idx, f.name + ".gz", string(zipped(t, gzip.BestSpeed, append(bytes.Clone(good), 0))), "MNIST file DIR/few-images-idx3-ubyte.gz: longer than the expected 28 bytes (uncompressed)"},
		{"gzip large", idx, f.name + ".gz", strings.Repeat("x", 2000), "MNIST file DIR/few-images-idx3-ubyte.gz: 2000 bytes, expected at most 1052"},

		// the folder of -data
		{"no MNIST", mnist, "other", "", "MNIST: neither train-images-idx3-ubyte.gz nor train-images-idx3-ubyte is in the folder DIR"},
		{"no folder", func(dir string) error { return mnist(filepath.Join(dir, "none")) }, "other", "", "MNIST folder DIR/none: " + none},
		{"a file as folder", func(dir string) error { return mnist(filepath.Join(dir, "other")) }, "other", "", "MNIST folder DIR/other: a file, expected a folder"},

		// CSV, by the functions of linreg and iris
		{"no CSV", table, "other", "", "DIR/fat.csv: " + none},
		{"CSV is a folder", table, "fat.csv", folder, "DIR/fat.csv: a folder, expected a file"},
		{"CSV too long", table, "fat.csv", header + strings.Repeat("1,2,3\n", maxCSV/6), "DIR/fat.csv: 1048592 bytes, expected at most 1048576"},
		{"CSV empty", table, "fat.csv", "", "DIR/fat.csv: empty, expected the header weight,age,bloodfat"},
		{"CSV header alone", table, "fat.csv", header, "DIR/fat.csv: no rows after the header"},
		{"CSV no header", table, "fat.csv", "1,2,3\n", `DIR/fat.csv: the header is "1,2,3", expected weight,age,bloodfat`},
		{"CSV other header", table, "fat.csv", "age,weight,bloodfat\n1,2,3\n", `DIR/fat.csv: the header is "age,weight,bloodfat", expected weight,age,bloodfat`},
		{"CSV binary", table, "fat.csv", "\x89PNG\r\n\x1a\n\x00\n", `DIR/fat.csv: the header is "\x89PNG", expected weight,age,bloodfat`},
		{"CSV long header", table, "fat.csv", strings.Repeat("x", 1000), `DIR/fat.csv: the header is "` + strings.Repeat("x", 40) + `"..., expected weight,age,bloodfat`},
		{"CSV word", table, "fat.csv", header + "1,2,3\n4,old,6\n", `DIR/fat.csv: line 3, column 2 (age): "old" is not a finite decimal number`},
		{"CSV nothing", table, "fat.csv", header + "1,,3\n", `DIR/fat.csv: line 2, column 2 (age): "" is not a finite decimal number`},
		{"CSV space", table, "fat.csv", header + "1, 2,3\n", `DIR/fat.csv: line 2, column 2 (age): " 2" is not a finite decimal number`},
		{"CSV NaN", table, "fat.csv", header + "NaN,2,3\n", `DIR/fat.csv: line 2, column 1 (weight): "NaN" is not a finite decimal number`},
		{"CSV infinity", table, "fat.csv", header + "1,2,-Inf\n", `DIR/fat.csv: line 2, column 3 (bloodfat): "-Inf" is not a finite decimal number`},
		{"CSV too large", table, "fat.csv", header + "1,2,1e999\n", `DIR/fat.csv: line 2, column 3 (bloodfat): "1e999" is not a finite decimal number`},
		{"CSV hexadecimal", table, "fat.csv", header + "0x10,2,3\n", `DIR/fat.csv: line 2, column 1 (weight): "0x10" is not a finite decimal number`},
		{"CSV decimal comma", table, "fat.csv", header + "\"2,5\",2,3\n", `DIR/fat.csv: line 2, column 1 (weight): "2,5" is not a finite decimal number`},
		{"CSV two lines in one", table, "fat.csv", header + "\"1\n2\",2,3\n", `DIR/fat.csv: line 2, column 1 (weight): "1\n2" is not a finite decimal number`},
		{"CSV too few columns", table, "fat.csv", header + "1,2,3\n1,2\n", "DIR/fat.csv: line 3 has 2 columns, expected 3 (weight, age, bloodfat)"},
		{"CSV too many columns", table, "fat.csv", header + "1,2,3,4\n", "DIR/fat.csv: line 2 has 4 columns, expected 3 (weight, age, bloodfat)"},
		{"CSV open quote", table, "fat.csv", header + "1,\"2,3\n", `DIR/fat.csv: parse error on line 2, column 8: extraneous or missing " in quoted-field`},
		{"CSV stray quote", table, "fat.csv", header + "1,2\",3\n", `DIR/fat.csv: parse error on line 2, column 4: bare " in non-quoted-field`},
		{"iris class", iris, "iris.csv", "sepal_length,sepal_width,petal_length,petal_width,species\n1,2,3,4,7\n", "DIR/iris.csv: row 0 has the species 7, expected 0, 1 or 2"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, c.file)
		if c.content == folder {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, path, []byte(c.content))
		}
		want := strings.ReplaceAll(filepath.FromSlash(strings.ReplaceAll(c.want, "DIR", "\x00")), "\x00", dir)
		if err := c.read(dir); err == nil || err.Error() != want {
			t.Errorf("%s:\n%v, want\n%s", c.name, err, want)
		}
	}
}
