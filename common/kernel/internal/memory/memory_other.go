//go:build !linux

package memory

// adviseHuge does nothing: macOS has no such advice, and on Windows huge pages are a privilege.
func adviseHuge([]byte) {}
