package keras_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Models in the forms that Keras' files have predict, are measured and train on as in Keras: chains of class Functional,
// models in models, losses of logits, weights of losses, metrics and losses that the suite does not have.
// make_forms.py made the files.
func TestForms(t *testing.T) {
	for _, path := range files(t, filepath.Join("testdata", "forms")) {
		t.Run(name(path), func(t *testing.T) {
			want, net, data := predicted(t, path)
			keras.RoundTrip(t, net)
			if strings.HasSuffix(path, "_unknown_loss.h5") {
				_, err := net.Evaluate(context.Background(), data)
				wording.Check(t, err, "loss", "huber")
				_, err = net.Fit(context.Background(), data, model.Fit{Epochs: 1, Batch: 1})
				wording.Check(t, err, "fit", "loss", "huber")
				return
			}
			score, err := net.Evaluate(context.Background(), data)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "loss", []float64{score.Loss}, want.Evaluation[:1], 1e-6)
			if len(want.Evaluation) > 1 {
				near(t, "accuracy", []float64{score.Accuracy}, want.Evaluation[1:2], 1e-6)
			}
			_, err = net.Fit(context.Background(), data, model.Fit{Epochs: want.Epochs, Batch: want.Batch, NoShuffle: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range net.Params() {
				near(t, p.Name, model.Float64s(p.Value), want.After[i].Data, 1e-6)
			}
		})
	}
}

// Metrics that the suite does not have are named, and not measured.
func TestUnmeasured(t *testing.T) {
	for _, c := range []struct {
		file     string
		accuracy bool
		others   []string
	}{
		{"keras3_metrics", true, []string{"sparse_top_k_categorical_accuracy"}},
		{"keras2_metrics", true, []string{"sparse_top_k_categorical_accuracy"}},
		{"keras3_unknown_loss", false, []string{"mae", "RootMeanSquaredError"}},
		{"keras3_functional", true, nil},
	} {
		net, err := keras.Load(filepath.Join("testdata", "forms", c.file+".h5"))
		if err != nil {
			t.Fatal(err)
		}
		config := net.Config()
		if got := len(config.Metrics) == 1; got != c.accuracy || !slices.Equal(config.Unmeasured, c.others) {
			t.Errorf("%s: accuracy %t and beside it %q, want %t and %q", c.file, got, config.Unmeasured, c.accuracy, c.others)
		}
	}
}

// The weights that save_weights wrote load into a net of the same layers.
func TestWeightsOnly(t *testing.T) {
	own := model.Sequential(model.Input(6, 6, 2), layer.Conv2D{Filters: 3, Kernel: layer.Size{Height: 3, Width: 2},
		Activation: layer.ReLU}, layer.MaxPool2D{Padding: layer.Same}, layer.Dropout{}, layer.Flatten{},
		layer.Dense{Units: 3, Activation: layer.Softmax})
	other := model.Sequential(model.Input(6, 6, 2), layer.Flatten{}, layer.Dense{Units: 3, Activation: layer.Softmax})
	config := model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)}
	for _, path := range files(t, filepath.Join("testdata", "forms", "weights")) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var want struct{ X, Prediction array }
			version, _, _ := strings.Cut(path, "_")
			record(t, version+".h5", &want)
			path = copied(t, path)
			net, err := keras.LoadInto(own, path, config)
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Predict(rows(t, want.X, array{}))
			if err != nil {
				t.Fatal(err)
			}
			if !y.Shape().Eq(tensor.Shape(want.Prediction.Shape)) {
				t.Fatalf("the prediction has the shape %v, want %v", y.Shape(), want.Prediction.Shape)
			}
			near(t, "prediction", model.Float64s(y), want.Prediction.Data, 1e-6)
			_, err = keras.Load(path)
			wording.Check(t, err, "weights only", "model.save")
			_, err = keras.LoadInto(other, path, config)
			wording.Check(t, err, "weights only", "own net", "layer")
		})
	}
}

// The files of users load and predict as in Keras, and are evaluated where the suite has the loss. The inputs of both rows
// are x[j] = (37j mod 101)/100.
func TestFilesOfUsers(t *testing.T) {
	folder := filepath.Join("testdata", "cases")
	var cases map[string]struct {
		Shape  []int `json:"input_shape"`
		Output [][]float64
	}
	if err := json.Unmarshal([]byte(content(t, filepath.Join(folder, "files.json"))), &cases); err != nil {
		t.Fatal(err)
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			net, err := keras.Load(filepath.Join(folder, name+".h5"))
			if err != nil {
				t.Fatal(err)
			}
			x := make([]float64, 2*tensor.Shape(c.Shape).TotalSize())
			for j := range x {
				x[j] = float64(37*j%101) / 100
			}
			y, err := net.Predict(rows(t, array{append([]int{2}, c.Shape...), x}, array{}))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "prediction", model.Float64s(y), slices.Concat(c.Output...), 1e-5)
			keras.RoundTrip(t, net)
		})
	}
	for name, facts := range map[string][]string{
		"only.weights": {"weights only"},
		"plain_gzip":   {"compressed"},
		"plain_latest": {"libver='latest'"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := keras.Load(copied(t, filepath.Join(folder, name+".h5")))
			wording.Check(t, err, append(facts, name)...)
		})
	}
}

// copied is a file in a folder of the test, whose path is not shown in messages.
func copied(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(to, []byte(content(t, path)), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}
