//go:build keras

package hdf5_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// libhdf5's own tools read what is written here, and find no difference from the file of Keras that it was read from.
func TestToolsOfHDF5(t *testing.T) {
	dir := t.TempDir()
	paths := goldens(t)
	for _, path := range paths {
		ours := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(ours, write(t, open(t, path)), 0o644); err != nil {
			t.Fatal(err)
		}
		tool(t, "h5diff", path, ours)
	}
	wide := filepath.Join(dir, "wide.h5")
	root := open(t, paths[0])
	for i := range 2000 {
		add(t, root, strings.Repeat("n", i/100+1)+string(rune('a'+i%26))+strings.Repeat("m", i%100), randomDataset(t, newRandom(uint64(i))))
	}
	if err := os.WriteFile(wide, write(t, root), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range append([]string{filepath.Join(dir, filepath.Base(paths[0]))}, wide) {
		for _, name := range []string{"h5dump", "h5ls", "h5stat"} {
			tool(t, name, path)
		}
		tool(t, "h5repack", path, path+".packed")
		tool(t, "h5diff", path, path+".packed")
	}
}

// tool runs one of Debian's hdf5-tools: it must end well and say nothing on standard error.
func tool(t *testing.T, name string, args ...string) {
	t.Helper()
	var complaints strings.Builder
	command := exec.Command(name, args...)
	command.Stderr = &complaints
	if err := command.Run(); err != nil || complaints.Len() > 0 {
		t.Errorf("%s %v: %v\n%s", name, args, err, &complaints)
	}
}
