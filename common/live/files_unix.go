//go:build unix

package live

import "syscall"

// connections is the largest number of open connections: half of the files that the process may open. The other half is
// for the run, so that visitors cannot prevent it from saving its net.
func connections() int {
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) != nil {
		return maxConnected
	}
	return int(min(uint64(files.Cur)/2, maxConnected))
}
