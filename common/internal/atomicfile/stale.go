package atomicfile

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// staleAge is the age of a temporary file that nobody is writing any more, also on a slow disk.
const staleAge = time.Hour

// RemoveStale removes the temporary files that killed processes left beside path: those of its name to which
// nothing was written for an hour, for another process may be writing the same file at this moment. What
// cannot be removed stays: it does no harm but take room.
func RemoveStale(path string) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if !temporary(e.Name(), filepath.Base(path)) {
			continue
		}
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > staleAge {
			_ = os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}

// temporary tells whether create could have given that name to a temporary file for the target.
func temporary(name, target string) bool {
	digits, ok := strings.CutPrefix(name, prefix(target))
	return ok && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}
