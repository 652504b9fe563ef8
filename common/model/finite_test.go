package model_test

import (
	"math"
	"reflect"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
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
	for _, c := range []struct {
		name   string
		data   nets.Points
		solver gorgonia.Solver
		fit    model.Fit
		facts  []string
	}{
		{name: "input", data: nets.Points{Inputs: []float64{1, 2, 3, nan, 5, 6}, Targets: good.Targets}, solver: solver.NewSGD(1e-9),
			facts: []string{"epoch 1, batch 1", "inputs", "[1 1] is NaN", "the data"}},
		{name: "target", data: nets.Points{Inputs: good.Inputs, Targets: []float64{1, 2, inf}}, solver: solver.NewSGD(1e-9),
			facts: []string{"epoch 1, batch 1", "targets", "[2 0] is +Inf", "the data"}},
		{name: "weight", data: good, solver: spoil(2, 2, 1, float32(nan)),
			facts: []string{"epoch 3, batch 1", "layer 3 (Dense)", "dense_1.kernel", "[1 0] is NaN", "smaller learning rate"}},
		{name: "first weight", data: good, solver: spoil(2, 1, 2, float32(inf)),
			facts: []string{"epoch 3, batch 1", "layer 1 (Dense)", "dense.bias", "[2] is +Inf"}},
		{name: "output", data: good, solver: spoil(1, 1, 0, 3.2e38),
			facts: []string{"epoch 2, batch 1", "layer 2 (Dropout)", "output", "[0 0] is +Inf"}},
		{name: "loss", data: good, solver: spoil(1, 3, 0, 1e30), facts: []string{"epoch 2, batch 1", "loss is +Inf", "all layers are finite"}},
		{name: "last step", data: good, solver: spoil(4, 0, 5, float32(nan)),
			facts: []string{"epoch 4", "last step", "layer 1 (Dense)", "dense.kernel", "[1 2] is NaN"}},
		{name: "validation", data: good, solver: spoil(1, 3, 0, float32(nan)), fit: model.Fit{Validation: good},
			facts: []string{"epoch 1, validation", "layer 3 (Dense)", "dense_1.bias", "[0] is NaN"}},
		{name: "check", data: good, solver: spoil(2, 0, 0, float32(inf)), fit: model.Fit{Check: true},
			facts: []string{"epoch 2, batch 1", "after the step", "layer 1 (Dense)", "dense.kernel", "[0 0] is +Inf"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := nets.Compile(t, nets.TwoDense(), model.Config{Loss: loss.MeanSquaredError, Solver: c.solver, Seed: 1})
			if err := net.SetWeights(same(net, 1)); err != nil {
				t.Fatal(err)
			}
			c.fit.Epochs, c.fit.Batch, c.fit.NoShuffle = 4, 3, true
			_, err := net.Fit(t.Context(), c.data, c.fit)
			wording.Check(t, err, c.facts...)
		})
	}
}

// A convolution that is computed together with its pooling is named like any other layer.
func TestFirstConvolutionThatIsNotFinite(t *testing.T) {
	for _, check := range []bool{false, true} {
		net := nets.Compile(t, nets.CNN(), model.Config{Seed: 3})
		w := net.Weights()
		for i := range w[0].Float32s() {
			w[0].Float32s()[i] = math.MaxFloat32
		}
		if err := net.SetWeights(w); err != nil {
			t.Fatal(err)
		}
		_, err := net.Fit(t.Context(), nets.Digits(t, 8), model.Fit{Epochs: 1, Batch: 8, Check: check})
		wording.Check(t, err, "epoch 1, batch 1", "layer 1 (Conv2D)", "output", "+Inf")
	}
}

// A gradient may break where the loss is finite: Check finds it before the solver uses it.
func TestCheckFindsGradients(t *testing.T) {
	data := nets.Points{Inputs: []float64{3e25, 0}, Targets: []float64{1e15}}
	for _, check := range []bool{false, true} {
		net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
			model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1e-9)})
		if err := net.SetWeights(same(net, 0)); err != nil {
			t.Fatal(err)
		}
		_, err := net.Fit(t.Context(), data, model.Fit{Epochs: 1, Batch: 1, Check: check})
		facts := []string{"epoch 1", "last step", "layer 1 (Dense)", "dense.kernel"}
		if check {
			facts = []string{"epoch 1, batch 1", "layer 1 (Dense)", "gradient of dense.kernel", "[0 0] is -Inf"}
			if w := first(net.Weights()); w != 0 {
				t.Errorf("the solver has used it: the weight is %g", w)
			}
		}
		wording.Check(t, err, facts...)
	}
}

// Check changes no bit.
func TestCheckedRunIsTheSame(t *testing.T) {
	var ends [2][]*tensor.Dense
	for i, check := range []bool{false, true} {
		net := nets.Compile(t, nets.CNN(), model.Config{Seed: 3})
		nets.Fit(t, net, nets.Digits(t, 33), model.Fit{Epochs: 2, Batch: 8, Check: check})
		ends[i] = net.Weights()
	}
	if !reflect.DeepEqual(ends[0], ends[1]) {
		t.Error("the weights end elsewhere with Check")
	}
}
