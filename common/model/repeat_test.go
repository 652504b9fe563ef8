package model_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// xorConfig is that of the lecture's smallest net, whose steps are repeated without checks.
func xorConfig() model.Config {
	return model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1), Seed: 3,
		Metrics: []model.Metric{model.Accuracy}}
}

// checked is a solver of which a net does not know that it can repeat a step.
type checked struct{ solver.Solver }

// Repeated steps have the bits of those that check everything, with a smaller last batch, with and without callbacks,
// and with Fit.Check.
func TestRepeatedSteps(t *testing.T) {
	train, test := nets.Iris(t)
	for _, c := range []struct {
		name  string
		build func() *model.Net
		loss  loss.Loss
		data  dataset.Data
		fit   model.Fit
	}{
		{"xor", xorLayers, loss.MeanSquaredError, dataset.XOR(), model.Fit{Epochs: 20, Batch: 1}},
		{"batches of three", xorLayers, loss.BinaryCrossentropy, dataset.XOR(),
			model.Fit{Epochs: 20, Batch: 3, Reshuffle: true}},
		{"iris, checked, with callbacks", func() *model.Net {
			return model.Sequential(model.Input(4), layer.Dense{Units: 9, Activation: layer.ReLU},
				layer.BatchNormalization{}, layer.Dropout{Rate: 0.2}, layer.Dense{Units: 3, Activation: layer.Softmax})
		}, loss.CategoricalCrossentropy, train, model.Fit{Epochs: 4, Batch: 32, Check: true, Validation: test,
			Callbacks: []model.Callback{{
				BatchEnd: func(model.Batch) error { return nil },
				EpochEnd: func(model.Epoch) error { return nil },
			}}}},
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			run := func(data dataset.Data, s solver.Solver) ([]model.Epoch, []float64) {
				config := xorConfig()
				config.Loss, config.Dtype, config.Solver = c.loss, dtype, s
				net := nets.Compile(t, c.build(), config)
				return nets.Timeless(nets.Fit(t, net, data, c.fit).Epochs), weights(net)
			}
			history, w := run(c.data, solver.NewAdam(0.05))
			// also on data that may change, which is not copied
			wantHistory, want := run(struct{ dataset.Data }{c.data}, checked{solver.NewAdam(0.05)})
			if !reflect.DeepEqual(history, wantHistory) || !slices.Equal(w, want) {
				t.Errorf("%s in %v: other bits than with checks", c.name, dtype)
			}
		}
	}
}

// A repeated step that fails names its epoch and batch, and leaves the weights of the last whole step.
func TestRepeatedStepFails(t *testing.T) {
	inputs := []float64{0, 1, 1, 0, 1, 1, 0, 0, 3e38, 3e38}
	data, err := dataset.FromFloats([]int{2}, inputs, []int{}, []float64{1, 1, 0, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	for _, callbacks := range [][]model.Callback{nil, {{BatchEnd: func(model.Batch) error { return nil }}}} {
		train := func(data dataset.Set) (*model.Net, error) {
			config := xorConfig()
			config.Metrics = nil
			layers := []layer.Layer{layer.Dense{Units: 2}, layer.Dense{Units: 1}}
			net := nets.Compile(t, model.Sequential(model.Input(2), layers...), config)
			_, err := net.Fit(context.Background(), data,
				model.Fit{Epochs: 1, Batch: 1, NoShuffle: true, Callbacks: callbacks})
			return net, err
		}
		net, err := train(data)
		wording.Check(t, err, "epoch 1, batch 5", "the loss is")
		whole, err := train(data.First(4))
		if err != nil || !slices.Equal(weights(net), weights(whole)) {
			t.Errorf("other weights than those of four steps (%v)", err)
		}
	}
}

// A Fit that is cancelled between two repeated steps is resumed from its state, with the bits of one that is not.
func TestRepeatedStepsAreResumed(t *testing.T) {
	how := model.Fit{Epochs: 3, Batch: 1}
	whole := nets.Compile(t, xorLayers(), xorConfig())
	history := nets.Fit(t, whole, dataset.XOR(), how)
	for after := 1; after < 12; after++ {
		ctx, cancel := context.WithCancel(context.Background())
		steps, interrupted := 0, how
		interrupted.Callbacks = []model.Callback{{BatchEnd: func(model.Batch) error {
			if steps++; steps == after {
				cancel()
			}
			return nil
		}}}
		var state model.State
		net := nets.Compile(t, xorLayers(), xorConfig())
		interrupted.Callbacks[0].Interrupted = func(*model.History) error { state = nets.State(t, net); return nil }
		_, err := net.Fit(ctx, dataset.XOR(), interrupted)
		cancel()
		if !errors.Is(err, context.Canceled) || steps != after {
			t.Fatalf("after step %d: error %v after %d steps", after, err, steps)
		}
		config := xorConfig()
		config.Start = &state
		again := nets.Compile(t, xorLayers(), config)
		h := nets.Fit(t, again, dataset.XOR(), how)
		if !slices.Equal(weights(again), weights(whole)) ||
			!reflect.DeepEqual(nets.Timeless(h.Epochs), nets.Timeless(history.Epochs)) {
			t.Errorf("interrupted after step %d: ends elsewhere", after)
		}
	}
}

// While steps are repeated others read whole states, and the weights that they set are those of the next step.
func TestReadersOfRepeatedSteps(t *testing.T) {
	net := nets.Compile(t, xorLayers(), xorConfig())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := net.Fit(ctx, dataset.XOR(), model.Fit{Epochs: 1 << 30, Batch: 1})
		done <- err
	}()
	var last uint64
	for range 20 {
		state := nets.State(t, net)
		if state.Step != state.Solver.Step || state.Step < last {
			t.Errorf("a state after step %d of the net and %d of its solver, after %d", state.Step, state.Solver.Step, last)
		}
		last = state.Step
		if err := net.SetWeights(net.Weights()); err != nil {
			t.Error(err)
		}
		if _, err := net.Predict(dataset.XOR()); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// changing embeds a set but gives rows of its own.
type changing struct {
	dataset.Set
	calls *int
}

func (c changing) Batch32(rows []int, inputs, targets []float32) {
	*c.calls++
	c.Set.Batch32(rows, inputs, targets)
}

// Data that may change is read in each step.
func TestDataThatMayChangeIsReadInEachStep(t *testing.T) {
	calls := 0
	net := nets.Compile(t, xorLayers(), xorConfig())
	nets.Fit(t, net, changing{dataset.XOR(), &calls}, model.Fit{Epochs: 5, Batch: 1})
	if calls != 20 {
		t.Errorf("read %d times in 20 steps", calls)
	}
}
