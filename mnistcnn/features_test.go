//go:build !race

package main

import (
	"path/filepath"
	"slices"
	"testing"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

func TestPictures(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	program.Finish(t, out, "-limit", "20", "-epochs", "1", "-quiet")
	want := []string{"MNIST_CNN_model.h5", "confident.png", "confusion.png", "curves.png", "digits.png", "features.png",
		"history.csv", "kernels.png", "run.json", "wrong.png"}
	if got := clitest.Files(t, out); !slices.Equal(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
	for _, name := range []string{"kernels.png", "features.png"} {
		clitest.PNG(t, filepath.Join(out, name))
	}
}

// A map is one channel of an output of rows, columns and channels.
func TestMaps(t *testing.T) {
	picture, err := maps("", []int{2, 3, 2}, []float64{1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60})
	if err != nil {
		t.Fatal(err)
	}
	tiles := picture.(*chart.Tiles).Tiles
	if len(tiles) != 2 || tiles[0].Rows != 2 || !slices.Equal(tiles[0].Values, []float64{1, 2, 3, 4, 5, 6}) ||
		!slices.Equal(tiles[1].Values, []float64{10, 20, 30, 40, 50, 60}) {
		t.Errorf("tiles %v", tiles)
	}
}

// A net of -load may have other layers: without a convolution there are no kernels, but what its layers make
// of a digit.
func TestPicturesOfANetWithoutConvolutions(t *testing.T) {
	net := model.Sequential(model.Input(28, 28, 1), layer.Flatten{}, layer.Dense{Units: 7, Activation: layer.Tanh},
		layer.Dense{Units: 10, Activation: layer.Softmax})
	err := net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)})
	if err != nil {
		t.Fatal(err)
	}
	test, err := dataset.FromBytes([]int{28, 28, 1}, make([]uint8, 784), []int{}, []float64{3})
	if err != nil {
		t.Fatal(err)
	}
	out := &cli.Run{Out: t.TempDir()}
	if err := kernels(t.Context(), out, show.Trained{Net: net}); err != nil {
		t.Fatal(err)
	}
	if err := features(t.Context(), out, show.Trained{Net: net, Test: test}); err != nil {
		t.Fatal(err)
	}
	if got := clitest.Files(t, out.Out); !slices.Equal(got, []string{"features.png"}) {
		t.Errorf("left %v, want features.png alone", got)
	}
}

// Large nets of -load have pictures too, and negative values a colour.
func TestPicturesOfLargeNets(t *testing.T) {
	clitest.Long(t)
	wide := []layer.Layer{layer.Conv2D{Filters: 3000, Kernel: layer.Square(28)}, layer.Flatten{}, layer.Dense{Units: 10}}
	var deep []layer.Layer
	for range 14 {
		deep = append(deep, layer.Conv2D{Filters: 200, Kernel: layer.Square(2), Padding: layer.Same, Stride: layer.Square(2), Activation: layer.Tanh})
	}
	deep = append(deep, layer.Flatten{}, layer.Dense{Units: 10, Activation: layer.Softmax})
	test, err := dataset.FromBytes([]int{28, 28, 1}, make([]uint8, 784), []int{}, []float64{3})
	if err != nil {
		t.Fatal(err)
	}
	apart := []layer.Layer{layer.Conv2D{Filters: 2, Kernel: layer.Square(28)}, layer.ReLULayer{}, layer.Flatten{},
		layer.Dense{Units: 20}, layer.ActivationLayer{Activation: layer.SELU}, layer.Dense{Units: 10}, layer.SoftmaxLayer{}}
	axes := []layer.Layer{layer.Dense{Units: 3000, Activation: layer.Softmax}, layer.GlobalAveragePool2D{}, layer.Dense{Units: 10},
		layer.SoftmaxLayer{Axis: 1}}
	for _, layers := range [][]layer.Layer{wide, deep, apart, axes} {
		net := model.Sequential(model.Input(28, 28, 1), layers...)
		err := net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)})
		if err != nil {
			t.Fatal(err)
		}
		out := &cli.Run{Out: t.TempDir()}
		if err := kernels(t.Context(), out, show.Trained{Net: net}); err != nil {
			t.Error(err)
		}
		if err := features(t.Context(), out, show.Trained{Net: net, Test: test}); err != nil {
			t.Error(err)
		}
	}
}
