package main

import (
	"image/gif"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

func TestEvenly(t *testing.T) {
	for _, c := range []struct {
		epochs, steps int
		want          []int
	}{{5000, 4, []int{0, 1250, 2500, 3750, 5000}}, {1, 4, []int{0, 1}}, {3, 4, []int{0, 1, 2, 3}}} {
		if got := evenly(c.epochs, c.steps); !slices.Equal(got, c.want) {
			t.Errorf("%d epochs in %d steps: %v, want %v", c.epochs, c.steps, got, c.want)
		}
	}
}

// The film has a frame for each step, also where there are fewer epochs than steps.
func TestFilm(t *testing.T) {
	for epochs, frames := range map[string]int{"100": 51, "1": 2} {
		out := t.TempDir()
		program.Finish(t, out, "-epochs", epochs)
		file, err := os.Open(filepath.Join(out, "training.gif"))
		if err != nil {
			t.Fatal(err)
		}
		film, err := gif.DecodeAll(file)
		if err != nil {
			t.Fatal(err)
		}
		file.Close()
		if len(film.Image) != frames {
			t.Errorf("%s epochs: %d frames, want %d", epochs, len(film.Image), frames)
		}
		clitest.PNG(t, filepath.Join(out, "moments.png"))
	}
}

// On its line a hidden neuron is half on, and with the sigmoid that is 1/2.
func TestHiddenLines(t *testing.T) {
	net := twoLayers()
	if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}); err != nil {
		t.Fatal(err)
	}
	if err := net.SetWeights([]*tensor.Dense{vector(1, -2, 3, 0.5), vector(0.25, -1), vector(1, 1), vector(0)}); err != nil {
		t.Fatal(err)
	}
	lines, err := hiddenLines(net)
	if err != nil || len(lines) != 2 {
		t.Fatalf("%d lines, error %v, want 2", len(lines), err)
	}
	for i, w := range [][3]float64{{1, 3, 0.25}, {-2, 0.5, -1}} {
		for end := range 2 {
			if v := w[0]*lines[i].X[end] + w[1]*lines[i].Y[end] + w[2]; v < -1e-5 || v > 1e-5 {
				t.Errorf("line %d, end %d: the neuron gets %g, want 0", i, end, v)
			}
		}
	}
}

func vector(values ...float32) *tensor.Dense { return tensor.New(tensor.WithBacking(values)) }

func TestStudy(t *testing.T) {
	out := t.TempDir()
	stdout := program.Finish(t, out, "-study", "seeds", "-epochs", "50")
	clitest.Contains(t, stdout, "0 of 100 seeds solve it\n", "seed 100: not solved, loss 0.2")
	clitest.PNG(t, filepath.Join(out, "seeds.png"))
	program.BadInput(t, map[string]string{
		"-study colours":                            `-study "colours": must be seeds`,
		"-study seeds -plain":                       "-study: not with -plain",
		"-study seeds -save xor.h5":                 "-study: not with -save",
		"-study seeds -graph a.dot":                 "-study: not with -graph",
		"-study seeds -live -live-addr 127.0.0.1:0": "-study: not with -live",
		"-study seeds -checkpoint a.h5":             "-study: not with -checkpoint",
		"-study seeds -lr-scale linear -warmup 2":   "-study: not with -lr-scale",
		"-study seeds -patience 3":                  "-study: not with -patience",
		"-plain -check":                             "-plain: not with -check",
		"-plain -keep best":                         "-plain: not with -keep",
		"-plain -live -live-addr 127.0.0.1:0":       "-plain: not with -live",
	})
}
