package ranks_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/solver"
)

// What goes wrong in one rank's rows ends all before the solver uses it, with the rank and what it says. Batches of four rows are
// two for each rank; the row that is bad is in the second batch, or in the first, where its rank has no gradients yet.
func TestErrorOfOneRank(t *testing.T) {
	nan := math.NaN()
	pair := func() *model.Net {
		return nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
			model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1e-9), Seed: 1})
	}
	classifier := func() *model.Net {
		return nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: layer.Softmax}), model.Config{Solver: solver.NewSGD(0.1)})
	}
	with := func(row int, input, target float64) nets.Points {
		p := nets.Points{Inputs: make([]float64, 16), Targets: make([]float64, 8)}
		p.Inputs[2*row], p.Targets[row] = input, target
		return p
	}
	for _, c := range []struct {
		name  string
		build func() *model.Net
		data  model.Data
		batch int
		check bool
		want  string
	}{
		{"input of rank 0", pair, with(5, nan, 0), 2, false, "rank 0: the loss is NaN: the inputs are the first to go wrong: the number at [1 0] is NaN: "},
		{"input of rank 1", pair, with(6, nan, 0), 2, false, "rank 1: the loss is NaN: the inputs are the first to go wrong: the number at [0 0] is NaN: "},
		{"target of rank 1", pair, with(7, 0, math.Inf(1)), 2, false, "rank 1: the loss is +Inf: the targets are the first to go wrong: the number at [1 0] is +Inf: "},
		{"class of rank 0", classifier, numbered{with(4, 0, 2)}, 2, false, "row 0: class 2, want a whole number from 0 to 1"},
		{"class of rank 1", classifier, numbered{with(7, 0, 0.5)}, 2, false, "row 1: class 0.5, want a whole number from 0 to 1"},
		{"first input of rank 0", pair, with(0, nan, 0), 1, false, "rank 0: the loss is NaN: "},
		{"first class of rank 0", classifier, numbered{with(1, 0, 2)}, 1, false, "row 1: class 2, want a whole number from 0 to 1"},
		{"first class of rank 1", classifier, numbered{with(3, 0, 2)}, 1, false, "row 1: class 2, want a whole number from 0 to 1"},
		{"gradient of rank 1", pair, with(6, 3e25, 1e15), 2, true, "rank 1: layer 1 (Dense): the gradient of dense.kernel: the number at [0 0] is -Inf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var last [][]float64 // behind the last whole step
			all := together(t, 2, c.build, c.data, model.Fit{Epochs: 2, Batch: 4, NoShuffle: true, Check: c.check}, func(rank int, m *member) {
				zeros := m.net.Weights()
				clear(zeros[0])
				if err := m.net.SetWeights(zeros); err != nil {
					t.Fatal(err)
				}
				if rank > 0 {
					return
				}
				last = m.net.Weights()
				m.fit.Callbacks = []model.Callback{{BatchEnd: func(model.Batch) error { last = m.net.Weights(); return nil }}}
			})
			rank := fmt.Sprintf("epoch 1, batch %d: rank %c: ", c.batch, c.name[len(c.name)-1])
			for i, m := range all {
				known := new(ranks.RankError)
				if m.err == nil || !errors.As(m.err, &known) || !strings.HasPrefix(m.err.Error(), rank) ||
					!strings.Contains(m.err.Error(), c.want) || strings.Contains(m.err.Error(), "ranks have errors") {
					t.Errorf("rank %d: %v, want a RankError of %s", i, m.err, c.want)
				}
				if nets.Furthest(m.net.Weights(), last) != 0 {
					t.Errorf("rank %d: the weights have moved behind the last whole step", i)
				}
			}
		})
	}
}

// numbered is points with class numbers.
type numbered struct{ nets.Points }

func (numbered) TargetShape() []int { return []int{} }

// What both say is told once; of two different errors the first, with their number.
func TestErrorsOfSeveralRanks(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{[]string{"no room", "no room", "no room"}, "no room"},
		{[]string{"", "no room", "no room"}, "rank 1: no room (2 ranks have errors)"},
		{[]string{"no room", "no room", ""}, "rank 0: no room (2 ranks have errors)"},
		{[]string{"", "no room", "no paper"}, "rank 1: no room (2 ranks have errors)"},
		{[]string{"no room", "no paper", "no ink"}, "rank 0: no room (3 ranks have errors)"},
		{[]string{"", "", "no ink\nnor pen"}, "rank 2: no ink\nnor pen"},
	} {
		build := func() *model.Net { return nets.Compile(t, nets.TwoDense(), model.Config{Loss: loss.MeanSquaredError}) }
		all := together(t, 3, build, nets.Points{Inputs: make([]float64, 8), Targets: make([]float64, 4)}, model.Fit{Epochs: 1, Batch: 3}, func(rank int, m *member) {
			m.fit.Callbacks = []model.Callback{{EpochEnd: func(model.Epoch) error {
				if c.texts[rank] == "" {
					return nil
				}
				return errors.New(c.texts[rank])
			}}}
		})
		for rank, m := range all {
			checkRankError(t, rank, m.err, c.want)
		}
	}
}

// Fits that are not the same end before the first step, on all ranks, with the first fact in which they differ.
func TestRanksThatDiffer(t *testing.T) {
	small := func() *model.Net {
		return model.Sequential(model.Input(10, 10, 1), layer.Flatten{}, layer.Dense{Units: 3, Activation: layer.Softmax})
	}
	other := func(net *model.Net, c model.Config) func(m *member) {
		return func(m *member) { m.net = nets.Compile(t, net, c) }
	}
	digits30, digits31 := nets.Digits(t, 30), nets.Digits(t, 31)
	trained := func(s solver.Solver) func(m *member) {
		return func(m *member) {
			m.net = nets.Compile(t, small(), model.Config{Seed: 7, Solver: s})
			state := nets.State(t, m.net)
			nets.Fit(t, m.net, digits30, model.Fit{Epochs: 1, Batch: 30})
			moved := nets.State(t, m.net)
			state.Solver = moved.Solver // the steps of the net itself are told first
			m.net = nets.Compile(t, small(), model.Config{Start: &state, Solver: s})
		}
	}
	for want, change := range map[string]func(m *member){
		"training data of 31 rows, CRC-32C ": func(m *member) { m.data = digits31 },
		"batch 6, want 8 as on rank 0":       func(m *member) { m.fit.Batch = 6 },
		"epochs 3, want 2 as on rank 0":      func(m *member) { m.fit.Epochs = 3 },
		"seed 8, want 7 as on rank 0":        other(small(), model.Config{Seed: 8}),
		"steps done 1, want 0 as on":         func(m *member) { nets.Fit(t, m.net, digits30, model.Fit{Epochs: 1, Batch: 30}) },
		"dtype float64, want float32 as":     other(small(), model.Config{Seed: 7, Dtype: tensor.Float64}),
		"loss mse, want sparse_categorical_crossentropy as": func(m *member) {
			m.net = nets.Compile(t, small(), model.Config{Seed: 7, Loss: loss.MeanSquaredError})
			m.data, _ = digits30.OneHot(3, false)
		},
		"accuracy true, want false as on rank 0":            other(small(), model.Config{Seed: 7, Metrics: []model.Metric{model.Accuracy}}),
		"shuffle false, want true as on rank 0":             func(m *member) { m.fit.NoShuffle = true },
		"check true, want false as on rank 0":               func(m *member) { m.fit.Check = true },
		"validation of 31 rows, CRC-32C ":                   func(m *member) { m.fit.Validation = digits31 },
		"layers conv2d{Filters:4 Kernel:{Height:3 Width:3}": other(nets.CNN(), model.Config{Seed: 7}),
		"layers flatten{}(100) dense{Units:4 Activation:softmax NoBias:false}(4), want flatten{}(100) dense{Units:3 ": other(model.Sequential(model.Input(10, 10, 1), layer.Flatten{},
			layer.Dense{Units: 4, Activation: layer.Softmax}), model.Config{Seed: 7}),
		"layers flatten{}(100) dense{Units:3 Activation:softmax NoBias:true}(3), want flatten{}(100) dense{Units:3 Activation:softmax NoBias:false}(3) as": other(model.Sequential(model.Input(10, 10, 1), layer.Flatten{},
			layer.Dense{Units: 3, Activation: layer.Softmax, NoBias: true}), model.Config{Seed: 7}),
		"solver *solver.SGD{LearningRate:1 Momentum:0 Nesterov:false}, want *solver.Adam{LearningRate:0.01 ": other(small(), model.Config{Seed: 7, Solver: solver.NewSGD(1)}),
		"solver *solver.Adam{LearningRate:0.5 ":  other(small(), model.Config{Seed: 7, Solver: solver.NewAdam(0.5)}),
		"solver's state Adam, 1 steps, CRC-32C ": trained(solver.NewAdam(0.01)),
	} {
		t.Run(want, func(t *testing.T) {
			build := func() *model.Net { return nets.Compile(t, small(), model.Config{Seed: 7}) }
			all := together(t, 3, build, digits30, model.Fit{Epochs: 2, Batch: 8}, func(rank int, m *member) {
				if rank == 1 {
					change(m)
				}
				m.fit.Callbacks = []model.Callback{{TrainBegin: func(model.Run) error { t.Errorf("rank %d begins", rank); return nil }}}
			})
			for rank, m := range all {
				if known := new(ranks.RankError); !errors.As(m.err, &known) || !strings.HasPrefix(m.err.Error(), "rank 1: "+want) {
					t.Errorf("rank %d: %v, want rank 1: %s", rank, m.err, want)
				}
			}
		})
	}
}

// A Fit that one rank refuses ends on all; more ranks than rows in a batch are refused by all.
func TestRefusedFitOfOneRank(t *testing.T) {
	build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{}) }
	for _, c := range []struct {
		change func(rank int, m *member)
		fit    model.Fit
		want   string
	}{
		{func(rank int, m *member) {
			if rank == 2 {
				m.data = dataset.Iris()
			}
		}, model.Fit{Epochs: 1, Batch: 8}, "rank 2: fit: inputs of shape (4), want (10, 10, 1)"},
		{nil, model.Fit{Epochs: 1, Batch: 2}, "fit: a batch of 2 of 30 rows for 3 ranks, want at least one row for each"},
		{func(_ int, m *member) { m.data = nets.Digits(t, 2) }, model.Fit{Epochs: 1, Batch: 8}, "fit: a batch of 8 of 2 rows for 3 ranks, want at least one row for each"},
	} {
		for rank, m := range together(t, 3, build, nets.Digits(t, 30), c.fit, c.change) {
			checkRankError(t, rank, m.err, c.want)
		}
	}
}
