package model_test

import (
	"encoding/json"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/levels"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// trainGolden is a whole run of Keras without shuffling.
type trainGolden struct {
	Config       golden.Config        `json:"config"`
	Optimizer    golden.Config        `json:"optimizer"`
	Loss         string               `json:"loss"`
	BatchSize    int                  `json:"batch_size"`
	Epochs       int                  `json:"epochs"`
	HistoryEvery int                  `json:"history_every"` // every n epochs, and the last
	History      map[string][]float64 `json:"history"`
	X            golden.Array         `json:"x"`
	Y            golden.Array         `json:"y"`
	XValidation  *golden.Array        `json:"x_validation"`
	YValidation  *golden.Array        `json:"y_validation"`
	Initial      []golden.Array       `json:"initial_weights"`
	Final        []golden.Array       `json:"final_weights"`
	Prediction   golden.Array         `json:"prediction"`
	Classes      bool                 `json:"classes"`
	MadeBy       golden.MadeBy        `json:"made_by"`
}

func TestGoldenTraining(t *testing.T) {
	on := machines
	if testing.Short() {
		on = on[:1] // TestSmallNetsOnTheTapeMachine has the same bits on the other
	}
	golden.Each(t, "train_*.json", func(t *testing.T, path string) {
		for _, p := range precisions(1e-9, 1e-3) {
			for _, m := range on {
				t.Run(p.name+", "+m.name, func(t *testing.T) {
					levels.Set(t, p.level)
					var g trainGolden
					golden.Read(t, path, &g)
					checkTraining(t, g, p, m.machine)
				})
			}
		}
	})
}

func checkTraining(t *testing.T, want trainGolden, p precision, machine model.MachineFunc) {
	t.Helper()
	net := netFrom(t, want.Config)
	config := model.Config{Loss: lossFrom(t, want.Loss), Solver: solverFrom(t, want.Optimizer), Dtype: p.dtype, Machine: machine}
	if _, ok := want.History["accuracy"]; ok {
		config.Metrics = []model.Metric{model.Accuracy}
	}
	nets.Compile(t, net, config)
	setWeights(t, net, want.Initial)
	data := rows(t, want.X, want.Y)
	fit := model.Fit{Epochs: want.Epochs, Batch: want.BatchSize, NoShuffle: true}
	if _, ok := want.History["val_loss"]; ok {
		fit.Validation = validation(t, want)
	}
	history := nets.Fit(t, net, data, fit)
	if got := history.Names(); len(got) != len(want.History) {
		t.Errorf("history of %v, want %d columns: %v", got, len(want.History), want.History)
	}
	for name, values := range want.History {
		golden.Near(t, "history "+name, thin(history.Series(name), want.HistoryEvery), values, p.tolerance)
	}
	for i, w := range want.Final {
		golden.Near(t, w.Name, model.Float64s(net.Params()[i].Value), w.Data, p.tolerance)
	}
	out, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	golden.Near(t, "prediction", model.Float64s(out), want.Prediction.Data, p.tolerance)
}

func rows(t *testing.T, x, y golden.Array) dataset.Set {
	t.Helper()
	data, err := dataset.FromFloats(x.Shape[1:], x.Data, y.Shape[1:], y.Data)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// validation is the validation set. The files of the iris runs do not hold theirs: scikit-learn's split of seed 13,
// one-hot.
func validation(t *testing.T, want trainGolden) dataset.Data {
	t.Helper()
	if want.XValidation != nil {
		return rows(t, *want.XValidation, *want.YValidation)
	}
	train, test := nets.Iris(t)
	if len(want.X.Shape) != 2 || want.X.Shape[0] != train.Len() || want.X.Data[0] != train.Input(0)[0] {
		t.Fatalf("validation values, but the training rows %v are not those of the iris split", want.X.Shape)
	}
	return test
}

func thin(values []float64, every int) []float64 {
	var kept []float64
	for i, v := range values {
		if i%every == 0 || i == len(values)-1 {
			kept = append(kept, v)
		}
	}
	return kept
}

func setWeights(t *testing.T, net *model.Net, weights []golden.Array) {
	t.Helper()
	params := net.Params()
	var values [][]float64
	for i, w := range weights {
		if i >= len(params) || !strings.HasSuffix(params[i].Name, w.Name[strings.LastIndex(w.Name, "."):]) {
			t.Fatalf("weight %d is %s: the net has %d parameters", i, w.Name, len(params))
		}
		values = append(values, w.Data)
	}
	if err := net.SetWeights(nets.Tensors(net, values...)); err != nil {
		t.Fatal(err)
	}
}

func netFrom(t *testing.T, c golden.Config) *model.Net {
	t.Helper()
	c.Ignore("name", "trainable", "dtype", "build_input_shape")
	var input model.InputShape
	var layers []layer.Layer
	for i, l := range c.Configs(t, "layers") {
		l.Ignore("module", "registered_name", "build_config")
		kind, config := l.Text(t, "class_name"), l.Config(t, "config")
		l.Done(t)
		if kind == "InputLayer" {
			if i != 0 {
				t.Fatalf("layer %d is another input", i)
			}
			config.Ignore("name", "dtype")
			config.Want(t, "sparse", false)
			config.Want(t, "ragged", false)
			config.Want(t, "optional", false)
			input = inputShape(t, config)
			config.Done(t)
			continue
		}
		layers = append(layers, layerFrom(t, kind, config))
	}
	c.Done(t)
	return model.Sequential(input, layers...)
}

// inputShape reads batch_shape, whose first axis, the rows, is null.
func inputShape(t *testing.T, c golden.Config) model.InputShape {
	t.Helper()
	text, err := json.Marshal(c["batch_shape"])
	if err != nil {
		t.Fatal(err)
	}
	c.Ignore("batch_shape")
	var sizes []*int
	if err := json.Unmarshal(text, &sizes); err != nil || len(sizes) < 2 || sizes[0] != nil {
		t.Fatalf("batch_shape %s, want null and sizes", text)
	}
	var shape model.InputShape
	for _, s := range sizes[1:] {
		if s == nil {
			t.Fatalf("batch_shape %s has two unknown sizes", text)
		}
		shape = append(shape, *s)
	}
	return shape
}
