//go:build unix

package bench

import (
	"os"
	"runtime"
	"syscall"
)

// PeakMB is the most memory that the process had in use, in megabytes (getrusage's ru_maxrss).
func PeakMB(state *os.ProcessState) float64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	unit := 1024.0 // kilobytes
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return float64(usage.Maxrss) * unit / 1e6
}
