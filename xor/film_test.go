package main

import (
	"image/gif"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/layer"
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

// A film of fewer epochs than steps has a frame for each epoch.
func TestShortFilm(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	program.Finish(t, out, "-epochs", "1")
	wantFrames(t, out, 2)
	clitest.PNG(t, filepath.Join(out, "moments.png"))
}

func wantFrames(t *testing.T, out string, count int) {
	t.Helper()
	file, err := os.Open(filepath.Join(out, "training.gif"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	film, err := gif.DecodeAll(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(film.Image) != count {
		t.Errorf("training.gif has %d frames, want %d", len(film.Image), count)
	}
}

// On its line a hidden neuron is half on, and with the sigmoid that is 1/2.
func TestHiddenLines(t *testing.T) {
	net := twoLayers(2)
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
	net = model.Sequential(model.Input(2, 1), layer.Dense{Units: 2}, layer.Flatten{}, layer.Dense{Units: 1})
	if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}); err != nil {
		t.Fatal(err)
	}
	if lines, err := hiddenLines(net); lines != nil || err != nil {
		t.Errorf("%d lines (%v) of a net whose neurons have one input, want none", len(lines), err)
	}
}

func vector(values ...float32) *tensor.Dense { return tensor.New(tensor.WithBacking(values)) }
