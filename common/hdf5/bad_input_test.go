package hdf5_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/wording"
)

// Every kind of bad file, and the facts in its error.
func TestBadInput(t *testing.T) {
	good := small(t)
	altered := func(at int, with ...byte) []byte {
		file := bytes.Clone(good)
		copy(file[at:], with)
		return file
	}
	// at finds a structure by its letters; n counts from the first one.
	at := func(letters string, n int) int {
		from := 0
		for ; n >= 0; n-- {
			i := bytes.Index(good[from:], []byte(letters))
			if i < 0 {
				t.Fatalf("the file has no %s", letters)
			}
			from += i + 1
		}
		return from - 1
	}
	stored := func(name string) []byte {
		file, err := os.ReadFile(filepath.Join("testdata", name+".h5"))
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	renamed := func(old, new string) []byte { // two names of the same length
		if len(old) != len(new) || !bytes.Contains(good, []byte(old)) {
			t.Fatalf("%q cannot become %q", old, new)
		}
		return bytes.ReplaceAll(good, []byte(old), []byte(new))
	}
	for _, c := range []struct {
		name  string
		file  []byte
		facts []string
	}{
		{"empty", nil, []string{"empty"}},
		{"a text", []byte("weights\n"), []string{"not an HDF5 file"}},
		{"a picture", []byte("\x89PNG\r\n\x1a\n........"), []string{"not an HDF5 file", "PNG"}},
		{"a pointer", []byte("version https://git-lfs.github.com/spec/v1\n"), []string{"not an HDF5 file", "git lfs pull"}},
		{"a model for another program", []byte("\b\b\x12\x07pytorch"), []string{"not an HDF5 file", "name it .onnx"}},
		{"the signature alone", good[:8], []string{"not an HDF5 file"}},
		{"half a superblock", good[:50], []string{"truncated", "50"}},
		{"half a file", good[:len(good)/2], []string{"truncated", "3376", "6752"}},
		{"a superblock of libver='latest'", stored("latest"), []string{"superblock version 3", "0", "libver='latest'"}},
		{"short addresses", altered(13, 4), []string{"4", "8"}},
		{"a base address", altered(24, 1), []string{"base address 1", "0"}},
		{"a root after the end", altered(64, 0, 0, 0, 0, 1), []string{"/: ", "4294967296", "6752"}},
		{"a root that is none", altered(64, 0, 0, 0, 0, 0, 0, 0, 0), []string{"/: ", "version 137", "1"}},
		{"a B-tree without its letters", altered(at("TREE", 0), 'F'), []string{"/g: ", `"FREE"`, `"TREE"`}},
		{"a B-tree of another level", altered(at("TREE", 0)+5, 7), []string{"/g: ", `"SNOD"`, `"TREE"`}},
		{"a B-tree of many children", altered(at("TREE", 0)+6, 0xff, 0xff), []string{"/g: ", "1048560", "6752"}},
		{"a heap without its letters", altered(at("HEAP", 0), 'F'), []string{"/g: ", `"FEAP"`, `"HEAP"`}},
		{"a heap of another version", altered(at("HEAP", 0)+4, 9), []string{"/g: ", "heap", "version 9", "0"}},
		{"a symbol table without its letters", altered(at("SNOD", 0), 'F'), []string{"/g: ", `"FNOD"`, `"SNOD"`}},
		{"a symbol table of many entries", altered(at("SNOD", 0)+6, 0xff, 0xff), []string{"/g: ", "2621400", "6752"}},
		{"a name after the heap", altered(at("SNOD", 0)+8, 0xff, 0xff), []string{"/g: ", "65535", "24"}},
		{"a name with a slash", renamed("kernel\x00", "ker/el\x00"), []string{"/g: ", `"ker/el"`}},
		// what Keras' files do not have; testdata/make.py made these
		{"chunked", stored("chunked"), []string{"/g/x: ", "chunked"}},
		{"compressed", stored("gzip"), []string{"/g/x: ", "compressed"}},
		{"halves", stored("float16"), []string{"/g/x: ", "16 bits", "float32"}},
		{"big-endian", stored("bigendian"), []string{"/g/x: ", "big-endian"}},
		{"a soft link", stored("softlink"), []string{"/g: ", "y", "soft link"}},
		{"an external link", stored("externallink"), []string{"/g: ", "libver='latest'"}},
		{"data elsewhere", stored("externaldata"), []string{"/g/x: ", "another file"}},
		{"texts", stored("texts"), []string{"/g/x: ", "strings"}},
		{"compounds", stored("compound"), []string{"/g/x: ", "compounds"}},
		{"never written", stored("unwritten"), []string{"/g/x: ", "never written"}},
		{"no dataspace", stored("null"), []string{"/g/x: ", "null"}},
		{"one object of two names", stored("twice"), []string{"/g/y: ", "more than one"}},
		{"a group in itself", stored("circle"), []string{"/g/g: ", "more than one"}},
		{"names that break the line", bytes.ReplaceAll(stored("gzip"), []byte("x\x00"), []byte("\n\x00")), []string{`"/g/\n": `, "compressed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.h5")
			if err := os.WriteFile(path, c.file, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := hdf5.Open(path)
			wording.Check(t, err, append(c.facts, path+": hdf5: ")...)
		})
	}
	dir := t.TempDir()
	_, err := hdf5.Open(dir)
	wording.Check(t, err, dir, "folder")
	gone := filepath.Join(dir, "gone.h5")
	if _, err := hdf5.Open(gone); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), gone+": ") || strings.Count(err.Error(), "gone") != 1 {
		t.Errorf("no file: error %v", err)
	}
	// of a file of zeros, however large, only the start is read
	if _, err := hdf5.Read(zeros{}, 1<<40); err == nil {
		t.Error("zeros are read without an error")
	}
}

type zeros struct{}

func (zeros) ReadAt(b []byte, _ int64) (int, error) { clear(b); return len(b), nil }

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }
