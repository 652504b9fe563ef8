package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// reader is a net that takes a picture for the digit whose pixel in the first row is the brightest.
func reader(t *testing.T) *model.Net {
	t.Helper()
	net := model.Sequential(model.Input(28, 28), layer.Flatten{}, layer.Dense{Units: 10, NoBias: true, Activation: layer.Softmax})
	err := net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)})
	if err != nil {
		t.Fatal(err)
	}
	weights := make([]float64, 784*10)
	for digit := range 10 {
		weights[digit*10+digit] = 5
	}
	if err := net.SetWeights([][]float64{weights}); err != nil {
		t.Fatal(err)
	}
	return net
}

// pictures has one picture for each pair: it looks like the first digit, with the given brightness, and
// is labelled as the second.
func pictures(t *testing.T, digits [][3]int) dataset.Set {
	t.Helper()
	pixels, labels := make([]uint8, 784*len(digits)), make([]float64, len(digits))
	for i, d := range digits {
		pixels[784*i+d[0]], labels[i] = uint8(d[2]), float64(d[1])
	}
	set, err := dataset.FromBytes([]int{28, 28}, pixels, []int{}, labels)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// runWith runs a program that only does what f does, and gives its output and the files that it left.
func runWith(t *testing.T, f Func, args ...string) (stdout string, files []string) {
	t.Helper()
	out := t.TempDir()
	var text, complaint bytes.Buffer
	code := Main(context.Background(), "mnistmlp", Defaults{Epochs: 1}, f, append(args, "-out", out), &text, &complaint)
	if code != 0 {
		t.Fatalf("code %d, standard error %q", code, complaint.String())
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files = append(files, e.Name())
	}
	return strings.ReplaceAll(text.String(), out+string(filepath.Separator), ""), files
}

func TestWrongDigitsOfANetThatIsRight(t *testing.T) {
	test := pictures(t, [][3]int{{0, 0, 255}, {7, 7, 200}, {9, 9, 255}})
	stdout, files := runWith(t, func(_ context.Context, o Options) error { return o.WrongDigits(reader(t), test) })
	if want := "wrote confusion.png\nall 3 test digits are right: no wrong ones to draw\n"; stdout != want {
		t.Errorf("printed %q, want %q", stdout, want)
	}
	if strings.Join(files, " ") != "confusion.png" {
		t.Errorf("left %v, want confusion.png alone", files)
	}
}

func TestWrongDigits(t *testing.T) {
	test := pictures(t, [][3]int{{0, 3, 100}, {7, 7, 200}, {9, 4, 255}, {1, 2, 200}})
	r, err := (Options{}).classify(reader(t), test)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 7, 9, 1} {
		if r.Predicted[i] != want {
			t.Errorf("picture %d is taken for %d, want %d", i, r.Predicted[i], want)
		}
	}
	if !(r.Sure[0] < r.Sure[3] && r.Sure[3] < r.Sure[2]) {
		t.Errorf("probabilities %v, want the brighter pictures to be surer", r.Sure)
	}
	stdout, files := runWith(t, func(_ context.Context, o Options) error { return o.WrongDigits(reader(t), test) }, "-svg")
	if !strings.Contains(stdout, "wrong digits:\n  0 2 3\n3 of 4 test digits are wrong\n") {
		t.Errorf("printed %q", stdout)
	}
	want := "confident.png confident.svg confusion.png confusion.svg wrong.png wrong.svg"
	if strings.Join(files, " ") != want {
		t.Fatalf("left %v, want %s", files, want)
	}
}

// The surest mistake stands first, and each tile says how sure the net was.
func TestConfidentMistakesAreSorted(t *testing.T) {
	test := pictures(t, [][3]int{{0, 3, 100}, {9, 4, 255}, {1, 2, 200}})
	out := t.TempDir()
	if err := (Options{Out: out, SVG: true}).WrongDigits(reader(t), test); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(filepath.Join(out, "confident.svg"))
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for _, title := range []string{"Label : 4 | predict : 9 (94.", "Label : 2 | predict : 1 (8", "Label : 3 | predict : 0 (4"} {
		next := bytes.Index(svg, []byte(title))
		if next <= at {
			t.Errorf("%q is at %d, want behind %d", title, next, at)
		}
		at = next
	}
}

func TestConfusionNames(t *testing.T) {
	err := (Options{Out: t.TempDir()}).Confusion(reader(t), pictures(t, [][3]int{{0, 0, 255}}), []string{"a", "b"})
	if err == nil || err.Error() != "picture confusion.png: 2 names for 10 classes" {
		t.Errorf("error %v", err)
	}
}

// A net with Flatten, Dropout and without biases has a picture; one with a convolution has none.
func TestNetworkOfAnyDenseNet(t *testing.T) {
	_, files := runWith(t, func(_ context.Context, o Options) error { return o.Network(reader(t), nil, nil) })
	if strings.Join(files, " ") != "network.png" {
		t.Errorf("left %v, want network.png", files)
	}
	net := model.Sequential(model.Input(4, 4, 1), layer.Conv2D{Filters: 1, Kernel: layer.Square(2)}, layer.Flatten{}, layer.Dense{Units: 1})
	if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}); err != nil {
		t.Fatal(err)
	}
	err := (Options{Out: t.TempDir()}).Network(net, nil, nil)
	if want := "picture network.png: layer 1 (conv2d) is a layer.Conv2D, want Dense"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
