package show

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// folder is where a test prints and draws: each picture as SVG.
type folder struct {
	dir  string
	err  error
	text strings.Builder
}

func (f *folder) Printf(format string, args ...any) { fmt.Fprintf(&f.text, format, args...) }

func (f *folder) Draw(_ context.Context, name string, drawing func() (Drawing, error)) {
	picture, err := drawing()
	var file []byte
	if err == nil {
		f.Printf("%s\n", name)
		name = strings.TrimSuffix(name, ".png") + ".svg"
		file, err = picture.Encode(name)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(f.dir, name), file, 0o644)
	}
	f.err = errors.Join(f.err, err)
}

// failure is the error of a part, or of its pictures.
func failure(t *testing.T, part Part, of Trained) error {
	t.Helper()
	out := &folder{dir: t.TempDir()}
	return errors.Join(part(t.Context(), out, of), out.err)
}

// shown is what a part prints, with the names of its pictures, which are in the folder.
func shown(t *testing.T, part Part, of Trained) (text, dir string) {
	t.Helper()
	out := &folder{dir: t.TempDir()}
	if err := errors.Join(part(t.Context(), out, of), out.err); err != nil {
		t.Fatal(err)
	}
	return out.text.String(), out.dir
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// reader is a net that takes a picture for the digit whose pixel in the first row is the brightest.
func reader(t *testing.T) *model.Net {
	t.Helper()
	net := model.Sequential(model.Input(28, 28), layer.Flatten{},
		layer.Dense{Units: 10, NoBias: true, Activation: layer.Softmax})
	nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError})
	weights := make([]float64, 784*10)
	for digit := range 10 {
		weights[digit*10+digit] = 5
	}
	if err := net.SetWeights(nets.Tensors(net, weights)); err != nil {
		t.Fatal(err)
	}
	return net
}

// read is the net of reader after it has read one picture for each triple: it looks like the first digit, is labelled
// as the second, and has the brightness of the third.
func read(t *testing.T, digits ...[3]int) Trained {
	t.Helper()
	pixels, labels := make([]uint8, 784*len(digits)), make([]float64, len(digits))
	for i, d := range digits {
		pixels[784*i+d[0]], labels[i] = uint8(d[2]), float64(d[1])
	}
	set, err := dataset.FromBytes([]int{28, 28}, pixels, []int{}, labels)
	if err != nil {
		t.Fatal(err)
	}
	trained := Trained{Net: reader(t), Test: set, Seed: 1}
	outputs, err := trained.Net.Predict(set)
	if err != nil {
		t.Fatal(err)
	}
	trained.Reading.Add(0, outputs)
	return trained
}

// The surest mistake stands first, and each tile says how sure the net was.
func TestWrongDigits(t *testing.T) {
	trained := read(t, [3]int{0, 3, 100}, [3]int{7, 7, 200}, [3]int{9, 4, 255}, [3]int{1, 2, 200})
	if got := trained.Reading.Predicted; !slices.Equal(got, []int{0, 7, 9, 1}) {
		t.Errorf("the pictures are taken for %v, want 0 7 9 1", got)
	}
	text, dir := shown(t, WrongDigits, trained)
	const want = "confusion.png\nwrong digits:\n  0 2 3\n3 of 4 test digits are wrong\nwrong.png\nconfident.png\n"
	if text != want {
		t.Errorf("printed\n%s\nwant\n%s", text, want)
	}
	svg := content(t, filepath.Join(dir, "confident.svg"))
	at := -1
	for _, title := range []string{"4 | predict : 9 (94.", "2 | predict : 1 (8", "3 | predict : 0 (4"} {
		next := strings.Index(svg, "Label : "+title)
		if next <= at {
			t.Errorf("%q is at %d, want it after %d", title, next, at)
		}
		at = next
	}
}

func TestWrongDigitsOfANetThatIsRight(t *testing.T) {
	text, _ := shown(t, WrongDigits, read(t, [3]int{0, 0, 255}, [3]int{7, 7, 200}, [3]int{9, 9, 255}))
	if want := "confusion.png\nall 3 test digits are right: no wrong ones to draw\n"; text != want {
		t.Errorf("printed %q, want %q", text, want)
	}
}

// The first 25 digits are drawn, under the names of their classes; fewer if there are no more.
func TestFirstDigits(t *testing.T) {
	for _, rows := range []int{3, 25, 40} {
		pixels, labels := make([]uint8, 784*rows), make([]float64, rows)
		for i := range labels {
			labels[i] = float64(100 + i)
		}
		set, err := dataset.FromBytes([]int{28, 28}, pixels, []int{}, labels)
		if err != nil {
			t.Fatal(err)
		}
		out := &folder{dir: t.TempDir()}
		if FirstDigits(t.Context(), out, set); out.err != nil || out.text.String() != "digits.png\n" {
			t.Fatalf("%v, printed %q", out.err, out.text.String())
		}
		svg := content(t, filepath.Join(out.dir, "digits.svg"))
		for i := range rows {
			if name := fmt.Sprint(100 + i); strings.Contains(svg, name+"</text>") != (i < 25) {
				t.Errorf("of %d digits: is number %d drawn? %t", rows, i, i >= 25)
			}
		}
	}
}

// Long lists have 16 indices in a line.
func TestIndices(t *testing.T) {
	numbers := make([]int, 18)
	for i := range numbers {
		numbers[i] = i
	}
	if got, want := indices(numbers), "\n  0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n  16 17"; got != want {
		t.Errorf("listed %q, want %q", got, want)
	}
}

// A page has no picture of rows that were not read, as before the first validation, and none of no mistakes.
func TestLivePictures(t *testing.T) {
	right, mistaken := read(t, [3]int{0, 0, 255}), read(t, [3]int{0, 3, 100})
	for _, c := range []struct {
		name    string
		picture Picture
		moment  Moment
		want    bool
	}{
		{"wrong digits before a reading", LiveWrong(mistaken.Test), Moment{}, false},
		{"none wrong", LiveWrong(right.Test), Moment{Reading: right.Reading}, false},
		{"wrong digits", LiveWrong(mistaken.Test), Moment{Reading: mistaken.Reading}, true},
		{"confusion before a reading", LiveConfusion(right.Test, Numbers(10)), Moment{}, false},
		{"confusion", LiveConfusion(right.Test, Numbers(10)), Moment{Reading: right.Reading}, true},
		{"net", LiveNetwork(nil, Numbers(10)), Moment{Net: right.Net}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			picture, err := c.picture.Draw(c.moment)
			if err != nil || (picture != nil) != c.want || c.picture.Title == "" || c.picture.Alt == "" {
				t.Errorf("drew %v (%v) for %q, want a picture: %t", picture, err, c.picture.Title, c.want)
			}
		})
	}
}

// A page says once what the numbers in the neurons are, and a picture of its own at each layer.
func TestLiveNetworkIsTerse(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 1})
	nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError})
	picture, err := LiveNetwork(nil, nil).Wide().Draw(Moment{Net: net})
	if err != nil {
		t.Fatal(err)
	}
	live, err := chart.SVG(picture, 10*vg.Inch, 5*vg.Inch)
	if err != nil {
		t.Fatal(err)
	}
	_, dir := shown(t, Network(nil, nil), Trained{Net: net})
	const words = "bias inside"
	if strings.Contains(string(live), words) || !strings.Contains(content(t, filepath.Join(dir, "network.svg")), words) {
		t.Errorf("%q: want it in network.svg alone", words)
	}
}

// Rows without a class are left out, names that do not fit are an error.
func TestConfusion(t *testing.T) {
	data, err := dataset.FromFloats([]int{1}, []float64{1, 2, 3}, []int{2}, []float64{1, 0, 0, 0, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	trained := Trained{Test: data, Reading: Reading{Predicted: []int{0, 1, 0}, Classes: 2}}
	if text, _ := shown(t, Confusion([]string{"a", "b"}), trained); text != "confusion.png\n" {
		t.Errorf("drew %q, want confusion.png", text)
	}
	wording.Check(t, failure(t, Confusion([]string{"a"}), trained), "1 names", "2 classes")
}

// A net with layers without weights and without biases has a picture; one with a convolution or with several axes has none.
func TestNetwork(t *testing.T) {
	if text, _ := shown(t, Network(nil, Numbers(10)), Trained{Net: reader(t)}); text != "network.png\n" {
		t.Errorf("drew %q, want network.png", text)
	}
	net := model.Sequential(model.Input(2),
		layer.Dense{Units: 2}, layer.LeakyReLULayer{}, layer.Dropout{Rate: 0.5}, layer.Dense{Units: 1, NoBias: true},
		layer.ActivationLayer{Activation: layer.Sigmoid})
	nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError})
	weights := nets.Tensors(net, []float64{1.5, -2.5, 3.5, 4.5}, []float64{5.5, 6.5}, []float64{7.5, 8.5})
	if err := net.SetWeights(weights); err != nil {
		t.Fatal(err)
	}
	_, dir := shown(t, Network([]string{"left", "right"}, []string{"above"}), Trained{Net: net})
	svg := content(t, filepath.Join(dir, "network.svg"))
	for _, text := range []string{"1.5", "2.5", "3.5", "4.5", "5.5", "6.5", "7.5", "8.5", "left", "right", "above"} {
		if !strings.Contains(svg, ">"+text) && !strings.Contains(svg, text+"<") && !strings.Contains(svg, text+"0<") {
			t.Errorf("no %s in the picture", text)
		}
	}
	net = model.Sequential(model.Input(4, 4, 1),
		layer.Conv2D{Filters: 1, Kernel: layer.Square(2)}, layer.Flatten{}, layer.Dense{Units: 1})
	nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError})
	if text, _ := shown(t, Network(nil, nil), Trained{Net: net}); text != "no network.png: layer 1 (conv2d) is a Conv2D, want Dense\n" {
		t.Errorf("printed %q of a net with a convolution", text)
	}
	net = model.Sequential(model.Input(2, 1), layer.Dense{Units: 3}, layer.Flatten{}, layer.Dense{Units: 1})
	nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError})
	if text, _ := shown(t, Network(nil, nil), Trained{Net: net}); text != "no network.png: layer 1 (dense) has an input of (2, 1), want one axis\n" {
		t.Errorf("printed %q of a net with two axes", text)
	}
}

// Add takes the rows in several calls; a first row of 0 clears the reading.
func TestReading(t *testing.T) {
	outputs := func(width int, values ...float32) *tensor.Dense {
		return tensor.New(tensor.WithShape(len(values)/width, width), tensor.WithBacking(values))
	}
	var r Reading
	for range 2 {
		r.Add(0, outputs(3, 0.5, 0.25, 0.25, 0, 0.25, 0.75))
		r.Add(2, outputs(3, 0.125, 0.875, 0))
	}
	if want := (Reading{[]int{0, 2, 1}, []float64{0.5, 0.75, 0.875}, 3}); !reflect.DeepEqual(r, want) {
		t.Errorf("the reading is %+v, want %+v", r, want)
	}
	if got := r.surest([]int{0, 1, 2}, 2); !slices.Equal(got, []int{2, 1}) {
		t.Errorf("the surest rows are %v, want 2 and 1", got)
	}
	var none Reading
	if none.Add(0, outputs(1, 0.5, 0.25)); none.Predicted != nil {
		t.Errorf("outputs of one value are read as %+v", none)
	}
}

func TestAnswer(t *testing.T) {
	labels := []any{"setosa", 7}
	a, err := NewAnswer([]float64{0.25, 0.75}, labels)
	if err != nil || a.Label != 7 || !slices.Equal(a.Probabilities, []float64{0.25, 0.75}) || a.Output != nil {
		t.Errorf("the answer is %+v, error %v", a, err)
	}
	if a, err = NewAnswer([]float64{0}, nil); err != nil || a.Label != nil || a.Probabilities != nil || *a.Output != 0 {
		t.Errorf("the answer is %+v, error %v", a, err)
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := NewAnswer([]float64{0, x}, labels)
		wording.Check(t, err, "not finite", "weights", "inputs")
	}
}

// The curves are those of the history, under the program's name, as the program likes them.
func TestCurves(t *testing.T) {
	trained := Trained{Program: "xor", History: new(model.History)}
	if text, _ := shown(t, Curves, trained); text != "" {
		t.Errorf("drew %q of no epoch", text)
	}
	trained.History.Epochs = []model.Epoch{{Epoch: 1, Epochs: 2, Loss: 0.5}, {Epoch: 2, Epochs: 2, Loss: 0.25}}
	title := ""
	trained.Curves = func(c *chart.Curves) { title = c.Title }
	if text, _ := shown(t, Curves, trained); text != "curves.png\n" || title != "xor" {
		t.Errorf("drew %q with the title %q, want curves.png and xor", text, title)
	}
}
