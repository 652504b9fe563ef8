package report

import (
	"os"
	"runtime"
	"strings"
)

// Machine is the model of the CPU.
func Machine() string {
	// The file is Linux' own, and a virtual machine may have no model in it.
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return runtime.GOOS + "/" + runtime.GOARCH
}

// Load is how many other threads want a CPU: the mean over the last minute, as text. A measurement
// beside others that work is worth little.
func Load() string {
	text, err := os.ReadFile("/proc/loadavg") // Linux' own
	if err != nil {
		return "unknown"
	}
	mean, _, _ := strings.Cut(string(text), " ")
	return mean
}
