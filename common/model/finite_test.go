package model_test

import (
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// spoil is a solver that sets a weight in its n-th step, and nothing else.
func spoil(n, param, at int, value float32) gorgonia.Solver {
	return solverFunc(func(params []gorgonia.ValueGrad) error {
		if n--; n == 0 {
			params[param].Value().(*tensor.Dense).Float32s()[at] = value
		}
		return nil
	})
}

// What is not finite is named: the first layer, what of it, where, and what to do.
func TestFirstLayerThatIsNotFinite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := nets.Points{Inputs: []float64{1, 2, 3, 4, 5, 6}, Targets: []float64{1, 2, 3}}
	for name, c := range map[string]struct {
		data   model.Data
		solver gorgonia.Solver
		fit    model.Fit
		want   string
	}{
		"input": {data: nets.Points{Inputs: []float64{1, 2, 3, nan, 5, 6}, Targets: good.Targets}, solver: solver.NewSGD(1e-9),
			want: "epoch 1, batch 1: the loss is NaN: the inputs are the first to go wrong: the number at [1 1] is NaN: the data must have finite numbers only"},
		"target": {data: nets.Points{Inputs: good.Inputs, Targets: []float64{1, 2, inf}}, solver: solver.NewSGD(1e-9),
			want: "epoch 1, batch 1: the loss is +Inf: the targets are the first to go wrong: the number at [2 0] is +Inf: the data must have finite numbers only"},
		"weight": {data: good, solver: spoil(2, 2, 1, float32(nan)),
			want: "epoch 3, batch 1: the loss is NaN: layer 3 (Dense) is the first to go wrong: dense_1.kernel: the number at [1 0] is NaN: try a smaller learning rate"},
		"first weight": {data: good, solver: spoil(2, 1, 2, float32(inf)),
			want: "epoch 3, batch 1: the loss is +Inf: layer 1 (Dense) is the first to go wrong: dense.bias: the number at [2] is +Inf: try a smaller learning rate"},
		"output": {data: good, solver: spoil(1, 1, 0, 3.2e38),
			want: "epoch 2, batch 1: the loss is +Inf: layer 2 (Dropout) is the first to go wrong: its output: the number at [0 0] is +Inf: try a smaller learning rate"},
		"loss": {data: good, solver: spoil(1, 3, 0, 1e30),
			want: "epoch 2, batch 1: the loss is +Inf: though all layers are finite: try a smaller learning rate"},
		"last step": {data: good, solver: spoil(4, 0, 5, float32(nan)),
			want: "epoch 4, behind the last step: layer 1 (Dense): dense.kernel: the number at [1 2] is NaN: try a smaller learning rate"},
		"validation": {data: good, solver: spoil(1, 3, 0, float32(nan)), fit: model.Fit{Validation: good},
			want: "epoch 1, validation: the loss is NaN: layer 3 (Dense): dense_1.bias: the number at [0] is NaN: try a smaller learning rate"},
		"check": {data: good, solver: spoil(2, 0, 0, float32(inf)), fit: model.Fit{Check: true},
			want: "epoch 2, batch 1: behind the step: layer 1 (Dense): dense.kernel: the number at [0 0] is +Inf: try a smaller learning rate"},
	} {
		t.Run(name, func(t *testing.T) {
			net := nets.Compile(t, nets.TwoDense(), model.Config{Loss: loss.MeanSquaredError, Solver: c.solver, Seed: 1})
			ones := net.Weights()
			for _, values := range ones {
				for i := range values {
					values[i] = 1
				}
			}
			if err := net.SetWeights(ones); err != nil {
				t.Fatal(err)
			}
			c.fit.Epochs, c.fit.Batch, c.fit.NoShuffle = 4, 3, true
			if _, err := net.Fit(t.Context(), c.data, c.fit); err == nil || err.Error() != c.want {
				t.Errorf("%v,\nwant %s", err, c.want)
			}
		})
	}
}

// A gradient may break where the loss is finite: Check finds it before the solver uses it.
func TestCheckFindsGradients(t *testing.T) {
	data := nets.Points{Inputs: []float64{3e25, 0}, Targets: []float64{1e15}}
	for _, check := range []bool{false, true} {
		net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
			model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1e-9)})
		before := [][]float64{{0, 0}, {0}}
		if err := net.SetWeights(before); err != nil {
			t.Fatal(err)
		}
		_, err := net.Fit(t.Context(), data, model.Fit{Epochs: 1, Batch: 1, Check: check})
		want := "epoch 1, behind the last step: layer 1 (Dense): dense.kernel: "
		if check {
			want = "epoch 1, batch 1: layer 1 (Dense): the gradient of dense.kernel: the number at [0 0] is -Inf"
			if w := net.Weights(); w[0][0] != 0 {
				t.Errorf("the solver has used it: the weight is %g", w[0][0])
			}
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Check %t: %v, want %s...", check, err, want)
		}
	}
}

// Check changes no bit.
func TestCheckedRunIsTheSame(t *testing.T) {
	var ends [2][]float64
	for i, check := range []bool{false, true} {
		net := nets.Compile(t, nets.CNN(), model.Config{Seed: 3})
		nets.Fit(t, net, nets.Digits(t, 33), model.Fit{Epochs: 2, Batch: 8, Check: check})
		ends[i] = weights(net)
	}
	for i := range ends[0] {
		if ends[0][i] != ends[1][i] {
			t.Fatalf("weight %d is %v with Check, want %v", i, ends[1][i], ends[0][i])
		}
	}
}
