//go:build !race

package main

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

func TestLearns(t *testing.T) {
	stdout := clitest.MNISTLearns(t, program, 0.75, "-limit", "1000")
	clitest.Contains(t, stdout, "Parameters: 795,010\n")
}

// The list of wrong digits is as long as the test accuracy wants.
func TestWrongDigits(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	stdout := program.Finish(t, out, "-limit", "300", "-epochs", "1", "-no-pictures")
	list := regexp.MustCompile(`(?s)wrong digits:\n(.*)\n(\d+) of 300 test digits are wrong\n`).FindStringSubmatch(stdout)
	if list == nil {
		t.Fatalf("no list of wrong digits in\n%s", stdout)
	}
	indices := strings.Fields(list[1])
	wrong := int(math.Round(300 * (1 - clitest.Final(t, out, "test_accuracy"))))
	if len(indices) != wrong || list[2] != strconv.Itoa(wrong) {
		t.Errorf("%d indices, %s in the text; by the accuracy %d digits are wrong", len(indices), list[2], wrong)
	}
	for _, text := range indices {
		if n, err := strconv.Atoi(text); err != nil || n < 0 || n >= 300 {
			t.Errorf("a wrong digit has the index %s, want one below 300", text)
		}
	}
}

// The lecture's claim: the hidden layer is worth it. The baseline is softmax regression; after some epochs it is 4 points
// lower.
func TestPerceptronBeatsTheLinearBaseline(t *testing.T) {
	clitest.Long(t)
	accuracy := func(parameters string, args ...string) float64 {
		out := t.TempDir()
		args = append([]string{"-no-pictures", "-limit", "5000", "-epochs", "4", "-batch", "50"}, args...)
		stdout := program.Finish(t, out, args...)
		clitest.Contains(t, stdout, "Parameters: "+parameters+"\n")
		return 100 * clitest.Final(t, out, "test_accuracy")
	}
	net, line := accuracy("795,010"), accuracy("7,850", "-baseline") // 784x10 weights and 10 biases
	t.Logf("%.2f %% and %.2f %%", net, line)
	if !(line >= 80 && net >= line+4) {
		t.Errorf("%.2f %% right with the hidden layer and %.2f %% without, want 80 and 4 points more", net, line)
	}
}

// The race is run on fewer digits and epochs.
func TestStudy(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	program.Finish(t, out, "-study", "optimizers", "-limit", "100", "-epochs", "2")
	lines := clitest.Table(t, filepath.Join(out, "optimizers.csv"))
	if len(lines) != 3 || len(lines[0]) != 19 || lines[0][16] != "Adam" {
		t.Errorf("%d lines under %v, want 2 under the epoch and three columns an optimizer", len(lines)-1, lines[0])
	}
	clitest.PNG(t, filepath.Join(out, "optimizers.png"))
}

func TestStreams(t *testing.T) {
	clitest.Long(t)
	program.Streams(t)
}

func TestResume(t *testing.T) {
	clitest.Long(t)
	program.Resumes(t, "-limit", "64")
}

// An epoch of 100 steps has a picture of them too. The baseline is shown as the perceptron is.
func TestLive(t *testing.T) {
	clitest.Long(t)
	seven, err := os.ReadFile("../mnistcnn/testdata/seven.png")
	if err != nil {
		t.Fatal(err)
	}
	pictures := []string{"Most confident mistakes", "The net and its weights"}
	program.Live(t, string(seven), append(pictures, "Loss and accuracy by epoch", "Loss and accuracy by step"),
		"-epochs", "1", "-limit", "100", "-batch", "1")

	v := program.Watch(t, "-no-pictures", "-epochs", "1", "-limit", "50", "-baseline")
	v.Drawn(pictures...)
	v.Ends("done")
}
