//go:build linux || darwin

package space

import (
	"math"

	"golang.org/x/sys/unix"
)

// left is the limit of the process on its address space, and how much of it is left, up to want. It is found by
// reserving it, without memory: the system counts more than the process can know.
func left(want uint64) (limit, free uint64) {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_AS, &r); err != nil || uint64(r.Cur) > math.MaxInt64/2 {
		return math.MaxUint64, want
	}
	const step = 1 << 20
	most := want/step + 1
	for least := uint64(0); least < most; {
		if try := (least + most + 1) / 2; reserves(try * step) {
			least = try
		} else {
			most = try - 1
		}
	}
	return uint64(r.Cur), most * step
}

func reserves(bytes uint64) bool {
	region, err := unix.Mmap(-1, 0, int(bytes), unix.PROT_NONE, unix.MAP_ANON|unix.MAP_PRIVATE)
	return err == nil && unix.Munmap(region) == nil
}
