package main

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/solver"
)

func theFlowers(t *testing.T) (train, test dataset.Set) {
	t.Helper()
	train, test, err := flowers(new(cli.Run))
	if err != nil {
		t.Fatal(err)
	}
	return train, test
}

func firstGradients(t *testing.T, hidden int, activation layer.Activation, seed uint32, train dataset.Set) []float64 {
	t.Helper()
	net := deep(hidden, activation)
	if err := compile(net, solver.NewAdam(0.001), seed); err != nil {
		t.Fatal(err)
	}
	sizes, err := gradientSizes(net, train)
	if err != nil {
		t.Fatal(err)
	}
	return sizes
}

// The lecture's claim: with the sigmoid the gradient shrinks layer by layer through
// back-propagation, and ReLU is the remedy.
func TestSigmoidGradientVanishes(t *testing.T) {
	train, _ := theFlowers(t)
	for seed := range uint32(5) {
		first := func(hidden int, activation layer.Activation) float64 {
			sizes := firstGradients(t, hidden, activation, seed, train)
			if len(sizes) != hidden+1 {
				t.Fatalf("%d hidden layers: %d gradients, want one more", hidden, len(sizes))
			}
			return sizes[0]
		}
		sigmoid, relu := first(10, layer.Sigmoid), first(10, layer.ReLU)
		if !(sigmoid > 0 && sigmoid*1000 <= relu) {
			t.Errorf("seed %d: the first layer's gradient is %.3g with the sigmoid and %.3g with ReLU, want 1,000 times less",
				seed, sigmoid, relu)
		}
		if shallow := first(3, layer.Sigmoid); sigmoid*1000 > shallow {
			t.Errorf("seed %d: %.3g with 10 hidden layers and %.3g with 3, want 1,000 times less", seed, sigmoid, shallow)
		}
	}
}

// In a deep sigmoid net nearly every layer's gradient is smaller than that of the layer after it.
func TestSigmoidGradientShrinksLayerByLayer(t *testing.T) {
	train, _ := theFlowers(t)
	sizes := firstGradients(t, 10, layer.Sigmoid, 1, train)
	for i := 2; i < len(sizes); i++ { // the first layer's kernel sees the inputs, which are larger
		if !(sizes[i-1] < sizes[i]) {
			t.Errorf("layer %d has a gradient of %.3g and layer %d of %.3g, want less", i, sizes[i-1], i+1, sizes[i])
		}
	}
}

func TestVanishingFiles(t *testing.T) {
	out := t.TempDir()
	stdout := program.Finish(t, out, "-study", "vanishing")
	lines := clitest.Table(t, filepath.Join(out, "vanishing.csv"))
	want := []string{"layer", "sigmoid 3", "sigmoid 6", "sigmoid 10", "relu 3", "relu 6", "relu 10"}
	for _, name := range want[1:] {
		want = append(want, name+" after 20")
	}
	if !reflect.DeepEqual(lines[0], want) || len(lines) != 12 {
		t.Fatalf("%d lines under %v, want 11 under %v", len(lines)-1, lines[0], want)
	}
	train, _ := theFlowers(t)
	sizes := firstGradients(t, 6, layer.ReLU, 1, train)
	for i, size := range sizes {
		if got := clitest.Number(t, lines[i+1][5]); got < size*0.999999 || got > size*1.000001 {
			t.Errorf("layer %d of relu 6 is %v in the table, want %v", i+1, got, size)
		}
	}
	if lines[4][4] == "" || lines[5][4] != "" {
		t.Errorf("relu 3 has the cells %q and %q in layers 4 and 5, want a number and nothing", lines[4][4], lines[5][4])
	}
	if !strings.Contains(stdout, "sigmoid 10") || strings.Count(stdout, "\n") != 29 {
		t.Errorf("printed\n%s", stdout)
	}
	clitest.PNG(t, filepath.Join(out, "vanishing.png"))
	clitest.PNG(t, filepath.Join(out, "activations.png"))
}

// Every optimizer starts from the same weights and sees the same batches; Adam is that of the
// lecture's run.
func TestOptimizersFiles(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	stdout := program.Finish(t, out, "-study", "optimizers", "-epochs", "30", "-seeds", "1")
	lines := clitest.Table(t, filepath.Join(out, "optimizers.csv"))
	names := []string{"SGD", "SGD, momentum", "SGD, Nesterov", "Adagrad", "RMSprop", "Adam"}
	want := []string{"epoch"}
	for _, name := range names {
		want = append(want, name, name+" low", name+" high")
	}
	if !reflect.DeepEqual(lines[0], want) || len(lines) != 31 {
		t.Fatalf("%d lines under %v, want 30 under %v", len(lines)-1, lines[0], want)
	}
	for i, name := range names {
		column := 1 + 3*i
		if first, last := clitest.Number(t, lines[1][column]), clitest.Number(t, lines[30][column]); !(last < first) {
			t.Errorf("%s: the loss went from %v to %v", name, first, last)
		}
		if lines[30][column] != lines[30][column+1] || lines[30][column] != lines[30][column+2] {
			t.Errorf("%s: of one seed the median, lowest and highest loss are %v, want the same", name, lines[30][column:column+3])
		}
		for j, other := range names[:i] {
			if lines[30][column] == lines[30][1+3*j] {
				t.Errorf("%s and %s end at the same loss %s", name, other, lines[30][column])
			}
		}
	}
	clitest.PNG(t, filepath.Join(out, "optimizers.png"))
	if strings.Count(stdout, " of 30\n") != 6 {
		t.Errorf("printed\n%s\nwant a line for each of six optimizers", stdout)
	}

	program.Finish(t, out, "-epochs", "30", "-no-pictures")
	history := clitest.Table(t, filepath.Join(out, "history.csv"))
	for i := range lines[1:] {
		if got, want := lines[i+1][16], history[i+1][1]; clitest.Number(t, got) != clitest.Number(t, want) {
			t.Fatalf("epoch %d: Adam's loss is %s in the study and %s in the run", i+1, got, want)
		}
	}
}

// With -lr all optimizers have that rate.
func TestOptimizersAtOneRate(t *testing.T) {
	stdout := program.Finish(t, t.TempDir(), "-study", "optimizers", "-epochs", "1", "-lr", "0.02", "-no-pictures")
	if got := strings.Count(stdout, "rate 0.02 "); got != 6 {
		t.Errorf("%d lines with the rate 0.02, want 6:\n%s", got, stdout)
	}
}

// The study's net is the lecture's: it gets as many flowers right as the program says.
func TestStudyTrainsTheLecturesNet(t *testing.T) {
	clitest.Long(t)
	train, test := theFlowers(t)
	for _, seed := range []string{"1", "2", "3"} {
		out := t.TempDir()
		program.Finish(t, out, "-seed", seed, "-epochs", "15", "-no-pictures")
		options := &cli.Run{Epochs: 15, Batch: 32}
		history, right, err := trained(t.Context(), options, solver.NewAdam(0.001), uint32(clitest.Number(t, seed)), train, test)
		if err != nil {
			t.Fatal(err)
		}
		if want := clitest.Final(t, out, "test_accuracy") * 30; float64(right) < want-1e-6 || float64(right) > want+1e-6 {
			t.Errorf("seed %s: %d right, want %v as in run.json", seed, right, want)
		}
		lines := clitest.Table(t, filepath.Join(out, "history.csv"))
		if got, want := history.Last().Loss, clitest.Number(t, lines[15][1]); got != want {
			t.Errorf("seed %s: loss %v, want %v as in history.csv", seed, got, want)
		}
	}
}
