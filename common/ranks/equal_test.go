package ranks_test

import (
	"fmt"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// With every solver three ranks move the weights as one does.
func TestRanksTrainAsOneWithEverySolver(t *testing.T) {
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 20, Batch: 8, Validation: nets.Digits(t, 9)} // 100 steps
	for _, s := range nets.Solvers() {
		t.Run(s.Name, func(t *testing.T) {
			build := func() *model.Net {
				return nets.Compile(t, nets.CNN(), model.Config{Seed: 7, Dtype: tensor.Float64, Solver: s.Make(),
					Metrics: []model.Metric{model.Accuracy}})
			}
			alone := build()
			start := alone.Weights()
			history := nets.Fit(t, alone, data, how)
			if d := nets.Furthest(start, alone.Weights()); d < 0.01 {
				t.Errorf("one rank alone moved its weights by %g: this shows nothing", d)
			}
			asOne(t, together(t, 3, build, data, how, nil), alone, history, 1e-9)
		})
	}
}

// Each loss is a mean over the rows of the whole batch.
func TestRanksTrainAsOneWithEveryLoss(t *testing.T) {
	train, test := nets.Iris(t) // one-hot
	for _, c := range []struct {
		loss model.Config
		end  layer.Activation
	}{
		{model.Config{Loss: loss.MeanSquaredError}, layer.Linear},
		{model.Config{Loss: loss.BinaryCrossentropy}, layer.Sigmoid},
		{model.Config{Loss: loss.CategoricalCrossentropy}, layer.Softmax},
		{model.Config{Loss: loss.SparseCategoricalCrossentropy}, layer.Softmax},
	} {
		t.Run(c.loss.Loss.String(), func(t *testing.T) {
			data, validation := train, test
			if c.loss.Loss == loss.SparseCategoricalCrossentropy {
				var err error
				if data, validation, err = dataset.Iris().Split(0.2, 13); err != nil { // class numbers
					t.Fatal(err)
				}
			}
			build := func() *model.Net {
				net := model.Sequential(model.Input(4), layer.Dense{Units: 8, Activation: layer.ReLU}, layer.Dropout{Rate: 0.1},
					layer.Dense{Units: 3, Activation: c.end})
				config := c.loss
				config.Seed, config.Dtype, config.Metrics = 5, tensor.Float64, []model.Metric{model.Accuracy}
				return nets.Compile(t, net, config)
			}
			how := model.Fit{Epochs: 15, Batch: 16, Validation: validation} // 120 steps, the last of each epoch with 8 rows
			alone := build()
			history := nets.Fit(t, alone, data, how)
			if first, last := history.Epochs[0].Loss, history.Last().Loss; !(last < first) {
				t.Errorf("one rank alone has a loss of %g, then %g: it does not learn", first, last)
			}
			asOne(t, together(t, 3, build, data, how, nil), alone, history, 1e-9)
		})
	}
}

// Batches that the ranks do not share evenly, last ones with less rows than ranks, rows in their own order, and both
// machines: Gorgonia's machine reports gradients only at the end of its run.
func TestRanksTrainAsOneWithUnevenBatches(t *testing.T) {
	for _, c := range []struct {
		rows, batch, ranks int
		noShuffle          bool
	}{
		{rows: 33, batch: 8, ranks: 7},
		{rows: 31, batch: 10, ranks: 4, noShuffle: true},
		{rows: 34, batch: 16, ranks: 3},
		{rows: 35, batch: 16, ranks: 5, noShuffle: true},
		{rows: 12, batch: 12, ranks: 5},
		{rows: 12, batch: 1000, ranks: 12},
	} {
		if testing.Short() && c.ranks > 5 {
			continue
		}
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			data := nets.Digits(t, c.rows)
			how := model.Fit{Epochs: 100 / ((c.rows-1)/c.batch + 1), Batch: c.batch, NoShuffle: c.noShuffle, Validation: nets.Digits(t, 9)}
			build := func(machine model.MachineFunc) func() *model.Net {
				return func() *model.Net {
					return nets.Compile(t, nets.CNN(), model.Config{Seed: 7, Dtype: tensor.Float64, Machine: machine})
				}
			}
			alone := build(nil)()
			history := nets.Fit(t, alone, data, how)
			own := together(t, c.ranks, build(model.OwnMachine), data, how, nil)
			asOne(t, own, alone, history, 1e-9)
			tape := together(t, c.ranks, build(model.TapeMachine), data, how, nil)
			asOne(t, tape, alone, history, 1e-9)
			if nets.Furthest(own[0].net.Weights(), tape[0].net.Weights()) != 0 {
				t.Error("the tape machine gives other bits")
			}
		})
	}
}

// BatchNormalization normalizes by the whole batch on any number of ranks, and its moving statistics are the same.
func TestRanksTrainAsOneWithBatchNormalization(t *testing.T) {
	data, how := nets.Digits(t, 35), model.Fit{Epochs: 10, Batch: 8, Validation: nets.Digits(t, 9)} // the last batch has 3 rows
	for _, machine := range []model.MachineFunc{model.OwnMachine, model.TapeMachine} {
		build := func() *model.Net {
			return nets.Compile(t, nets.Normalized(), model.Config{Seed: 7, Dtype: tensor.Float64, Machine: machine,
				Metrics: []model.Metric{model.Accuracy}})
		}
		alone := build()
		history := nets.Fit(t, alone, data, how)
		for _, size := range []int{2, 3} {
			asOne(t, together(t, size, build, data, how, nil), alone, history, 1e-9)
		}
	}
	// a bias before a normalization has gradients of 0 but for rounding, which Adam would blow up in float32
	build := func() *model.Net {
		return nets.Compile(t, nets.Normalized(), model.Config{Seed: 7, Solver: solver.NewSGD(0.05)})
	}
	alone := build()
	history := nets.Fit(t, alone, data, how)
	asOne(t, together(t, 3, build, data, how, nil), alone, history, 1e-4)
}

// Frozen layers are not sent, and a regularizer counts once.
func TestRanksTrainAsOneWithFrozenLayers(t *testing.T) {
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 10, Batch: 8, Validation: nets.Digits(t, 9)}
	build := func() *model.Net {
		return nets.Compile(t, nets.Frozen(), model.Config{Seed: 7, Dtype: tensor.Float64, Metrics: []model.Metric{model.Accuracy}})
	}
	alone := build()
	history := nets.Fit(t, alone, data, how)
	asOne(t, together(t, 3, build, data, how, nil), alone, history, 1e-9)

	all := func() *model.Net { // nothing to send
		return nets.Compile(t, model.Sequential(model.Input(10, 10, 1), layer.Flatten{},
			layer.Frozen{Layer: layer.Dense{Units: 3, Activation: layer.Softmax}}), model.Config{Seed: 7, Dtype: tensor.Float64})
	}
	alone = all()
	history = nets.Fit(t, alone, data, how)
	asOne(t, together(t, 3, all, data, how, nil), alone, history, 1e-9)
}

// Gradients that are cut into several buckets are summed right, and small ones that share a bucket.
func TestRanksTrainAsOneWithLargeLayers(t *testing.T) {
	data, how := nets.Digits(t, 12), model.Fit{Epochs: 2, Batch: 8}
	build := func() *model.Net { // matrices of 150,000 and 250,500 numbers, in buckets of 131,072
		net := model.Sequential(model.Input(10, 10, 1), layer.Flatten{}, layer.Dense{Units: 1500, Activation: layer.ReLU},
			layer.Dense{Units: 167, Activation: layer.Tanh}, layer.Dense{Units: 3}, layer.Dense{Units: 3, Activation: layer.Softmax, NoBias: true})
		return nets.Compile(t, net, model.Config{Seed: 7, Dtype: tensor.Float64, Solver: solver.NewSGD(0.05)})
	}
	alone := build()
	history := nets.Fit(t, alone, data, how)
	for _, size := range []int{2, 3} {
		if testing.Short() && size > 2 {
			continue
		}
		asOne(t, together(t, size, build, data, how, nil), alone, history, 1e-9)
	}
}

// In float32 sums in another order round differently: the runs stay close.
func TestRanksTrainAsOneInFloat32(t *testing.T) {
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 20, Batch: 8, Validation: nets.Digits(t, 30)}
	build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{Seed: 7}) }
	alone := build()
	history := nets.Fit(t, alone, data, how)
	for _, size := range []int{2, 3, 4} {
		if testing.Short() && size > 2 {
			continue
		}
		all := together(t, size, build, data, how, nil)
		t.Logf("%d ranks: the furthest weight is %.2g away", size, nets.Furthest(all[0].net.Weights(), alone.Weights()))
		asOne(t, all, alone, history, 1e-5)
	}
}
