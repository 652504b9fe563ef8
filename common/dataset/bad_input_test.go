package dataset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// Every kind of bad table, and the facts in its error.
func TestBadInput(t *testing.T) {
	iris := func(dir string) error {
		_, err := OpenIris(filepath.Join(dir, "iris.csv"))
		return err
	}
	table := func(dir string) error {
		_, err := OpenBloodFat(filepath.Join(dir, "fat.csv"))
		return err
	}
	const (
		folder = "\x00" // for a file's content
		header = "weight,age,bloodfat\n"
		iris4  = "sepal_length,sepal_width,petal_length,petal_width,species\n1,2,3,4,"
	)
	for _, c := range []struct {
		name    string
		read    func(dir string) error
		file    string
		content string
		facts   []string
	}{
		{"no CSV", table, "other", "", []string{"fat.csv"}},
		{"CSV is a folder", table, "fat.csv", folder, []string{"fat.csv", "folder"}},
		{"CSV too long", table, "fat.csv", header + strings.Repeat("1,2,3\n", maxTable/6), []string{"fat.csv", "8388608"}},
		{"CSV empty", table, "fat.csv", "", []string{"fat.csv", "empty", "weight, age, bloodfat"}},
		{"CSV blank", table, "fat.csv", "\n ,\n\r\n", []string{"fat.csv", "empty", "weight, age, bloodfat"}},
		{"CSV header alone", table, "fat.csv", header, []string{"fat.csv", "no rows"}},
		{"CSV other header", table, "fat.csv", "kilos,years,fat\n1,2,3\n", []string{"fat.csv", "line 1", "weight, age", `"kilos", "years", "fat"`}},
		{"CSV unknown header", table, "fat.csv", "x,y,z\n1,2,3\n", []string{"fat.csv", "line 1", "weight, age, bloodfat", `"x", "y", "z"`}},
		{"CSV half a header", table, "fat.csv", "\n\nage,weight,salary\n1,2,3\n", []string{"fat.csv", "line 3", "named bloodfat", `"age", "weight", "salary"`}},
		{"CSV header twice the same", table, "fat.csv", "age,weight,Age,fat\n1,2,3,4\n", []string{"fat.csv", "line 1", "columns 1 and 3", "age"}},
		{"CSV no header and a word", table, "fat.csv", "60,40,much\n", []string{"fat.csv", "line 1, column 3 (bloodfat)", `"much"`}},
		{"CSV no header and more columns", table, "fat.csv", "1,60,40,300\n", []string{"fat.csv", "line 1", `"1", "60", "40", "300"`, "without names"}},
		{"CSV of many columns", table, "fat.csv", strings.Repeat("1,", 99) + "1\n", []string{"fat.csv", "line 1", `"1", 92 more`}},
		{"CSV binary", table, "fat.csv", "\x89PNG\r\n\x1a\n\x00\n", []string{"fat.csv", `"\x89PNG"`}},
		{"CSV is a spreadsheet", table, "fat.csv", "PK\x03\x04\x14\x00", []string{"fat.csv", "spreadsheet", "CSV"}},
		{"CSV is compressed", table, "fat.csv", "\x1f\x8b\x08\x00", []string{"fat.csv", "compressed", "unpack"}},
		{"CSV in UTF-16", table, "fat.csv", "\xff\xfew\x00e\x00", []string{"fat.csv", "UTF-16", "UTF-8"}},
		{"CSV is a pointer", table, "fat.csv", "version https://git-lfs.github.com/spec/v1\n", []string{"fat.csv", "git lfs pull"}},
		{"CSV is a page", table, "fat.csv", "\n<!DOCTYPE html>\n", []string{"fat.csv", "page of the web", "itself"}},
		{"CSV long header", table, "fat.csv", strings.Repeat("x", 1000), []string{"fat.csv", `x"`}},
		{"CSV long line", table, "fat.csv", header + strings.Repeat("x", 1<<16), []string{"fat.csv", "line 2", "65535 bytes"}},
		{"CSV word", table, "fat.csv", header + "1,2,3\n4,old,6\n", []string{"fat.csv", "line 3, column 2 (age)", `"old"`, "finite decimal number"}},
		{"CSV word in another order", table, "fat.csv", "id,bloodfat,age,weight\n1,2,old,3\n", []string{"fat.csv", "line 2, column 3 (age)", `"old"`}},
		{"CSV word after blank lines", table, "fat.csv", header + "\n\n1,old,3\n", []string{"fat.csv", "line 4, column 2 (age)", `"old"`}},
		{"CSV nothing", table, "fat.csv", header + "1,,3\n", []string{"fat.csv", "line 2, column 2 (age)", `""`}},
		{"CSV NaN", table, "fat.csv", header + "NaN,2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `"NaN"`}},
		{"CSV infinity", table, "fat.csv", header + "1,2,-Inf\n", []string{"fat.csv", "line 2, column 3 (bloodfat)", `"-Inf"`}},
		{"CSV too large", table, "fat.csv", header + "1,2,1e999\n", []string{"fat.csv", "line 2, column 3 (bloodfat)", `"1e999"`}},
		{"CSV hexadecimal", table, "fat.csv", header + "0x10,2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `"0x10"`}},
		{"CSV decimal commas that separate", table, "fat.csv", header + "2,5,2,3\n", []string{"fat.csv", "line 2", "4 columns", "3", "decimal commas", "semicolons"}},
		{"CSV decimal comma among points", table, "fat.csv", header + "2.5,2,3\n\"2,5\",2,3\n", []string{"fat.csv", "line 3, column 1 (weight)", `"2,5"`, "point"}},
		{"CSV decimal point among commas", table, "fat.csv", "weight;age;fat\n2,5;2;3.5\n", []string{"fat.csv", "line 2, column 3 (bloodfat)", `"3.5"`, "point"}},
		{"CSV point and comma", table, "fat.csv", "weight;age;fat\n1.234,5;2;3\n", []string{"fat.csv", "line 2, column 1 (weight)", `"1.234,5"`}},
		{"CSV thousands", table, "fat.csv", "weight;age;fat\n60;40;1,234\n61;41;2,000\n", []string{"fat.csv", "line 2, column 3 (bloodfat)", `"1,234"`, "thousands"}},
		{"CSV two lines in one", table, "fat.csv", header + "\"1\n2\",2,3\n", []string{"fat.csv", "line 2, column 1", "quote"}},
		{"CSV long text", table, "fat.csv", header + strings.Repeat("x", 1000) + ",2,3\n", []string{"fat.csv", "line 2, column 1 (weight)", `x"...`}},
		{"CSV too few columns", table, "fat.csv", header + "1,2,3\n1,2\n", []string{"fat.csv", "line 3", "2", "3", "weight, age, bloodfat"}},
		{"CSV too many columns", table, "fat.csv", header + "1,2,3,4\n", []string{"fat.csv", "line 2", "4", "3", "weight, age, bloodfat"}},
		{"CSV open quote", table, "fat.csv", header + "1,\"2,3\n", []string{"fat.csv", "line 2", "quote"}},
		{"CSV text after a quote", table, "fat.csv", header + "1,\"2\"5,3\n", []string{"fat.csv", "line 2, column 2", "quote"}},
		{"CSV stray quote", table, "fat.csv", header + "1,2\",3\n", []string{"fat.csv", "line 2, column 2 (age)", `"2\""`}},
		{"iris species", iris, "iris.csv", iris4 + "7\n", []string{"iris.csv", "line 2, column 5 (species)", `"7"`, "0, 1, 2 or a name: setosa, versicolor, virginica"}},
		{"iris negative species", iris, "iris.csv", iris4 + "2\n1,2,3,4,-1\n", []string{"iris.csv", "line 3, column 5 (species)", `"-1"`, "0, 1, 2"}},
		{"iris half a species", iris, "iris.csv", iris4 + "0.5\n", []string{"iris.csv", "line 2, column 5 (species)", `"0.5"`, "0, 1, 2"}},
		{"iris other species", iris, "iris.csv", iris4 + "Iris germanica\n", []string{"iris.csv", "line 2, column 5 (species)", `"Iris germanica"`, "setosa"}},
		{"iris no species", iris, "iris.csv", iris4 + "\n", []string{"iris.csv", "line 2, column 5 (species)", `""`, "setosa"}},
		{"iris length by name", iris, "iris.csv", strings.Replace(iris4, "1,", "setosa,", 1) + "0\n", []string{"iris.csv", "line 2, column 1 (sepal_length)", `"setosa"`}},
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
