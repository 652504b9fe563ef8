package model_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

// A run that is resumed from its state after any step, on another number of cores, ends with the same bits and the
// same history: also after the last step of an epoch, before its validation.
func TestResumeAfterAnyStep(t *testing.T) {
	t.Run("CNN", func(t *testing.T) { resumeAfterAnyStep(t, nets.CNN) })
	t.Run("normalized", func(t *testing.T) { resumeAfterAnyStep(t, nets.Normalized) })
}

func resumeAfterAnyStep(t *testing.T, build func() *model.Net) {
	t.Helper()
	data, validation := nets.Digits(t, 33), nets.Digits(t, 9)
	how := model.Fit{Epochs: 3, Batch: 8, Validation: validation}
	var states []model.State
	net := nets.Compile(t, build(), model.Config{Seed: 7, Metrics: []model.Metric{model.Accuracy}})
	take := func() error {
		states = append(states, nets.State(t, net))
		return nil
	}
	watched := how
	watched.Callbacks = []model.Callback{{
		BatchEnd: func(model.Batch) error { return take() },
		EpochEnd: func(model.Epoch) error { return take() },
	}}
	whole := nets.Fit(t, net, data, watched)
	if net.Position() != nil {
		t.Error("a Fit that has ended leaves a position")
	}
	if want := 3*5 + 3; len(states) != want {
		t.Fatalf("%d states, want %d", len(states), want)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for i, state := range states {
		runtime.GOMAXPROCS(1 + i%3)
		again := nets.Compile(t, build(), model.Config{Start: &state, Metrics: []model.Metric{model.Accuracy}})
		before := -1
		going := how
		going.Callbacks = []model.Callback{{TrainBegin: func(r model.Run) error {
			before = len(r.Before)
			return nil
		}}}
		h := nets.Fit(t, again, data, going)
		if want := len(state.Run.Epochs); before != want {
			t.Errorf("state %d: %d epochs before, want %d", i, before, want)
		}
		if got, want := nets.Timeless(h.Epochs), nets.Timeless(whole.Epochs); !reflect.DeepEqual(got, want) {
			t.Errorf("state %d: the history is %v, want %v", i, got, want)
		}
		if got, want := nets.State(t, again), nets.State(t, net); !reflect.DeepEqual(got, want) {
			t.Errorf("state %d: the weights end elsewhere", i)
		}
	}
}

// A cancelled Fit calls Interrupted once, in a state from which it can be resumed: between two steps, and while it
// validates.
func TestResumeAfterInterruption(t *testing.T) {
	data := nets.Digits(t, 33)
	how := model.Fit{Epochs: 3, Batch: 8, Validation: nets.Digits(t, 300)}
	net := nets.Compile(t, nets.CNN(), model.Config{Seed: 7})
	whole := nets.Fit(t, net, data, how)
	for _, c := range []struct {
		name string
		hook func(stop func()) model.Callback
	}{
		{"step", func(stop func()) model.Callback {
			return model.Callback{BatchEnd: func(b model.Batch) error {
				if b.Epoch == 2 && b.Batch == 3 {
					stop()
				}
				return nil
			}}
		}},
		{"validation", func(stop func()) model.Callback {
			return model.Callback{ValidationBatch: func(int, *tensor.Dense) error {
				stop()
				return nil
			}}
		}},
		{"callback", func(stop func()) model.Callback {
			return model.Callback{EpochEnd: func(model.Epoch) error {
				stop()
				return context.Canceled
			}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken := nets.Compile(t, nets.CNN(), model.Config{Seed: 7})
			ctx, stop := context.WithCancel(t.Context())
			var states []model.State
			first := how
			first.Callbacks = []model.Callback{c.hook(stop), {Interrupted: func(*model.History) error {
				states = append(states, nets.State(t, broken))
				return nil
			}}}
			if _, err := broken.Fit(ctx, data, first); !errors.Is(err, context.Canceled) {
				t.Fatalf("%v, want a cancellation", err)
			}
			if len(states) != 1 {
				t.Fatalf("Interrupted was called %d times, want once", len(states))
			}
			again := nets.Compile(t, nets.CNN(), model.Config{Start: &states[0]})
			h := nets.Fit(t, again, data, how)
			if got, want := nets.Timeless(h.Epochs), nets.Timeless(whole.Epochs); !reflect.DeepEqual(got, want) {
				t.Errorf("the history is %v, want %v", got, want)
			}
			if got, want := nets.State(t, again), nets.State(t, net); !reflect.DeepEqual(got, want) {
				t.Error("the weights end elsewhere")
			}
		})
	}
}

func TestResumeOfAnotherRun(t *testing.T) {
	data := nets.Digits(t, 33)
	var state model.State
	net := nets.Compile(t, nets.CNN(), model.Config{})
	nets.Fit(t, net, data, model.Fit{Epochs: 2, Batch: 8, Callbacks: []model.Callback{{BatchEnd: func(b model.Batch) error {
		if b.Epoch == 2 && b.Batch == 2 {
			state = nets.State(t, net)
		}
		return nil
	}}}})
	good := model.Fit{Epochs: 2, Batch: 8}
	for _, c := range []struct {
		name   string
		fit    model.Fit
		rows   int
		change func(*model.Position)
		facts  []string
	}{
		{name: "batch", fit: model.Fit{Epochs: 2, Batch: 4}, rows: 33, facts: []string{"batch size 4", "8"}},
		{name: "rows", fit: good, rows: 32, facts: []string{"32 rows", "33"}},
		{name: "validation", fit: model.Fit{Epochs: 2, Batch: 8, Validation: data}, rows: 33, facts: []string{"validation true", "false"}},
		{name: "epochs", fit: model.Fit{Epochs: 1, Batch: 8}, rows: 33, facts: []string{"epoch 1", "epoch 2"}},
		{name: "steps", fit: good, rows: 33, change: func(p *model.Position) { p.Steps = 6 }, facts: []string{"6 of 5 steps", "16 rows"}},
		{name: "right", fit: good, rows: 33, change: func(p *model.Position) { p.Right = 17 }, facts: []string{"16 rows", "17"}},
		{name: "number", fit: good, rows: 33, change: func(p *model.Position) { p.Epochs[0].Epoch = 3 }, facts: []string{"epoch 1", "3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := state
			position := *state.Run
			position.Epochs = append([]model.Epoch(nil), position.Epochs...)
			changed.Run = &position
			if c.change != nil {
				c.change(changed.Run)
			}
			again := nets.Compile(t, nets.CNN(), model.Config{Start: &changed})
			_, err := again.Fit(t.Context(), nets.Digits(t, c.rows), c.fit)
			wording.Check(t, err, c.facts...)
		})
	}
}
