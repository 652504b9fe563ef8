package outputs

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/lock"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// What cannot be written is found, and nothing is left of the search.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none", "net.dot")
	type unwritable struct {
		name, path string
		facts      []string
	}
	cases := []unwritable{
		{"in no folder", none, []string{"-graph " + none}},
		{"a folder's name", dir, []string{"-graph " + dir, "folder"}},
		{"a bad name", filepath.Join(dir, "a\x00b"), []string{`a\x00b`}},
	}
	if runtime.GOOS == "linux" {
		cases = append(cases, unwritable{"device", os.DevNull, []string{"/dev/null", "not a regular file"}},
			unwritable{"full disk", "/dev/full", []string{"/dev/full"}},
			unwritable{"output", "/dev/stdout", []string{"/dev/stdout", "device"}},
			unwritable{"not even root", "/proc/self/net.h5", []string{"/proc/self/net.h5"}})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, File("graph", c.path), c.facts...) })
	}
	// in other words on each system
	long := filepath.Join(dir, strings.Repeat("n", 300))
	if err := File("checkpoint", long); err == nil || !strings.Contains(err.Error(), "-checkpoint "+text.Brief(long)) {
		t.Errorf("a long name: error %v, want one that names it", err)
	}
	if err := File("save", ""); err != nil {
		t.Errorf("no file: error %v", err)
	}
	if err := File("save", filepath.Join(dir, "net.h5")); err != nil {
		t.Error(err)
	}
	empty(t, dir)
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("the folder holds %v (%v), want nothing", entries, err)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	below := filepath.Join(dir, "a", "b")
	for _, path := range []string{below, below, ""} { // new, there, and none
		if err := Folder("out", path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	empty(t, below)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below")} {
		wording.Check(t, Folder("out", path), "-out "+path)
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "kept" {
		t.Errorf("the file in the way holds %q (%v)", content, err)
	}
	if runtime.GOOS == "linux" { // where the folder is there, but nobody can make files in it, not even root
		t.Run("not even root", func(t *testing.T) { wording.Check(t, Folder("out", "/proc/self"), "-out /proc/self") })
	}
}

// The outputs of one run are locked all together or refused by the flag of the first that is not free.
func TestLock(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	out := Output{"out", dir, in("run.json"), true}
	save, checkpoint := Output{Flag: "save", Value: in("x.h5"), Path: in("x.h5")}, Output{Flag: "checkpoint"}
	none := func(err error) { t.Errorf("warning %v", err) }
	locks, err := Lock("xor", []Output{out, save, checkpoint}, none)
	if err != nil || len(locks) != 2 {
		t.Fatalf("%d locks, error %v, want 2", len(locks), err)
	}
	for _, o := range []Output{out, save} {
		more, err := Lock("iris", []Output{{Flag: "tensorboard", Value: dir, Path: in("train")}, o}, none)
		more.Release()
		if err == nil || !strings.HasPrefix(err.Error(), "-"+o.Flag+" "+text.Brief(o.Value)+": xor (process ") ||
			!strings.Contains(err.Error(), "name another "+map[bool]string{true: "folder", false: "file"}[o.Folder]) {
			t.Errorf("error %v, want one of -%s that names the run", err, o.Flag)
		}
	}
	locks.Release()
	checkpoint.Value, checkpoint.Path = save.Value, dir+"/./x.h5"
	locks, err = Lock("xor", []Output{save, checkpoint}, none)
	locks.Release()
	wording.Check(t, err, "-checkpoint "+checkpoint.Value, "-save writes there")
	empty(t, dir)
}

// On a file system without locks that is one warning.
func TestNoLocks(t *testing.T) {
	dir := t.TempDir()
	x := filepath.Join(dir, "x.h5")
	without := func(string, string) (*lock.Lock, error) { return nil, lock.ErrNone }
	warnings := 0
	locks, err := take(without, "xor", []Output{{"out", dir, filepath.Join(dir, "run.json"), true},
		{Flag: "save", Value: x, Path: x}}, func(err error) {
		warnings++
		wording.Check(t, err, "-out "+dir, "-save "+x, "no locks")
	})
	if len(locks) != 0 || err != nil || warnings != 1 {
		t.Errorf("%d locks, error %v, %d warnings, want one warning", len(locks), err, warnings)
	}
}
