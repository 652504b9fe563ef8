package keras_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/diagram"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// Models with a Normalization, with layers that do nothing in prediction, with a Dense on several axes, with normalization
// in models in models, and with operators, predict and are measured as in Keras, and train on as there, where the suite
// trains them. make_nets.py made the files.
func TestNets(t *testing.T) {
	for _, path := range slices.Concat(files(t, filepath.Join("testdata", "nets")), glob(t, filepath.Join("testdata", "nets", "*.keras"))) {
		if strings.HasSuffix(path, ".weights.h5") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, net, data := predicted(t, path)
			score, err := net.Evaluate(t.Context(), data)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name(path), "_activity") { // its regularizer is not in the loss
				near(t, "loss", []float64{score.Loss}, want.Evaluation[:1], 1e-6)
			}
			near(t, "accuracy", []float64{score.Accuracy}, want.Evaluation[1:], 1e-6)
			keras.RoundTrip(t, net)
			_, err = net.Fit(t.Context(), data, model.Fit{Epochs: want.Epochs, Batch: want.Batch, NoShuffle: true})
			if want.After == nil {
				if err == nil || !strings.Contains(err.Error(), "training with this layer is not supported") {
					t.Errorf("training: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := len(net.Params()); got != len(want.After) {
				t.Fatalf("%d weights, want %d", got, len(want.After))
			}
			for i, p := range net.Params() {
				data := want.After[i].Data
				if len(want.After[i].Shape) == 0 { // one number for all
					data = slices.Repeat(data, p.Value.Shape().TotalSize())
				}
				near(t, p.Name, model.Float64s(p.Value), data, 1e-6)
			}
		})
	}
}

// The weights that save_weights wrote load into a net that has a Normalization.
func TestWeightsOfNormalization(t *testing.T) {
	own := model.Sequential(model.Input(6, 6, 2),
		layer.Conv2D{Filters: 2, Kernel: layer.Square(3), Activation: layer.Tanh}, layer.Normalization{},
		layer.Conv2D{Filters: 2, Kernel: layer.Square(2)}, layer.Flatten{}, layer.Dense{Units: 3, Activation: layer.Softmax})
	config := model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)}
	for _, path := range files(t, filepath.Join("testdata", "nets", "weights")) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var want struct{ X, Prediction array }
			version, _, _ := strings.Cut(filepath.Base(path), ".")
			record(t, filepath.Join("testdata", "nets", version+"_norm_within.h5"), &want)
			net, err := keras.LoadInto(own, path, config)
			if err != nil {
				t.Fatal(err)
			}
			y, err := net.Predict(rows(t, want.X, array{}))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "prediction", model.Float64s(y), want.Prediction.Data, 1e-6)
		})
	}
}

// A net lists the layers that do nothing by their names, and its file has their settings.
func TestLayersThatDoNothing(t *testing.T) {
	var set struct{ X, Y array }
	file := filepath.Join("testdata", "nets", "keras3_augmentation.keras")
	record(t, file, &set)
	data := rows(t, set.X, set.Y)
	net, err := keras.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	summary := show.Summary(net)
	for _, line := range []string{
		"random_flip (RandomFlip)                 (None, 6, 6, 2)   0",
		"random_translation (RandomTranslation)   (None, 6, 6, 2)   0",
	} {
		if !strings.Contains(summary, line+"\n") {
			t.Errorf("no line %q in\n%s", line, summary)
		}
	}
	drawn, err := diagram.Layers(net)
	if err != nil || !strings.Contains(string(drawn), "random_zoom: RandomZoom|") {
		t.Errorf("the diagram (%v) has no RandomZoom:\n%s", err, drawn)
	}
	_, err = net.Fit(t.Context(), data, model.Fit{Epochs: 1, Batch: 2})
	wording.Check(t, err, "fit", "layer 1 (RandomFlip)", "training", "predicting and evaluating are")
	if _, err = net.Fit(t.Context(), data, model.Fit{Batch: 2}); err != nil {
		t.Errorf("a Fit of no epochs: %v", err)
	}
	path := filepath.Join(t.TempDir(), "net.h5")
	save(t, path, net)
	for _, setting := range []string{`"mode":"horizontal"`, `"fill_mode":"nearest"`, `"height_factor":[-0.2,0.3]`} {
		if !strings.Contains(content(t, path), setting) {
			t.Errorf("the file has no %s", setting)
		}
	}
	net, err = keras.Load(filepath.Join("testdata", "nets", "keras3_sizes.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = net.Layers()[0].OutputShape([]int{7, 6, 2}); err == nil {
		t.Error("images of another size are resized")
	}
	wording.Check(t, err, "(7, 6, 2)", "6x6", "not supported")
}
