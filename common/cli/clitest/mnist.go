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
func MNISTFlags(t testing.TB, p Program) {
	t.Helper()
	p.BadInput(t, map[string]string{
		"-epochs -1": "-epochs -1: must be at least 0",
		"-batch 0":   "-batch 0: must be at least 1",
		"-lr 0":      "-lr 0: must be a finite number above 0",
		"-lr NaN":    "-lr NaN: must be a finite number above 0",
		"-limit -1":  "-limit -1: must be at least 0",
		"-stream":    "-stream: name the folder of the uncompressed files with -data",
		"-speed 3":   "flag provided but not defined: -speed (-h lists the flags)",
		"7.png":      "unexpected argument 7.png (-h lists the flags)",
	})
}

// MNISTFiles wants a clear line for each way in which the folder of MNIST's files can be wrong.
func MNISTFiles(t testing.TB, p Program) {
	t.Helper()
	const images = "train-images-idx3-ubyte"
	empty, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	Write(t, file, "")
	folder := func(content string) string {
		dir := t.TempDir()
		Write(t, filepath.Join(dir, images), content)
		return dir
	}
	const side = "\x00\x00\x00\x1c\x00\x00\x00\x1c"
	truncated := folder("\x00\x00\x08\x03\x00\x00\xea\x60" + side + "12345")
	other := folder("\x00\x00\x08\x01\x00\x00\xea\x60" + side)
	huge := folder("\x00\x00\x08\x03\x7f\xff\xff\xff" + side)
	for dir, want := range map[string]string{
		filepath.Join(empty, "none"): "MNIST folder " + filepath.Join(empty, "none") + ": no such file or directory",
		file:                         "MNIST folder " + file + ": a file, expected a folder",
		empty:                        "MNIST: neither " + images + ".gz nor " + images + " is in the folder " + empty,
		truncated:                    "MNIST file " + filepath.Join(truncated, images) + ": truncated: 5 bytes of data, expected 47040000",
		other:                        "MNIST file " + filepath.Join(other, images) + ": the magic number is 0x00000801, expected 0x00000803",
		huge:                         "MNIST file " + filepath.Join(huge, images) + ": the header's dimension 0 is 2147483647, expected 60000",
	} {
		if got := p.Failure(t, "-data", dir); got != want {
			t.Errorf("the error is %q, want %q", got, want)
		}
	}
}

// MNISTLoss wants a clear line when the loss is not finite: at a learning rate of 1e30.
func MNISTLoss(t testing.TB, p Program) {
	t.Helper()
	got := p.Failure(t, "-lr", "1e30", "-limit", "60", "-batch", "20")
	if !strings.HasPrefix(got, "epoch 1, batch ") || !strings.HasSuffix(got, ": try a smaller learning rate") {
		t.Errorf("the error is %q, want the batch and a smaller learning rate", got)
	}
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
	if got, want := p.failure(t, "-load", net, "-predict", paths[0], text), text+": not a PNG, JPEG or GIF picture"; got != want {
		t.Errorf("the error is %q, want %q", got, want)
	}
}
