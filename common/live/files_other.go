//go:build !unix

package live

// connections is how many there may be at once: on these systems a process may open more files than that.
func connections() int { return maxConnected }
