package bench

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/cpu"
)

// Machine describes the CPU in one line: its model, and what decides the level.
func Machine() string {
	model := runtime.GOOS + "/" + runtime.GOARCH
	// The file is Linux' own, and a virtual machine may have none: the model is all that is lost.
	if file, err := os.Open("/proc/cpuinfo"); err == nil {
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			if name, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	yes := map[bool]string{true: "yes", false: "no"}
	return fmt.Sprintf("%s, AVX2 and FMA %s, AVX-512 %s", model,
		yes[cpu.X86.HasAVX2 && cpu.X86.HasFMA], yes[cpu.X86.HasAVX512F])
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
