//go:build unix

package live

import "syscall"

// connections is how many there may be at once: of the files that the process may open, the run keeps half, so that
// visitors cannot keep it from saving what it has learned.
func connections() int {
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) != nil {
		return maxConnected
	}
	return int(min(uint64(files.Cur)/2, maxConnected))
}
