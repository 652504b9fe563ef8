package model_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// Only training moves the moving statistics, and nothing moves what is frozen.
func TestWhatMovesNonTrainableParameters(t *testing.T) {
	data := nets.Digits(t, 20)
	net := nets.Compile(t, nets.Normalized(), model.Config{Seed: 7})
	start := net.Weights()
	if _, err := net.Gradients(data); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Evaluate(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Predict(data); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := net.Fit(ctx, data, model.Fit{Epochs: 1, Batch: 8}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(net.Weights(), start) {
		t.Error("weights move without a training step")
	}
	nets.Fit(t, net, data, model.Fit{Epochs: 1, Batch: 8, Check: true})
	layers, at := net.Layers(), 0
	for _, l := range layers {
		_, frozen := l.Layer.(layer.Frozen)
		for _, p := range l.Params {
			if same := reflect.DeepEqual(model.Float64s(p.Value), model.Float64s(start[at])); same != frozen {
				t.Errorf("%s is unchanged: %t, want %t", p.Name, same, frozen)
			}
			at++
		}
	}
	if got, want := len(net.Trainable()), 8; got != want {
		t.Errorf("%d trainable parameters, want %d", got, want)
	}
}

// A step that fails moves no statistics.
func TestFailedStepMovesNoStatistics(t *testing.T) {
	net := nets.Compile(t, nets.Normalized(), model.Config{Solver: refuses{}})
	start := net.Weights()
	_, err := net.Fit(t.Context(), nets.Digits(t, 20), model.Fit{Epochs: 1, Batch: 8})
	wording.Check(t, err, "epoch 1, batch 1", "no step")
	if !reflect.DeepEqual(net.Weights(), start) {
		t.Error("weights move in a failed step")
	}
}

type refuses struct{}

func (refuses) Step([]gorgonia.ValueGrad) error { return errors.New("no step") }

// Both machines give the same bits.
func TestNormalizedOnBothMachines(t *testing.T) {
	data, how := nets.Digits(t, 21), model.Fit{Epochs: 2, Batch: 8, Validation: nets.Digits(t, 9)}
	own := nets.Compile(t, nets.Normalized(), model.Config{Seed: 7})
	tape := nets.Compile(t, nets.Normalized(), model.Config{Seed: 7, Machine: model.TapeMachine})
	a, b := nets.Fit(t, own, data, how), nets.Fit(t, tape, data, how)
	if !reflect.DeepEqual(nets.Timeless(a.Epochs), nets.Timeless(b.Epochs)) || nets.Furthest(own.Weights(), tape.Weights()) != 0 {
		t.Errorf("own machine %v, tape machine %v", a, b)
	}
}

func TestNegativeVariance(t *testing.T) {
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.BatchNormalization{}, layer.Dense{Units: 1}),
		model.Config{Dtype: tensor.Float64})
	weights := net.Weights()
	weights[3].Float64s()[1] = -1e-9
	wording.Check(t, net.SetWeights(weights), "batch_normalization.moving_variance", "value 1", "-1e-09", "at least 0")
}
