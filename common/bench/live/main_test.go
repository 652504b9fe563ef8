package main

import (
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func TestMarkdown(t *testing.T) {
	training := &training{train: dataset.XOR(), test: dataset.XOR(), epochs: 3,
		with: report.Samples{1.1, 2}, without: report.Samples{1, 2}}
	text := markdown(training)
	for _, line := range []string{
		"4 digits and validation on 4; epochs timed in each training: 2, after one that warms up.\n",
		"| an epoch with the page, of one without | 1.050 | 1.000 | 1.100 |\n",
		"| an epoch with the page, s | 1.550 | 1.100 | 2.000 |\n| an epoch without it, s | 1.500 | 1.000 | 2.000 |\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}

// The training with the page ends with the same loss as without; a different loss is an error.
func TestTrainingsEndInOneLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("trains the net of a program")
	}
	train, test, err := dataset.MNIST("")
	if err != nil {
		t.Fatal(err)
	}
	training := &training{train: train.First(200), test: test.First(100), epochs: 2}
	for _, page := range []bool{false, true} {
		if err := training.run(page); err != nil {
			t.Fatal(err)
		}
	}
	if len(training.with) != 1 || len(training.without) != 1 {
		t.Errorf("measured %v and %v, want one of each", training.with, training.without)
	}
	training.loss++
	if err := training.run(false); err == nil || !strings.Contains(err.Error(), "loss") {
		t.Errorf("the error is %v, want that of another loss", err)
	}
}
