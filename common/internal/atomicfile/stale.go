package atomicfile

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// staleAge is how long a write can take, also on a slow disk.
const staleAge = time.Hour

// RemoveStale removes the temporary files for path that killed processes left beside it. It keeps those that changed
// within the last hour, as another process may be writing them. A file that cannot be removed stays: it only takes disk
// space.
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

// temporary reports whether name is one that create gives to temporary files for the target.
func temporary(name, target string) bool {
	digits, ok := strings.CutPrefix(name, prefix(target))
	return ok && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}
