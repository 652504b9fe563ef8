//go:build unix

package bench

import (
	"os"
	"runtime"
	"syscall"
)

// PeakMB returns the peak memory of the process, in megabytes (getrusage's ru_maxrss).
func PeakMB(state *os.ProcessState) float64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return peak(usage)
}

// OwnPeakMB returns the peak memory of this process so far, in megabytes.
func OwnPeakMB() float64 {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return peak(&usage)
}

func peak(usage *syscall.Rusage) float64 {
	unit := 1024.0 // kilobytes
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return float64(usage.Maxrss) * unit / 1e6
}
