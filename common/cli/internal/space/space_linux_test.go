package space_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/internal/space"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// child names the environment variable that makes TestAddressSpace a program with little address space.
const child = "SPACE_TEST_CHILD"

// A limit on the address space that a program or its net would exceed is an error of one line; a small net trains.
func TestAddressSpace(t *testing.T) {
	if units := os.Getenv(child); units != "" {
		os.Exit(cramped(t, units == "large"))
	}
	for _, c := range []struct {
		name string
		code string
	}{{"large", "exit status 1"}, {"small", ""}} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAddressSpace$")
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(), child+"="+c.name, "GOMAXPROCS=2")
			var stderr strings.Builder
			cmd.Stderr = &stderr
			got := ""
			if err := cmd.Run(); err != nil {
				got = err.Error()
			}
			line := stderr.String()
			if c.code == "" && line != "" || c.code != "" && (strings.Count(line, "\n") != 1 ||
				!strings.HasPrefix(line, "xor: the address space is limited to ") || !strings.Contains(line, "(ulimit -v ")) {
				t.Errorf("standard error %q", line)
			}
			if got != c.code {
				t.Errorf("%q, want %q", got, c.code)
			}
		})
	}
}

// cramped runs a program with 700 to 800 MB of address space for a net of 4 GB, or of some bytes.
func cramped(t *testing.T, large bool) int {
	units := 10
	if large {
		units = 250_000
	}
	d := cli.Defaults{Epochs: 5000, Batch: 1, LearningRate: 0.1, Net: true}
	run := func(_ context.Context, r *cli.Run) error {
		net := model.Sequential(model.Input(2), layer.Dense{Units: units}, layer.Dense{Units: 1000}, layer.Dense{Units: 1})
		c := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
		_, err := r.Compile(net, c, dataset.XOR())
		return err
	}
	limit := unix.Rlimit{Max: unix.RLIM_INFINITY}
	for {
		limit.Cur += 100 << 20
		if err := unix.Setrlimit(unix.RLIMIT_AS, &limit); err != nil {
			t.Error(err)
			return 3
		}
		if space.Reserves(700 << 20) {
			return cli.Execute(t.Context(), "xor", d, run, []string{"-quiet"}, os.Stdout, os.Stderr)
		}
	}
}

// The address space that the lecture's largest net is given is what training it takes: weights, gradients, two moments,
// a step of 32 rows and an evaluation of 128.
func TestOfNet(t *testing.T) {
	net := model.Sequential(model.Input(1000), layer.Dense{Units: 1000})
	if got, want := space.OfNet(net, 32, tensor.Float32), 4*(4*1_001_000+(2*32+2*128)*2000); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
	if got, want := space.OfNet(net, 32, tensor.Float64), 2*space.OfNet(net, 32, tensor.Float32); got != want {
		t.Errorf("%d bytes in float64, want %d", got, want)
	}
}
