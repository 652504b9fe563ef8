package kernel

import "syscall"

// adviseHuge asks for huge pages under whole pages of memory. It comes before the first use: pages
// are made then, and those already there would change only when the system comes to it.
func adviseHuge(memory []byte) {
	// Advice: a system without huge pages refuses it, and the memory is as good as before, only slower.
	_ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE)
}
