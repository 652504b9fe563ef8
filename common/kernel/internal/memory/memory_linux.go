package memory

import "syscall"

// adviseHuge asks for huge pages under whole pages of memory. Call it before the first use, when the system makes the
// pages: it replaces pages that exist only some time later.
func adviseHuge(memory []byte) {
	// a system without huge pages refuses, and the memory is only slower
	_ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE)
}
