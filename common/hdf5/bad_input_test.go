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
)

// Every kind of bad file, and all that is said of it.
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
		name string
		file []byte
		want string
	}{
		{"empty", nil, "an empty file"},
		{"a text", []byte("weights\n"), "not an HDF5 file: it begins otherwise"},
		{"a picture", []byte("\x89PNG\r\n\x1a\n........"), "not an HDF5 file: it begins otherwise"},
		{"the signature alone", good[:8], "not an HDF5 file: it begins otherwise"},
		{"half a superblock", good[:50], "the file is cut off after 50 bytes"},
		{"half a file", good[:len(good)/2], "the file is cut off: 3376 bytes, want 6752"},
		{"a superblock of libver='latest'", stored("latest"), "superblock version 3, want 0, as h5py writes unless told libver='latest'"},
		{"short addresses", altered(13, 4), "addresses of 4 and lengths of 8 bytes, want 8 and 8"},
		{"a base address", altered(24, 1), "base address 1, want 0"},
		{"a root behind the end", altered(64, 0, 0, 0, 0, 1), "/: object header: 16 bytes at 4294967296, but the file ends at 6752"},
		{"a root that is none", altered(64, 0, 0, 0, 0, 0, 0, 0, 0), "/: object header version 137, want 1"},
		{"a B-tree without its letters", altered(at("TREE", 0), 'F'), `/g: B-tree node: begins with "FREE" and type 0, want "TREE" and 0`},
		{"a B-tree of another level", altered(at("TREE", 0)+5, 7), `/g: B-tree node: begins with "SNOD" and type 1, want "TREE" and 0`},
		{"a B-tree of many children", altered(at("TREE", 0)+6, 0xff, 0xff), "/g: B-tree node: 1048560 bytes at 4880, but the file ends at 6752"},
		{"a heap without its letters", altered(at("HEAP", 0), 'F'), `/g: local heap: begins with "FEAP", want "HEAP"`},
		{"a heap of another version", altered(at("HEAP", 0)+4, 9), "/g: local heap: version 9, want 0"},
		{"a symbol table without its letters", altered(at("SNOD", 0), 'F'), `/g: symbol table node: begins with "FNOD", want "SNOD"`},
		{"a symbol table of many entries", altered(at("SNOD", 0)+6, 0xff, 0xff), "/g: symbol table node: 2621400 bytes at 4536, but the file ends at 6752"},
		{"a name behind the heap", altered(at("SNOD", 0)+8, 0xff, 0xff), "/g: symbol table node: a name at 65535 of a heap of 24 bytes"},
		{"a name with a slash", renamed("kernel\x00", "ker/el\x00"), `/g: the name "ker/el" has a slash or a zero byte`},
		{"chunked", stored("chunked"), "/g/x: chunked layout: only contiguous data can be read"},
		{"compressed", stored("gzip"), "/g/x: compressed or filtered data: want plain numbers"},
		{"halves", stored("float16"), "/g/x: floating-point numbers of 16 bits: want float32 or float64"},
		{"big-endian", stored("bigendian"), "/g/x: big-endian numbers: want little-endian ones"},
		{"a soft link", stored("softlink"), "/g: y: a soft link: want the object itself"},
		{"an external link", stored("externallink"), "/g: a group of libver='latest': want one with a symbol table"},
		{"data elsewhere", stored("externaldata"), "/g/x: data in another file: want it in this one"},
		{"texts", stored("texts"), "/g/x: a dataset of strings: want numbers"},
		{"compounds", stored("compound"), "/g/x: compounds: want numbers or strings"},
		{"never written", stored("unwritten"), "/g/x: its numbers were never written"},
		{"no dataspace", stored("null"), "/g/x: an empty (null) dataspace: want a shape"},
		{"one object of two names", stored("twice"), "/g/y: object header at 800: two lead to it"},
		{"a group in itself", stored("circle"), "/g/g: object header at 800: two lead to it"},
		{"names that break the line", bytes.ReplaceAll(stored("gzip"), []byte("x\x00"), []byte("\n\x00")), `"/g/\n": compressed or filtered data: want plain numbers`},
	} {
		path := filepath.Join(t.TempDir(), "bad.h5")
		if err := os.WriteFile(path, c.file, 0o644); err != nil {
			t.Fatal(err)
		}
		want := path + ": hdf5: " + c.want
		if f, err := hdf5.Open(path); err == nil || err.Error() != want {
			t.Errorf("%s:\n%v, want\n%s", c.name, err, want)
			if err == nil {
				f.Close()
			}
		}
	}
	dir := t.TempDir()
	if _, err := hdf5.Open(dir); err == nil || err.Error() != dir+": a folder, want an HDF5 file" {
		t.Errorf("a folder: error %v", err)
	}
	gone := filepath.Join(dir, "gone.h5")
	if _, err := hdf5.Open(gone); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), gone+": ") || strings.Count(err.Error(), "gone") != 1 {
		t.Errorf("no file: error %v", err)
	}
}
