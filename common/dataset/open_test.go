package dataset

import (
	"os"
	"path/filepath"
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
}
