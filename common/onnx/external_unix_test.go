//go:build unix

package onnx

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"gorgonia-lectures/common/internal/wording"
)

// A link out of the folder is not followed, one inside it is; a pipe is not opened, which would wait for a writer.
func TestExternalLinksAndPipes(t *testing.T) {
	path := written(t, beside("location", "link.bin"), map[string][]byte{"w.bin": values(1, 8)})
	link := filepath.Join(filepath.Dir(path), "link.bin")
	for _, c := range []struct {
		name  string
		make  func() error
		facts []string
	}{
		{"inside", func() error { return os.Symlink("w.bin", link) }, nil},
		{"outside", func() error {
			other := filepath.Join(t.TempDir(), "w.bin")
			if err := os.WriteFile(other, values(1, 8), 0o644); err != nil {
				return err
			}
			return os.Symlink(other, link)
		}, []string{"link.bin", "escapes"}},
		{"pipe", func() error { return unix.Mkfifo(link, 0o644) }, []string{"link.bin", "not a regular file"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.make(); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			if c.facts == nil && err != nil {
				t.Error(err)
			} else if c.facts != nil {
				wording.Check(t, err, c.facts...)
			}
			if err := os.Remove(link); err != nil {
				t.Fatal(err)
			}
		})
	}
}
