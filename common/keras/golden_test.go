package keras_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// array is a tensor in the JSON files of Keras' values.
type array struct {
	Shape []int
	Data  []float64
}

// goldenFolder has the files saved by real Keras with make_h5.py. The folder h5 in GOLDEN_DIR replaces it, if there is
// one.
func goldenFolder(t *testing.T) string {
	t.Helper()
	folder, err := golden.Folder()
	if err != nil {
		t.Fatal(err)
	}
	if dir := filepath.Join(folder, "h5"); os.Getenv("GOLDEN_DIR") != "" {
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
	}
	return filepath.Join("testdata", "h5")
}

// A file saved by real Keras predicts here what it predicted there.
func TestGolden(t *testing.T) {
	for _, path := range files(t, goldenFolder(t)) {
		t.Run(name(path), func(t *testing.T) {
			var want struct {
				X, Prediction array
				Weights       []array
			}
			record(t, path, &want)
			net, err := keras.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range net.Params() {
				if w := want.Weights[i]; !slices.Equal(p.Shape(), w.Shape) || !slices.Equal(model.Float64s(p.Value), w.Data) {
					t.Errorf("%s is not what Keras had", p.Name)
				}
			}
			if got := len(net.Params()); got != len(want.Weights) {
				t.Errorf("%d weights, want %d", got, len(want.Weights))
			}
			y, err := net.Predict(rows(t, want.X, array{}))
			if err != nil {
				t.Fatal(err)
			}
			if !y.Shape().Eq(tensor.Shape(want.Prediction.Shape)) {
				t.Fatalf("the prediction has the shape %v, want %v", y.Shape(), want.Prediction.Shape)
			}
			near(t, "prediction", model.Float64s(y), want.Prediction.Data, 1e-6)
			keras.RoundTrip(t, net)
		})
	}
}

// Training resumes from a file of Keras as in Keras, with the state of the optimizer.
// make_resume.py made the files.
func TestTrainingGoesOnAsInKeras(t *testing.T) {
	for _, path := range files(t, filepath.Join("testdata", "resume")) {
		t.Run(name(path), func(t *testing.T) {
			var want struct {
				X, Y          array
				Epochs, Batch int
				Evaluation    []float64
				After         []array
			}
			record(t, path, &want)
			net, err := keras.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			data := rows(t, want.X, want.Y)
			score, err := net.Evaluate(context.Background(), data)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "loss", []float64{score.Loss}, want.Evaluation[:1], 1e-6)
			if len(want.Evaluation) > 1 {
				near(t, "accuracy", []float64{score.Accuracy}, want.Evaluation[1:], 1e-6)
			}
			keras.RoundTrip(t, net)
			_, err = net.Fit(context.Background(), data, model.Fit{Epochs: want.Epochs, Batch: want.Batch, NoShuffle: true})
			if err != nil {
				t.Fatal(err)
			}
			switch name(path) {
			case "keras2_legacyrmsprop", "keras2_nadam", "keras2_cosine", "keras2_againnadam", "keras2_legacynadam":
				return // by another rule: see Load
			}
			for i, p := range net.Params() {
				near(t, p.Name, model.Float64s(p.Value), want.After[i].Data, 1e-6)
			}
		})
	}
}

// Files with optimizers, settings and names of settings that people have: they predict as in Keras, and train on.
func TestCasesOfOptimizers(t *testing.T) {
	for file, class := range map[string]string{"adadelta": "*solver.Adadelta", "nadam": "*solver.Nadam",
		"clipnorm": "*solver.Adam", "amsgrad": "*solver.Adam", "lr_schedule": "*solver.Adam", "k21_lr_key": "*solver.Adam",
		"plain_keras3.keras": "*solver.Adam"} {
		t.Run(file, func(t *testing.T) {
			path := filepath.Join("testdata", "cases", file)
			if filepath.Ext(file) == "" {
				path += ".h5"
			}
			var want struct {
				InputShape []int `json:"input_shape"`
				Output     [][]float64
			}
			record(t, path, &want)
			net, err := keras.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			x := array{Shape: append([]int{len(want.Output)}, want.InputShape...)}
			for j := range tensor.Shape(x.Shape).TotalSize() {
				x.Data = append(x.Data, float64(37*j%101)/100)
			}
			y := array{Shape: []int{2}, Data: []float64{1, 2}}
			if net.Config().Loss == loss.CategoricalCrossentropy {
				y = array{Shape: []int{2, 3}, Data: []float64{0, 1, 0, 0, 0, 1}}
			}
			output, err := net.Predict(rows(t, x, array{}))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "output", model.Float64s(output), slices.Concat(want.Output...), 1e-5)
			if got := fmt.Sprintf("%T", net.Config().Solver); got != class {
				t.Errorf("the optimizer is a %s, want a %s", got, class)
			}
			history, err := net.Fit(context.Background(), rows(t, x, y), model.Fit{Epochs: 30, Batch: 2})
			if err != nil {
				t.Fatal(err)
			}
			if losses := history.Series("loss"); losses[29] >= losses[0] {
				t.Errorf("the loss goes from %v to %v", losses[0], losses[29])
			}
			keras.RoundTrip(t, net)
		})
	}
}

func save(t testing.TB, path string, net *model.Net) {
	t.Helper()
	if err := keras.Save(path, net); err != nil {
		t.Fatal(err)
	}
}

func content(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func files(t testing.TB, folder string) []string {
	t.Helper()
	return glob(t, filepath.Join(folder, "*.h5"))
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil || len(list) == 0 {
		t.Fatalf("no files %s (%v)", pattern, err)
	}
	return list
}

func name(path string) string { return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) }

// record reads the JSON file beside a net's.
func record(t testing.TB, path string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(content(t, strings.TrimSuffix(path, filepath.Ext(path))+".json")), to); err != nil {
		t.Fatal(err)
	}
}

// kerasRun is what a script recorded of a net of Keras beside its file.
type kerasRun struct {
	X, Y, Prediction array
	Epochs, Batch    int
	Evaluation       []float64
	After            []array // the weights after Epochs more
}

// predicted loads a file of Keras, and wants Keras' prediction from its net.
func predicted(t testing.TB, path string) (want kerasRun, net *model.Net, data dataset.Set) {
	t.Helper()
	record(t, path, &want)
	net, err := keras.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	data = rows(t, want.X, want.Y)
	y, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "prediction", model.Float64s(y), want.Prediction.Data, 1e-6)
	return want, net, data
}

// rows makes a set of arrays whose first axis is the row. An empty y means no targets.
func rows(t testing.TB, x, y array) dataset.Set {
	t.Helper()
	var target []int
	if y.Shape != nil {
		target = append([]int{}, y.Shape[1:]...)
	}
	s, err := dataset.FromFloats(x.Shape[1:], x.Data, target, y.Data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// near wants numbers that differ by at most the tolerance, which is relative for numbers above 1.
func near(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance*math.Max(1, math.Abs(want[i]))) {
			t.Errorf("%s[%d] is %.9g, want %.9g", what, i, got[i], want[i])
			return
		}
	}
}
