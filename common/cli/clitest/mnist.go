package clitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/show"
)

// MNISTLearns trains three epochs on some digits: the loss falls below half of the first, the test accuracy reaches
// least and is the last one of history.csv, and the pictures are whole. It returns standard output.
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
	for _, name := range []string{"digits.png", "curves.png", "wrong.png", "confident.png", "confusion.png"} {
		PNG(t, filepath.Join(out, name))
	}
	return stdout
}

// MNISTPredicts wants that a program predicts the label of most pictures of the digits that it was trained on, as text
// and as JSON, and names a file that is no picture.
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
	p.Failure(t, []string{"-load", net, "-predict", seven}, seven, "picture")
	number := filepath.Join(dir, "number.png")
	Write(t, number, twoDigits(t, train.Pixels(0), train.Pixels(1)))
	p.answersOthers(t, net, lines[0], paths[0], seven, number)
}

// answersOthers wants that a picture and a number are answered although a bad picture stands between them.
func (p Program) answersOthers(t *testing.T, net, line, picture, bad, number string) {
	t.Helper()
	code, stdout, stderr := p.start(t.Context(), []string{"-load", net, "-predict", picture, bad, number})
	rest, found := strings.CutPrefix(stdout, line+"\n"+number+": a number of 2 digits, from left to right: ")
	if code != 1 || !found || strings.Count(rest, "\n"+number+", digit ") != 2 || strings.Count(rest, "\n") != 3 {
		t.Errorf("exit code %d, standard output %q, want 1, %q and a number of two digits", code, stdout, line)
	}
	if !strings.HasPrefix(stderr, p.Name+": "+bad+": ") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("standard error %q, want a line that names %s", stderr, bad)
	}
	_, stdout, _ = p.start(t.Context(), []string{"-load", net, "-json", "-predict", picture, bad, number})
	var answers []struct {
		Input string
		show.Answer
		Digits []show.Answer
	}
	if err := json.Unmarshal([]byte(stdout), &answers); err != nil || len(answers) != 2 {
		t.Fatalf("%d answers (%v), want 2", len(answers), err)
	}
	if a := answers[1]; answers[0].Digits != nil || a.Label != nil || a.Input != number || len(a.Digits) != 2 ||
		len(a.Digits[1].Probabilities) != 10 {
		t.Errorf("the answers are %+v, want a picture's and a number's of two digits", answers)
	}
}

// twoDigits is a PNG of two digits of MNIST beside each other.
func twoDigits(t *testing.T, left, right []uint8) string {
	t.Helper()
	const scale, side = 5, 5 * 28
	img := image.NewGray(image.Rect(0, 0, 2*side, side))
	for i := range img.Pix {
		x, y := i%(2*side), i/(2*side)
		digit := left
		if x >= side {
			digit = right
		}
		img.Pix[i] = digit[y/scale*28+x%side/scale]
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return file.String()
}
