// Command count counts, without an arm64 machine, the instructions of a training step of the lecture's nets for digits
// on arm64, at level neon and in plain Go: QEMU's user mode emulation runs the step with a plugin. It also counts the
// multiply-adds in the loops of the products, in the program's code. Instructions are not time: one of NEON does four
// multiply-adds and takes longer than an addition of plain Go. The working directory must be the module's. It needs
// Debian's qemu-user and gcc.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/kernel"
)

func main() { report.Main("count", 1, run) }

// counter runs training steps in the emulator.
type counter struct {
	steps  string // the path of program steps, built for arm64
	plugin string
}

func run(s report.Settings) (failed error) {
	nets, before, steps := []string{"mlp", "cnn"}, bench.StepsBefore, 2
	if s.Short {
		nets, before, steps = nets[:1], 1, 1
	}
	dir, err := os.MkdirTemp("", "count")
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, os.RemoveAll(dir)) }()
	c := counter{steps: filepath.Join(dir, "arm64", "steps"), plugin: filepath.Join(dir, "instructions.so")}
	const program = "common/bench/count/steps"
	if err := bench.Build(dir, "", program); err != nil {
		return err
	}
	if err := buildARM64(filepath.Dir(c.steps), program); err != nil {
		return err
	}
	const source = "common/bench/count/plugin/instructions.c"
	if _, err := bench.Output("gcc", "-O2", "-shared", "-fPIC", "-o", c.plugin, source); err != nil {
		return err
	}

	table := report.NewTable("", "neon, million instructions a step", "go", "neon / go")
	for _, net := range nets {
		trained := filepath.Join(dir, net+".h5")
		_, err := bench.Output(filepath.Join(dir, "steps"), "-work", net, "-steps", strconv.Itoa(before), "-save", trained)
		if err != nil {
			return err
		}
		for _, weights := range []string{"", trained} {
			neon, err := c.count(kernel.NEON, net, weights, steps)
			if err != nil {
				return err
			}
			plain, err := c.count(kernel.PlainGo, net, weights, steps)
			if err != nil {
				return err
			}
			name := net + ", untrained"
			if weights != "" {
				name = fmt.Sprintf("%s, after %d steps", net, before)
			}
			table.Row(name, report.Digits(neon/1e6, 3), report.Digits(plain/1e6, 3), report.Digits(neon/plain, 2))
		}
	}
	loops, err := loopsOf(c.steps)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Counted under %s, not timed: the instructions of a step are a difference of runs of %d and %d "+
		"steps, with one thread.\n\n%v\nThe innermost loops of the products:\n\n%v", emulator(), steps, 2*steps, table, loops)
	return s.Write("count", text, nil)
}

// buildARM64 builds a program of this module for arm64.
func buildARM64(folder, program string) error {
	const variable = "GOARCH"
	before, set := os.LookupEnv(variable)
	if err := os.Setenv(variable, "arm64"); err != nil {
		return err
	}
	err := bench.Build(folder, "", program)
	if set {
		return errors.Join(err, os.Setenv(variable, before))
	}
	return errors.Join(err, os.Unsetenv(variable))
}

var counted = regexp.MustCompile(`instructions: ([0-9]+)`)

// count returns the number of instructions of a step.
func (c counter) count(level kernel.Level, net, weights string, steps int) (float64, error) {
	var totals [2]float64
	for i := range totals {
		cmd := exec.Command("qemu-aarch64", "-plugin", c.plugin, c.steps, "-work", net, "-load", weights,
			"-steps", strconv.Itoa(steps*(i+1)))
		cmd.Env = append(os.Environ(), kernel.LevelVariable+"="+level.String(), "GOMAXPROCS=1", "GOGC=off")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil {
			return 0, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, stderr.Bytes())
		}
		m := counted.FindSubmatch(stderr.Bytes())
		if m == nil {
			return 0, fmt.Errorf("no count from the plugin: standard error is %q", stderr.Bytes())
		}
		n, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			return 0, err
		}
		totals[i] = n
	}
	return (totals[1] - totals[0]) / float64(steps), nil
}

// emulator returns the first line of the emulator's version.
func emulator() string {
	text, err := bench.Output("qemu-aarch64", "--version")
	if err != nil {
		return "qemu-aarch64"
	}
	line, _, _ := strings.Cut(text, "\n")
	return line
}
