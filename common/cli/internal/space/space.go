// Package space compares what a net takes with the limit of the process on its address space (ulimit -v): Go's runtime
// does not report that limit as an error, it ends the program with the stack of each goroutine. Package cli looks before
// it does anything, and before it compiles a net.
package space

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

// Go reserves address space beside the memory that it uses. Under a limit on it (ulimit -v) that is most of what a
// program needs. A limit below 800 MB ends it before main, and one below 1.3 GB may.
const (
	arenas      = 192 << 20 // the heap grows by 64 MB; beside the net it has the data, garbage and pictures
	threadSpace = 76 << 20  // of a thread, with cgo: its stack, and the memory that glibc reserves for its malloc
	moreThreads = 4         // beside one for each processor
)

// Check is an error if a limit on the address space leaves less than the heap needs for that many bytes and Go for its
// threads.
func Check(bytes int) error {
	want := uint64(arenas + bytes)
	cgo := debug.BuildSetting{Key: "CGO_ENABLED", Value: "1"}
	if info, ok := debug.ReadBuildInfo(); ok && slices.Contains(info.Settings, cgo) {
		threads := runtime.GOMAXPROCS(0) + moreThreads - pprof.Lookup("threadcreate").Count()
		want += threadSpace * uint64(max(0, threads))
	}
	limit, free := left(want)
	if free >= want {
		return nil
	}
	enough := (limit+want-free+arenas)>>20 + 1 // of the reservations some come later
	return fmt.Errorf("the address space is limited to %d MB (ulimit -v), of which %d are left, want %d: raise the limit "+
		"to %d MB (ulimit -v %d)", limit>>20, free>>20, want>>20, enough, enough<<10)
}

// OfNet is how many bytes training the net takes: its parameters, their gradients and two numbers of the solver for
// each, and what a step and an evaluation compute.
func OfNet(net *model.Net, batch int, dtype tensor.Dtype) int {
	size := 4
	if dtype == tensor.Float64 {
		size = 8
	}
	return size * (4*net.ParamCount() + (2*max(1, batch)+2*evaluationRows)*net.RowSize())
}

// evaluationRows is the batch of an evaluation.
const evaluationRows = 128
