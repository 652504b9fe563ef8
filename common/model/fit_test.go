package model_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// weights are the bits of all parameters.
func weights(net *model.Net) []float64 {
	var all []float64
	for _, p := range net.Params() {
		all = append(all, model.Float64s(p.Value)...)
	}
	return all
}

func TestFitLearns(t *testing.T) {
	data := nets.Digits(t, 90)
	net := nets.Compile(t, nets.CNN(), model.Config{Seed: 1, Metrics: []model.Metric{model.Accuracy}})
	before, err := net.Evaluate(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	h := nets.Fit(t, net, data, model.Fit{Epochs: 20, Batch: 8, Validation: data})
	if last := h.Last(); last.ValAccuracy < 0.95 || last.ValLoss > before.Loss/3 {
		t.Errorf("after training %+v, before %+v", last, before)
	}
	if !slices.Equal(h.Names(), []string{"loss", "accuracy", "val_loss", "val_accuracy"}) {
		t.Errorf("history of %v", h.Names())
	}
	after, err := net.Evaluate(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	if last := h.Last(); after.Loss != last.ValLoss || after.Accuracy != last.ValAccuracy {
		t.Errorf("evaluated %+v, the last epoch's validation %+v", after, last)
	}
}

// The same seed gives the same bits for any number of workers and on both machines; another seed
// gives others. 90 rows in batches of 32 end with a smaller batch.
func TestSameSeedSameBits(t *testing.T) {
	data := nets.Digits(t, 90)
	train := func(seed uint32, machine model.MachineFunc, workers int) []float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
		net := nets.Compile(t, nets.CNN(), model.Config{Seed: seed, Machine: machine})
		nets.Fit(t, net, data, model.Fit{Epochs: 3, Batch: 32, Validation: data})
		return weights(net)
	}
	want := train(7, nil, 1)
	for _, workers := range []int{1, 2, 3} {
		if !slices.Equal(train(7, model.OwnMachine, workers), want) {
			t.Errorf("other bits with %d workers", workers)
		}
	}
	if !slices.Equal(train(7, model.TapeMachine, 2), want) {
		t.Error("other bits on the tape machine")
	}
	if slices.Equal(train(8, nil, 2), want) {
		t.Error("another seed gives the same weights")
	}
}

// Two fits of one epoch are a fit of two.
func TestSecondFitContinues(t *testing.T) {
	data := nets.Digits(t, 30)
	once := nets.Compile(t, nets.CNN(), model.Config{Seed: 3})
	nets.Fit(t, once, data, model.Fit{Epochs: 2, Batch: 8})
	twice := nets.Compile(t, nets.CNN(), model.Config{Seed: 3})
	nets.Fit(t, twice, data, model.Fit{Epochs: 1, Batch: 8})
	nets.Fit(t, twice, data, model.Fit{Epochs: 1, Batch: 8})
	if !slices.Equal(weights(once), weights(twice)) {
		t.Error("two fits of one epoch end elsewhere than one of two")
	}
}

func TestBatchLargerThanTheData(t *testing.T) {
	data := nets.Digits(t, 12)
	var batches []model.Batch
	note := model.Callback{BatchEnd: func(b model.Batch) error { batches = append(batches, b); return nil }}
	large := nets.Compile(t, nets.CNN(), model.Config{})
	nets.Fit(t, large, data, model.Fit{Epochs: 1, Batch: 1000, Callbacks: []model.Callback{note}})
	if len(batches) != 1 || batches[0].Rows != 12 || batches[0].Batches != 1 {
		t.Errorf("batches %+v, want one of 12 rows", batches)
	}
	exact := nets.Compile(t, nets.CNN(), model.Config{})
	nets.Fit(t, exact, data, model.Fit{Epochs: 1, Batch: 12})
	if !slices.Equal(weights(large), weights(exact)) {
		t.Error("a batch of 1000 differs from one of all 12 rows")
	}
}

// Each epoch sees every row once, in an order that the seed decides: the same in every epoch and every Fit, or with
// Reshuffle one of its own.
func TestShuffle(t *testing.T) {
	rows := func(seed uint32, fit model.Fit) [][]int {
		var seen []int
		data := recorder{nets.Digits(t, 30), &seen}
		net := nets.Compile(t, nets.CNN(), model.Config{Seed: seed})
		fit.Epochs, fit.Batch = 2, 7
		nets.Fit(t, net, data, fit)
		fit.Epochs = 1
		nets.Fit(t, net, data, fit)
		return [][]int{seen[:30], seen[30:60], seen[60:]}
	}
	inOrder := make([]int, 30)
	for i := range inOrder {
		inOrder[i] = i
	}
	for _, epoch := range rows(1, model.Fit{NoShuffle: true}) {
		if !slices.Equal(epoch, inOrder) {
			t.Errorf("without shuffling: %v", epoch)
		}
	}
	first, again, other := rows(1, model.Fit{}), rows(1, model.Fit{}), rows(2, model.Fit{})
	if !slices.Equal(first[0], first[1]) || !slices.Equal(first[0], first[2]) {
		t.Errorf("the epochs have other orders than the first: %v", first)
	}
	if moved := rows(1, model.Fit{Reshuffle: true}); !slices.Equal(moved[0], first[0]) || slices.Equal(moved[1], moved[0]) ||
		slices.Equal(moved[2], moved[0]) || slices.Equal(moved[2], moved[1]) {
		t.Errorf("orders with Reshuffle: %v, want that of the first epoch, and two others", moved)
	}
	for e := range first {
		if !slices.Equal(first[e], again[e]) {
			t.Errorf("epoch %d: another order with the same seed", e+1)
		}
		if slices.Equal(first[e], other[e]) || slices.Equal(first[e], inOrder) {
			t.Errorf("epoch %d is not shuffled by the seed", e+1)
		}
		sorted := slices.Clone(first[e])
		slices.Sort(sorted)
		if !slices.Equal(sorted, inOrder) {
			t.Errorf("epoch %d does not see each row once: %v", e+1, first[e])
		}
	}
}

// recorder notes which rows were asked for.
type recorder struct {
	dataset.Set
	seen *[]int
}

func (r recorder) Batch32(rows []int, inputs, targets []float32) {
	*r.seen = append(*r.seen, rows...)
	r.Set.Batch32(rows, inputs, targets)
}

func TestCallbacks(t *testing.T) {
	var calls []string
	note := func(name string) error { calls = append(calls, name); return nil }
	c := model.Callback{
		TrainBegin: func(r model.Run) error {
			if r.Epochs != 2 || r.Batches != 2 || r.BatchSize != 20 || r.Rows != 30 || r.Validation {
				t.Errorf("run %+v", r)
			}
			return note("begin")
		},
		BatchEnd: func(model.Batch) error { return note("batch") },
		EpochEnd: func(model.Epoch) error { return note("epoch") },
		TrainEnd: func(*model.History) error { return note("end") },
	}
	net := nets.Compile(t, nets.CNN(), model.Config{})
	nets.Fit(t, net, nets.Digits(t, 30), model.Fit{Epochs: 2, Batch: 20, Callbacks: []model.Callback{c, {}}})
	if got, want := strings.Join(calls, " "), "begin batch batch epoch batch batch epoch end"; got != want {
		t.Errorf("calls %s, want %s", got, want)
	}
}

func TestCallbackEndsTraining(t *testing.T) {
	failure := errors.New("disk is full")
	for _, test := range []struct {
		name       string
		give, want error
	}{
		{"stop", model.ErrStop, nil},
		{"error", failure, failure},
	} {
		t.Run(test.name, func(t *testing.T) {
			ended := false
			net := nets.Compile(t, nets.CNN(), model.Config{})
			h, err := net.Fit(context.Background(), nets.Digits(t, 30), model.Fit{Epochs: 5, Batch: 10, Callbacks: []model.Callback{{
				EpochEnd: func(model.Epoch) error { return test.give },
				TrainEnd: func(*model.History) error { ended = true; return nil },
			}}})
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if len(h.Epochs) != 1 {
				t.Errorf("%d epochs, want 1", len(h.Epochs))
			}
			if ended != (test.want == nil) {
				t.Errorf("TrainEnd called: %v", ended)
			}
		})
	}
}

// An error of TrainEnd is returned, also after an ErrStop.
func TestTrainEndFailsAfterStop(t *testing.T) {
	failure := errors.New("disk is full")
	net := nets.Compile(t, nets.CNN(), model.Config{})
	_, err := net.Fit(context.Background(), nets.Digits(t, 30), model.Fit{Epochs: 5, Batch: 10, Callbacks: []model.Callback{{
		EpochEnd: func(model.Epoch) error { return model.ErrStop },
		TrainEnd: func(*model.History) error { return failure },
	}}})
	if !errors.Is(err, failure) {
		t.Errorf("error %v, want %v", err, failure)
	}
}

// A callback may predict and evaluate: the weights are not locked while it runs.
func TestCallbackMayPredict(t *testing.T) {
	data := nets.Digits(t, 30)
	net := nets.Compile(t, nets.CNN(), model.Config{})
	predict := func() error {
		_, err := net.Predict(data)
		_, failed := net.Evaluate(context.Background(), data)
		return errors.Join(err, failed)
	}
	nets.Fit(t, net, data, model.Fit{Epochs: 1, Batch: 10, Callbacks: []model.Callback{{
		BatchEnd: func(model.Batch) error { return predict() },
		EpochEnd: func(model.Epoch) error { return predict() },
	}}})
}

func TestCancelledContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	net := nets.Compile(t, nets.CNN(), model.Config{})
	h, err := net.Fit(ctx, nets.Digits(t, 30), model.Fit{Epochs: 100, Batch: 10, Callbacks: []model.Callback{{
		BatchEnd: func(model.Batch) error {
			if steps++; steps == 4 {
				cancel()
			}
			return nil
		},
	}}})
	if !errors.Is(err, context.Canceled) || steps != 4 || len(h.Epochs) != 1 {
		t.Errorf("error %v after %d steps and %d epochs, want cancelled after 4 and 1", err, steps, len(h.Epochs))
	}
}

// A stock solver trains our net to the weights that ours does, where its arithmetic is Keras'.
func TestStockSolvers(t *testing.T) {
	rmsprop := solver.NewRMSprop(0.001)
	rmsprop.Rho = 0.9
	momentum := solver.NewSGD(0.01)
	momentum.Momentum = 0.9
	data := nets.Digits(t, 60)
	for _, test := range []struct {
		name        string
		ours, stock gorgonia.Solver
	}{
		{"SGD", solver.NewSGD(0.1), gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1))},
		{"momentum", momentum, gorgonia.NewMomentum(gorgonia.WithLearnRate(0.01), gorgonia.WithMomentum(float64(float32(0.9))))},
		{"RMSprop", rmsprop, gorgonia.NewRMSPropSolver(gorgonia.WithLearnRate(0.001), gorgonia.WithRho(0.9), gorgonia.WithEps(1e-7))},
	} {
		t.Run(test.name, func(t *testing.T) {
			train := func(s gorgonia.Solver) []float64 {
				net := nets.Compile(t, nets.CNN(), model.Config{Seed: 1, Solver: s, Dtype: tensor.Float64})
				nets.Fit(t, net, data, model.Fit{Epochs: 3, Batch: 16})
				return weights(net)
			}
			ours, stock := train(test.ours), train(test.stock)
			for i := range ours {
				if math.Abs(ours[i]-stock[i]) > 1e-12 {
					t.Fatalf("weight %d: ours %v, stock %v", i, ours[i], stock[i])
				}
			}
		})
	}
}

func TestHistoryCSV(t *testing.T) {
	h := model.History{HasAccuracy: true, Epochs: []model.Epoch{{Epoch: 1, Loss: 0.1, Accuracy: 0.5, Seconds: 1.23456}, {Epoch: 2, Loss: 1e-9, Accuracy: 1}}}
	var b bytes.Buffer
	if err := h.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = "epoch,loss,accuracy,seconds\n1,0.1,0.5,1.235\n2,1e-09,1,0.000\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if h.Series("val_loss") != nil || !slices.Equal(h.Series("accuracy"), []float64{0.5, 1}) {
		t.Errorf("series %v and %v", h.Series("val_loss"), h.Series("accuracy"))
	}
}
