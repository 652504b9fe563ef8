package checkpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// A run stops where real Keras' EarlyStopping stops, and gets the weights of the same epoch: testdata/earlystopping.py
// made the file.
func TestStopsAsKeras(t *testing.T) {
	var golden struct {
		Keras    string
		Patience []int
		Cases    []struct {
			Name         string
			Losses       []float64
			Epochs, Best []int
		}
	}
	if err := json.Unmarshal(content(t, filepath.Join("testdata", "earlystopping.json")), &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Cases) < 50 {
		t.Fatalf("%d sequences of losses, want at least 50", len(golden.Cases))
	}
	for _, c := range golden.Cases {
		for i, patience := range golden.Patience {
			for _, validation := range []bool{false, true} {
				epochs, best := follow(t, c.Losses, patience, validation)
				if epochs != c.Epochs[i] || best != c.Best[i] {
					t.Errorf("%s, patience %d, validation %t: stops after epoch %d with the weights of %d, Keras %s after %d with those of %d",
						c.Name, patience, validation, epochs, best, golden.Keras, c.Epochs[i], c.Best[i])
				}
			}
		}
	}
}

// follow gives a Keeper epochs with these losses. The net's only weight is the number of the epoch.
func follow(t *testing.T, losses []float64, patience int, validation bool) (epochs, best int) {
	t.Helper()
	net := nets.Compile(t, model.Sequential(model.Input(1), layer.Dense{Units: 1, NoBias: true}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)})
	k := &Keeper{Net: net, Best: true, Patience: patience}
	c := k.Callback()
	if err := c.TrainBegin(model.Run{Epochs: len(losses), Validation: validation}); err != nil {
		t.Fatal(err)
	}
	var stopped error
	for i := 0; i < len(losses) && stopped == nil; i++ {
		if err := net.SetWeights([]*tensor.Dense{tensor.New(tensor.WithBacking([]float32{float32(i + 1)}))}); err != nil {
			t.Fatal(err)
		}
		e := model.Epoch{Epoch: i + 1, Loss: losses[i], ValLoss: 1}
		if validation {
			e.Loss, e.ValLoss = 1, losses[i]
		}
		stopped, epochs = c.EpochEnd(e), i+1
	}
	if stopped != nil && !errors.Is(stopped, model.ErrStop) {
		t.Fatal(stopped)
	}
	if err := c.TrainEnd(nil); err != nil {
		t.Fatal(err)
	}
	return epochs, int(net.Weights()[0].Float32s()[0])
}

// getsWorse is a run whose validation has other classes, so that its loss rises after some epoch.
func getsWorse(t *testing.T) (*model.Net, dataset.Set, model.Fit) {
	t.Helper()
	data := nets.Digits(t, 33)
	other := nets.Digits(t, 40)
	var inputs, targets []float64
	for i := range other.Len() {
		inputs, targets = append(inputs, other.Input(i)...), append(targets, float64(i/2%3))
	}
	validation, err := dataset.FromFloats([]int{10, 10, 1}, inputs, []int{}, targets)
	if err != nil {
		t.Fatal(err)
	}
	return nets.Compile(t, nets.CNN(), model.Config{Solver: solver.NewAdam(0.004), Seed: 7}), data, model.Fit{Epochs: 9, Batch: 8, Validation: validation}
}

// The net ends with the weights of its best epoch. Its checkpoint has the last state and the best weights.
func TestKeepBest(t *testing.T) {
	net, data, how := getsWorse(t)
	path := filepath.Join(t.TempDir(), "net.h5")
	var each []model.State
	k := &Keeper{Net: net, Path: path, Best: true, Patience: 3}
	h := fit(t, net, data, how, k.Callback(), model.Callback{EpochEnd: func(model.Epoch) error {
		each = append(each, nets.State(t, net))
		return nil
	}})
	best := 0
	for i, e := range h.Epochs {
		if e.ValLoss < h.Epochs[best].ValLoss {
			best = i
		}
	}
	if best == 0 || len(h.Epochs) != best+1+3 || len(h.Epochs) == how.Epochs {
		t.Fatalf("%d epochs of which %d is the best: want a run that stops", len(h.Epochs), best+1)
	}
	if !reflect.DeepEqual(net.Weights(), each[best].Weights) {
		t.Error("the weights are not those of the best epoch")
	}
	file := open(t, path)
	last := each[len(each)-1]
	if got := nets.State(t, file.Net); !reflect.DeepEqual(got.Weights, last.Weights) || !reflect.DeepEqual(got.Solver, last.Solver) {
		t.Error("the checkpoint has not the state of the last epoch")
	}
	if !reflect.DeepEqual(file.Best, each[best].Weights) {
		t.Error("the checkpoint has not the weights of the best epoch")
	}

	// a stopped run stays stopped
	again := &Keeper{Net: file.Net, Path: path, Best: true, Patience: 3, Resumed: file.Best}
	same(t, "stopped", end(t, file.Net, fit(t, file.Net, data, how, again.Callback())), end(t, net, h))
	if got := open(t, path); !reflect.DeepEqual(got.Best, file.Best) || len(got.Position.Epochs) != len(h.Epochs) {
		t.Error("a stopped run that is resumed writes another checkpoint")
	}
}

// A run with best weights and patience that resumes ends with the same bits, wherever it was interrupted: also after an
// epoch that the Keeper has not seen, as a callback before it ended the Fit.
func TestResumeWithBest(t *testing.T) {
	net, data, how := getsWorse(t)
	k := &Keeper{Net: net, Best: true, Patience: 3}
	h := fit(t, net, data, how, k.Callback())
	want := end(t, net, h)
	moments := map[string]func(stop func()) model.Callback{}
	for step := 1; step <= 5*len(h.Epochs); step += 2 {
		moments[fmt.Sprint("after step ", step)] = after(step)
	}
	for i := range len(h.Epochs) - 1 { // the last one ends the run
		moments[fmt.Sprint("after epoch ", i+1)] = afterEpoch(i+1, nil)
	}
	for i := range h.Epochs {
		moments[fmt.Sprint("before the Keeper in epoch ", i+1)] = afterEpoch(i+1, context.Canceled)
	}
	for name, moment := range moments {
		t.Run(name, func(t *testing.T) {
			net, _, _ := getsWorse(t)
			path := filepath.Join(t.TempDir(), "net.h5")
			k := &Keeper{Net: net, Path: path, Best: true, Patience: 3}
			interrupt(t, net, data, how, moment, k.Callback())
			file := open(t, path)
			again := &Keeper{Net: file.Net, Path: path, Best: true, Patience: 3, Resumed: file.Best}
			same(t, "resumed", end(t, file.Net, fit(t, file.Net, data, how, again.Callback())), want)
		})
	}
}

// afterEpoch cancels after an epoch, and returns err there.
func afterEpoch(epoch int, err error) func(stop func()) model.Callback {
	return func(stop func()) model.Callback {
		return model.Callback{EpochEnd: func(e model.Epoch) error {
			if e.Epoch != epoch {
				return nil
			}
			stop()
			return err
		}}
	}
}

// A callback after the Keeper is cancelled when the run has ended and the net has its best weights: the checkpoint
// keeps the weights of the last step.
func TestCancelledAtTheEnd(t *testing.T) {
	net, data, how := getsWorse(t)
	path := filepath.Join(t.TempDir(), "net.h5")
	k := &Keeper{Net: net, Path: path, Best: true, Patience: 3}
	var last []*tensor.Dense
	ctx, stop := context.WithCancel(t.Context())
	how.Callbacks = []model.Callback{
		{EpochEnd: func(model.Epoch) error { last = net.Weights(); return nil }},
		k.Callback(),
		{TrainEnd: func(*model.History) error { stop(); return ctx.Err() }}}
	if _, err := net.Fit(ctx, data, how); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want a cancellation", err)
	}
	file := open(t, path)
	if got := file.Net.Weights(); !reflect.DeepEqual(got, last) || reflect.DeepEqual(got, file.Best) {
		t.Error("the checkpoint does not have the weights of the last step")
	}
}

// A resumed run keeps its best weights, also if it is cancelled before the Keeper's TrainBegin.
func TestCancelledAtTheBegin(t *testing.T) {
	net, data, how := getsWorse(t)
	path := filepath.Join(t.TempDir(), "net.h5")
	interrupt(t, net, data, how, afterEpoch(2, nil), (&Keeper{Net: net, Path: path, Best: true}).Callback())
	file := open(t, path)
	interrupt(t, file.Net, data, how, func(stop func()) model.Callback {
		return model.Callback{TrainBegin: func(model.Run) error { stop(); return context.Canceled }}
	}, (&Keeper{Net: file.Net, Path: path, Best: true, Resumed: file.Best}).Callback())
	if got := open(t, path).Best; got == nil || !reflect.DeepEqual(got, file.Best) {
		t.Error("the best weights differ")
	}
}
