package atomicfile_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/atomicfile"
)

// Check finds where no file can be, without touching what is there.
func TestCheck(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	put(t, in("file"))
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(in("file"), old, old); err != nil {
		t.Fatal(err)
	}
	type path struct{ path, reason string } // "": none
	cases := []path{
		{in("new"), ""},
		{in(strings.Repeat("n", 255)), ""},
		{in("file"), ""},
		{folder, "a folder"},
		{in("none/new"), "folder " + in("none") + ": "},
		{in("file/new"), "n"}, // in words of the system
		{in(strings.Repeat("n", 256)), "name"},
		{in("a\x00b"), "invalid"},
	}
	if runtime.GOOS == "windows" {
		cases = append(cases, path{in("CON"), "file"}, path{in("a:b"), "file"}, path{in("a?b"), "name"})
		cases[6].reason = "n"
	} else {
		links := []struct{ name, to, reason string }{
			{"to a file", in("file"), ""}, {"to nothing", in("none"), ""}, {"to a folder", folder, "a folder"},
			{"to a device", "/dev/null", "a device"},
		}
		for _, l := range links {
			if err := os.Symlink(l.to, in(l.name)); err != nil {
				t.Fatal(err)
			}
			cases = append(cases, path{in(l.name), l.reason})
		}
		cases = append(cases, path{"/dev/null", "not a regular file"},
			path{"/dev/stdout", "a device, want a file"}, path{"/dev/new", "a device, want a file"})
	}
	list := func() []os.DirEntry {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return entries
	}
	before := list()
	for _, c := range cases {
		err := atomicfile.Check(c.path)
		if c.reason == "" && err != nil || c.reason != "" && (err == nil || !strings.Contains(err.Error(), c.reason)) {
			t.Errorf("%s: error %v, want %q", c.path, err, c.reason)
		}
	}
	if got := list(); len(got) != len(before) {
		t.Errorf("the folder has %v, want %v", got, before)
	}
	if info, err := os.Stat(in("file")); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("the file has changed at %v (%v)", info.ModTime(), err)
	}
}
