//go:build !unix

package live

// connections is the largest number of open connections. These systems let a process open more files than that.
func connections() int { return maxConnected }
