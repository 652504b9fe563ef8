//go:build !race

package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// testDigits are the first test digits of MNIST.
func testDigits(t *testing.T, n int) dataset.Set {
	t.Helper()
	_, test, err := dataset.MNIST("")
	if err != nil {
		t.Fatal(err)
	}
	return test.First(n)
}

// Inputs are the bytes of the pictures, exactly.
func TestUnscaledDigits(t *testing.T) {
	every := make([]uint8, 784) // each byte at least three times
	for i := range every {
		every[i] = uint8(i)
	}
	set, err := dataset.FromBytes([]int{28, 28}, every, []int{}, []float64{7})
	if err != nil {
		t.Fatal(err)
	}
	single, double, label := make([]float32, 784), make([]float64, 784), make([]float32, 1)
	unscaled{set}.Batch32([]int{0}, single, label)
	unscaled{set}.Batch64([]int{0}, double, nil)
	for i, pixel := range every {
		if single[i] != float32(pixel) || double[i] != float64(pixel) {
			t.Fatalf("pixel %d is %v in float32 and %v in float64", pixel, single[i], double[i])
		}
	}
	if label[0] != 7 {
		t.Errorf("the label is %v, want 7", label[0])
	}
}

// A net without biases, as it is before its first step, is homogeneous: its logits grow as the pixels do.
func TestLogitsGrowWithThePixels(t *testing.T) {
	test := testDigits(t, 200)
	net := perceptron(10)
	err := net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.001), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := logitsOf(net, test, test)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := logitsOf(net, unscaled{test}, test)
	if err != nil {
		t.Fatal(err)
	}
	if size, gap := raw.size/scaled.size, raw.gap/scaled.gap; math.Abs(size-255) > 0.01 || math.Abs(gap-255) > 0.01 {
		t.Errorf("the logits are %v times as large, the gaps %v times, want 255", size, gap)
	}
	if raw.wrong != scaled.wrong || !slices.Equal(raw.answers, scaled.answers) {
		t.Error("the answers differ, want the same")
	}
	score, err := net.Evaluate(t.Context(), test)
	if err != nil || scaled.size <= 0 || scaled.gap <= 0 || scaled.wrong < 100 {
		t.Errorf("the logits are %+v, the score %+v (%v)", scaled, score, err)
	}
}

// The net is the lecture's: on pixels from 0 to 1 its validation is that of a run. On pixels from 0 to 255 it is as
// accurate, and the loss is far larger: the number of wrong digits times their gap.
func TestUnscaledStudy(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	args := []string{"-limit", "1000", "-epochs", "3"}
	stdout := program.Finish(t, out, append(args, "-study", "unscaled")...)
	clitest.PNG(t, filepath.Join(out, "unscaled.png"))
	lines := clitest.Table(t, filepath.Join(out, "unscaled.csv"))
	want := []string{"epoch", "val_loss", "val_accuracy", "unscaled val_loss", "unscaled val_accuracy"}
	if !slices.Equal(lines[0], want) || len(lines) != 4 {
		t.Fatalf("%d lines under %v, want 3 under %v", len(lines)-1, lines[0], want)
	}
	run := t.TempDir()
	program.Finish(t, run, append(args, "-no-pictures")...)
	history := clitest.History(t, run, "loss", "accuracy", "val_loss", "val_accuracy")
	var last [5]float64
	for i, line := range lines[1:] {
		var row []string
		for column, text := range line {
			last[column] = clitest.Number(t, text)
			row = append(row, fmt.Sprintf("%.4f", last[column]))
		}
		if last[1] != history[i][3] || last[2] != history[i][4] {
			t.Errorf("epoch %d: %v on pixels from 0 to 1, want val_loss and val_accuracy of %v", i+1, row, history[i])
		}
		if math.Abs(last[4]-last[2]) > 0.05 || last[3] < 20*last[1] {
			t.Errorf("epoch %d: %v, want about the same accuracy and 20 times the loss", i+1, row)
		}
		row[0] = line[0]
		if !strings.Contains(strings.Join(strings.Fields(stdout), " "), strings.Join(row, " ")) {
			t.Errorf("no %v in\n%s", row, stdout)
		}
	}
	_, after, _ := strings.Cut(stdout, "mean gap / digits")
	if all := clitest.Number(t, strings.Fields(after)[1]); math.Abs(all-last[3]) > 0.02*last[3] {
		t.Errorf("wrong digits and their gaps make a loss of %v, want nearly all of %v", all, last[3])
	}
}
