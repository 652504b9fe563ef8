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
)

// MNISTFlags wants a clear line for each bad flag of a program that trains on MNIST.
func MNISTFlags(t *testing.T, p Program) {
	t.Helper()
	p.BadInput(t, []Bad{
		{"-epochs -1", "-epochs -1", "0"},
		{"-batch 0", "-batch 0", "1"},
		{"-lr NaN", "-lr NaN", "above 0"},
		{"-limit -1", "-limit -1", "0"},
		{"-stream", "-stream", "-data"},
		{"-speed 3", "-speed", "-h"},
		{"7.png", "7.png", "-h"},
	})
}

// MNISTFiles wants a clear line for each way in which the folder of MNIST's files can be wrong.
func MNISTFiles(t *testing.T, p Program) {
	t.Helper()
	const images, side = "train-images-idx3-ubyte", "\x00\x00\x00\x1c\x00\x00\x00\x1c"
	for _, c := range []struct{ name, content, fact string }{
		{"empty", "", images + ".gz"},
		{"truncated", "\x00\x00\x08\x03\x00\x00\xea\x60" + side + "12345", "47040000"},
		{"other", "\x00\x00\x08\x01\x00\x00\xea\x60" + side, "0x00000801"},
		{"huge", "\x00\x00\x08\x03\x7f\xff\xff\xff" + side, "2147483647"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.content != "" {
				Write(t, filepath.Join(dir, images), c.content)
			}
			p.Failure(t, []string{"-data", dir}, dir, images, c.fact)
		})
	}
	none, file := filepath.Join(t.TempDir(), "none"), filepath.Join(t.TempDir(), "file")
	Write(t, file, "")
	p.Failure(t, []string{"-data", none}, none)
	p.Failure(t, []string{"-data", file}, file, "folder")
}

// MNISTLoss wants a clear line when the loss is not finite: at a learning rate of 1e30.
func MNISTLoss(t testing.TB, p Program) {
	t.Helper()
	p.Failure(t, []string{"-lr", "1e30", "-limit", "60", "-batch", "20"}, "epoch 1, batch ", "smaller learning rate")
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
	PNG(t, filepath.Join(out, "curves.png"))
	for _, name := range []string{"wrong.png", "confident.png", "confusion.png"} {
		PNG(t, filepath.Join(out, name))
	}
	return stdout
}

// MNISTWrongDigits wants that the list of wrong digits, of limit many, has as many as the test
// accuracy says.
func MNISTWrongDigits(t testing.TB, p Program, limit int) {
	t.Helper()
	out := t.TempDir()
	stdout := p.Finish(t, out, "-limit", strconv.Itoa(limit), "-epochs", "1", "-no-pictures")
	_, list, ok := strings.Cut(stdout, "wrong digits:\n")
	list, _, end := strings.Cut(list, "of "+strconv.Itoa(limit)+" test digits are wrong\n")
	numbers := strings.Fields(list)
	if !ok || !end || len(numbers) == 0 {
		t.Fatalf("no list of wrong digits in\n%s", stdout)
	}
	count := len(numbers) - 1 // the last one is their number
	if want := strconv.Itoa(count); numbers[count] != want {
		t.Errorf("%s indices are listed and %s digits are said to be wrong", want, numbers[count])
	}
	wrong := float64(limit) * (1 - Final(t, out, "test_accuracy"))
	if wrong < float64(count)-0.01 || wrong > float64(count)+0.01 {
		t.Errorf("%d indices are listed, and by the accuracy %.2f digits are wrong", count, wrong)
	}
	for i, text := range numbers[:count] {
		if n, err := strconv.Atoi(text); err != nil || n < 0 || n >= limit {
			t.Errorf("wrong digit %d has the index %s, want one below %d", i, text, limit)
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
		if err := png.Encode(&file, &image.Gray{Pix: train.Pixels(i), Stride: 28, Rect: image.Rect(0, 0, 28, 28)}); err != nil {
			t.Fatal(err)
		}
		Write(t, path, file.String())
		paths = append(paths, path)
	}
	net := filepath.Join(dir, "net.h5")
	p.Finish(t, t.TempDir(), "-no-pictures", "-quiet", "-epochs", "5", "-limit", "200", "-batch", "10", "-save", net)
	lines := strings.Split(strings.TrimSpace(p.Main(t, append([]string{"-load", net, "-predict"}, paths...)...)), "\n")
	var answers []struct {
		Input         string
		Label         int
		Probabilities []float64
	}
	if err := json.Unmarshal([]byte(p.Main(t, append([]string{"-load", net, "-json", "-predict"}, paths...)...)), &answers); err != nil {
		t.Fatal(err)
	}
	if len(lines) != len(paths) || len(answers) != len(paths) {
		t.Fatalf("%d lines and %d answers, want %d", len(lines), len(answers), len(paths))
	}
	right := 0
	for i, a := range answers {
		line := fmt.Sprintf("%s: %d ", paths[i], a.Label)
		for _, probability := range a.Probabilities {
			line += fmt.Sprintf(" %.4f", probability)
		}
		if len(a.Probabilities) != 10 || a.Input != paths[i] || lines[i] != line {
			t.Errorf("the line is %q, the answer %+v", lines[i], a)
		}
		if a.Label == train.Label(i) {
			right++
		}
	}
	if right < 17 {
		t.Errorf("%d of 20 labels are right, want at least 17", right)
	}
	text := filepath.Join(dir, "text.png")
	Write(t, text, "seven\n")
	p.Failure(t, []string{"-load", net, "-predict", paths[0], text}, text, "picture")
}
