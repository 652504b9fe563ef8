package atomicfile

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"gorgonia-lectures/common/internal/lock"
)

// staleAge is how long a write can take on a file system without locks, also on a slow disk.
const staleAge = time.Hour

// swept has the paths, in full, whose temporary files of killed processes this process has removed. Its lock keeps a
// write from beginning in the middle of that.
var swept = struct {
	sync.Mutex
	paths map[string]bool
}{paths: map[string]bool{}}

// removeStaleOnce is RemoveStale for the first write of this process to path.
func removeStaleOnce(path string) {
	full, err := filepath.Abs(path)
	swept.Lock()
	defer swept.Unlock()
	if err != nil || !swept.paths[full] {
		swept.paths[full] = true
		removeStale(path, lock.Try)
	}
}

// RemoveStale removes the temporary files for path that killed processes left beside it. It keeps those that a living
// process writes: on Unix they are locked, on Windows open. On a file system without locks it keeps those that changed
// within the last hour. A file that cannot be removed stays: it only takes disk space.
func RemoveStale(path string) {
	swept.Lock()
	defer swept.Unlock()
	removeStale(path, lock.Try)
}

// removeStale is RemoveStale with the system's lock.
func removeStale(path string, try func(*os.File) error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if !temporary(e.Name(), filepath.Base(path)) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			removeUnused(filepath.Join(filepath.Dir(path), e.Name()), time.Since(info.ModTime()) > staleAge, try)
		}
	}
}

// temporary reports whether name is one that create gives to temporary files for the target.
func temporary(name, target string) bool {
	digits, ok := strings.CutPrefix(name, prefix(target))
	return ok && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}
