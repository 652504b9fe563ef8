package checkpoint

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// someInfo has all fields of an Info.
var someInfo = Info{Program: "xor", Flags: map[string]string{"epochs": "3", "out": "größer \"<&>\n"},
	Given: []string{"epochs"}, Level: "avx2", Data: "4 rows, CRC-32C 00000000"}

// smallCNN has each kind of layer.
func smallCNN(t testing.TB) *model.Net {
	t.Helper()
	return nets.Compile(t, nets.CNN(), model.Config{Metrics: []model.Metric{model.Accuracy}, Seed: 7})
}

// twoNeurons is the smallest net for the table of xor.
func twoNeurons(t testing.TB, s gorgonia.Solver, dtype tensor.Dtype) *model.Net {
	t.Helper()
	return nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: layer.Tanh}, layer.Dense{Units: 1}),
		model.Config{Loss: loss.MeanSquaredError, Solver: s, Dtype: dtype, Metrics: []model.Metric{model.Accuracy}, Seed: 3})
}

func fit(t testing.TB, net *model.Net, data dataset.Data, f model.Fit, callbacks ...model.Callback) *model.History {
	t.Helper()
	f.Callbacks = append(f.Callbacks, callbacks...)
	h, err := net.Fit(t.Context(), data, f)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// interrupt fits until the callback that it makes cancels the context.
func interrupt(t testing.TB, net *model.Net, data dataset.Data, f model.Fit, at func(stop func()) model.Callback, more ...model.Callback) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	f.Callbacks = append([]model.Callback{at(stop)}, more...)
	if _, err := net.Fit(ctx, data, f); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want a cancellation", err)
	}
}

// after cancels after a step; steps count from 1 through all epochs.
func after(step int) func(stop func()) model.Callback {
	return func(stop func()) model.Callback {
		return model.Callback{BatchEnd: func(b model.Batch) error {
			if (b.Epoch-1)*b.Batches+b.Batch == step {
				stop()
			}
			return nil
		}}
	}
}

func open(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ended is what a run ends with: the history, and all of the net.
type ended struct {
	epochs []model.Epoch
	state  model.State
}

func end(t testing.TB, net *model.Net, h *model.History) ended {
	t.Helper()
	return ended{nets.Timeless(h.Epochs), nets.State(t, net)}
}

// same wants two runs with the same bits.
func same(t testing.TB, what string, got, want ended) {
	t.Helper()
	if !reflect.DeepEqual(got.epochs, want.epochs) {
		t.Errorf("%s: the history is %v, want %v", what, got.epochs, want.epochs)
	}
	if !reflect.DeepEqual(got.state, want.state) {
		t.Errorf("%s: weights or the state of the solver end elsewhere", what)
	}
}

func content(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// alone wants the file to be alone in its folder.
func alone(t testing.TB, path string) {
	t.Helper()
	list, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(list) != 1 || list[0].Name() != filepath.Base(path) {
		t.Errorf("the folder has %v (%v), want %s alone", list, err, filepath.Base(path))
	}
}
