package dataset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenTables(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if s, err := OpenBloodFat(""); err != nil || s.Len() != 25 {
		t.Errorf("the embedded table: %d rows, %v", s.Len(), err)
	}
	if s, err := OpenIris(""); err != nil || s.Len() != 150 {
		t.Errorf("the embedded table: %d rows, %v", s.Len(), err)
	}
	s, err := OpenBloodFat(write("good.csv", "weight,age,bloodfat\n60,40,300\n70,20,200\n"))
	if err != nil || s.Len() != 2 || s.Target(1)[0] != 200 {
		t.Errorf("%d rows, %v", s.Len(), err)
	}
	for _, test := range []struct{ path, want string }{
		{write("word.csv", "weight,age,bloodfat\n60,forty,300\n"), `word.csv: line 2, column 2 (age): "forty" is not a finite decimal number`},
		{write("empty.csv", ""), "empty.csv: empty, expected the header"},
		{write("large.csv", strings.Repeat("1", maxCSV+1)), "large.csv: 1048577 bytes, expected at most 1048576"},
		{dir, "a folder, expected a file"},
		{filepath.Join(dir, "missing.csv"), "missing.csv: "},
	} {
		if _, err := OpenBloodFat(test.path); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %s", err, test.want)
		}
	}
	if _, err := OpenIris(write("iris.csv", "sepal_length,sepal_width,petal_length,petal_width,species\n1,2,3,4,5\n")); err == nil || !strings.Contains(err.Error(), "row 0 has the species 5") {
		t.Errorf("error %v", err)
	}
}
