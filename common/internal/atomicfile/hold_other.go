//go:build !unix

package atomicfile

import (
	"os"
	"runtime"
)

// hold does nothing: Windows removes no open file.
func hold(*os.File) (release func(), err error) { return func() {}, nil }

// removeUnused removes the file at path unless it is open.
func removeUnused(path string, old bool, _ func(*os.File) error) {
	if old || runtime.GOOS == "windows" {
		_ = os.Remove(path)
	}
}
