package clitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/show"
)

// MNISTFiles wants a clear line for a folder without MNIST's files, and for half a file.
func MNISTFiles(t *testing.T, p Program) {
	t.Helper()
	dir, images := t.TempDir(), "train-images-idx3-ubyte"
	p.Failure(t, []string{"-data", dir}, dir, images)
	Write(t, filepath.Join(dir, images), "\x00\x00\x08\x03\x00\x00\xea\x60\x00\x00\x00\x1c\x00\x00\x00\x1c12345")
	p.Failure(t, []string{"-data", dir}, filepath.Join(dir, images), "47040000")
}

// MNISTLearns trains three epochs on some digits: the loss falls below half of the first, the test
// accuracy gets to least and is the last one of history.csv, and the pictures are whole. It gives
// what was printed.
func MNISTLearns(t testing.TB, p Program, least float64, args ...string) string {
	t.Helper()
	out := t.TempDir()
	stdout := p.Finish(t, out, append([]string{"-epochs", "3"}, args...)...)
	accuracy := Final(t, out, "test_accuracy")
	if accuracy < least {
		t.Errorf("test accuracy %v, want at least %v", accuracy, least)
	}
	epochs := History(t, out, "loss", "accuracy", "val_loss", "val_accuracy")
	if len(epochs) != 3 {
		t.Fatalf("history.csv has %d epochs, want 3", len(epochs))
	}
	if first, last := epochs[0][1], epochs[2][1]; !(last < first/2) {
		t.Errorf("the loss went from %v to %v, want less than half", first, last)
	}
	if got := epochs[2][4]; got != accuracy {
		t.Errorf("the last val_accuracy is %v and the test accuracy %v, want the same", got, accuracy)
	}
	Contains(t, stdout, "\nEpoch 3/3 - ", "\ntest accuracy ")
	for _, name := range []string{"curves.png", "wrong.png", "confident.png", "confusion.png"} {
		PNG(t, filepath.Join(out, name))
	}
	return stdout
}

// MNISTWrongDigits wants a list of wrong digits, of limit many, that has as many as the test accuracy says.
func MNISTWrongDigits(t testing.TB, p Program, limit int) {
	t.Helper()
	out := t.TempDir()
	stdout := p.Finish(t, out, "-limit", strconv.Itoa(limit), "-epochs", "1", "-no-pictures")
	lists := regexp.MustCompile(`(?s)wrong digits:\n(.*)\n(\d+) of (\d+) test digits are wrong\n`)
	list := lists.FindStringSubmatch(stdout)
	if list == nil {
		t.Fatalf("no list of wrong digits in\n%s", stdout)
	}
	wrong := int(math.Round(float64(limit) * (1 - Final(t, out, "test_accuracy"))))
	indices := strings.Fields(list[1])
	if len(indices) != wrong || list[2] != strconv.Itoa(wrong) || list[3] != strconv.Itoa(limit) {
		t.Errorf("%d indices are listed, and it says %s of %s; by the accuracy %d of %d digits are wrong",
			len(indices), list[2], list[3], wrong, limit)
	}
	for _, text := range indices {
		if n, err := strconv.Atoi(text); err != nil || n < 0 || n >= limit {
			t.Errorf("a wrong digit has the index %s, want one below %d", text, limit)
		}
	}
}

// MNISTPredicts wants that a program gives the right label to most of the pictures of the digits that it
// was trained on, as text and as JSON, and names a file that is no picture.
func MNISTPredicts(t *testing.T, p Program) {
	t.Helper()
	train, _, err := dataset.MNIST("")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var paths []string
	for i := range 20 {
		path := filepath.Join(dir, strconv.Itoa(i)+".png")
		var file bytes.Buffer
		digit := &image.Gray{Pix: train.Pixels(i), Stride: 28, Rect: image.Rect(0, 0, 28, 28)}
		if err := png.Encode(&file, digit); err != nil {
			t.Fatal(err)
		}
		Write(t, path, file.String())
		paths = append(paths, path)
	}
	net := filepath.Join(dir, "net.h5")
	p.Finish(t, t.TempDir(), "-no-pictures", "-quiet", "-epochs", "5", "-limit", "200", "-batch", "10", "-save", net)
	lines := strings.Split(strings.TrimSpace(p.Main(t, append([]string{"-load", net, "-predict"}, paths...)...)), "\n")
	var answers []struct {
		Input string
		show.Answer
	}
	text := p.Main(t, append([]string{"-load", net, "-json", "-predict"}, paths...)...)
	if err := json.Unmarshal([]byte(text), &answers); err != nil {
		t.Fatal(err)
	}
	if len(lines) != len(paths) || len(answers) != len(paths) {
		t.Fatalf("%d lines and %d answers, want %d", len(lines), len(answers), len(paths))
	}
	right := 0
	for i, a := range answers {
		line := fmt.Sprintf("%s: %v ", paths[i], a.Label)
		for _, probability := range a.Probabilities {
			line += fmt.Sprintf(" %.4f", probability)
		}
		if len(a.Probabilities) != 10 || a.Input != paths[i] || lines[i] != line {
			t.Errorf("the line is %q, the answer %+v", lines[i], a)
		}
		if a.Label == float64(train.Label(i)) { // as JSON has it
			right++
		}
	}
	if right < 17 {
		t.Errorf("%d of 20 labels are right, want at least 17", right)
	}
	seven := filepath.Join(dir, "text.png")
	Write(t, seven, "seven\n")
	p.Failure(t, []string{"-load", net, "-predict", paths[0], seven}, seven, "picture")
}
