package bench

import (
	"slices"

	"gorgonia-lectures/common/kernel"
)

// Levels lists the CPU levels that the kernels can run at on this machine, the fastest first.
func Levels() []string {
	var names []string
	for _, l := range slices.Backward(kernel.Levels()) {
		names = append(names, l.String())
	}
	return names
}
