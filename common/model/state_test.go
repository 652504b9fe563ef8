package model_test

import (
	"reflect"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// From its state, taken between two epochs in a callback, another net trains on with the same bits: the
// same shuffles, dropout and moments.
func TestStartFromState(t *testing.T) {
	data := nets.Digits(t, 33)
	var middle model.State
	net := nets.Compile(t, nets.CNN(), model.Config{Seed: 7})
	nets.Fit(t, net, data, model.Fit{Epochs: 4, Batch: 8, Callbacks: []model.Callback{{EpochEnd: func(e model.Epoch) error {
		if e.Epoch == 2 {
			middle = nets.State(t, net)
		}
		return nil
	}}}})
	again := nets.Compile(t, nets.CNN(), model.Config{Seed: 1, Start: &middle})
	if got := nets.State(t, again); !reflect.DeepEqual(got, middle) {
		t.Errorf("the state is %+v, want %+v", got, middle)
	}
	if c := again.Config(); c.Seed != 7 || c.Start != nil {
		t.Errorf("seed %d and start %v, want those of the state, and none", c.Seed, c.Start)
	}
	nets.Fit(t, again, data, model.Fit{Epochs: 4, Batch: 8}) // resumes the run
	if got, want := nets.State(t, again), nets.State(t, net); !reflect.DeepEqual(got, want) {
		t.Error("two epochs and two more end elsewhere than four")
	}
	alone := middle
	alone.Run = nil
	third := nets.Compile(t, nets.CNN(), model.Config{Start: &alone})
	nets.Fit(t, third, data, model.Fit{Epochs: 2, Batch: 8})
	if got, want := nets.State(t, third), nets.State(t, net); !reflect.DeepEqual(got, want) {
		t.Error("two epochs and a second Fit of two end elsewhere than four")
	}
	// the state shares no memory: neither training moved it
	if fourth := nets.Compile(t, nets.CNN(), model.Config{Start: &middle}); !reflect.DeepEqual(nets.State(t, fourth), middle) {
		t.Error("the state has changed")
	}
}

func TestStartErrors(t *testing.T) {
	net := nets.Compile(t, nets.CNN(), model.Config{})
	nets.Fit(t, net, nets.Digits(t, 9), model.Fit{Epochs: 1, Batch: 9})
	slot := func(at solver.Slot) func(*model.Config, *model.State) {
		return func(_ *model.Config, s *model.State) {
			at.Name = "momentum"
			s.Solver.Slots = append([]solver.Slot{at}, s.Solver.Slots[1:]...)
		}
	}
	for _, test := range []struct {
		name   string
		change func(*model.Config, *model.State)
		facts  []string
	}{
		{"no weights", func(_ *model.Config, s *model.State) { s.Weights = nil }, []string{"0 weights", "6"}},
		{"short weights", func(_ *model.Config, s *model.State) {
			s.Weights = append(nets.Tensors(net, []float64{1}), s.Weights[1:]...)
		},
			[]string{"conv2d.kernel", "1 values", "36", "(3, 3, 1, 4)"}},
		{"wide weights", func(_ *model.Config, s *model.State) {
			s.Weights[0] = tensor.New(tensor.WithBacking(make([]float64, 36)))
		},
			[]string{"conv2d.kernel", "float64", "float32"}},
		{"epoch", func(_ *model.Config, s *model.State) { s.Epoch = -1 }, []string{"epoch -1"}},
		{"another solver", func(c *model.Config, _ *model.State) { c.Solver = &solver.SGD{LearningRate: 0.1, Momentum: 0.9} },
			[]string{"Adam", "SGD"}},
		{"solver without a state", func(c *model.Config, _ *model.State) { c.Solver = gorgonia.NewVanillaSolver() },
			[]string{"VanillaSolver", "state"}},
		{"missing slots", func(_ *model.Config, s *model.State) { s.Solver.Slots = s.Solver.Slots[:10] }, []string{"5 parameters", "6"}},
		{"shape of a slot", slot(solver.Slot{Shape: []int{36}, Float32: make([]float32, 36)}),
			[]string{"momentum", "conv2d.kernel", "[36]", "(3, 3, 1, 4)"}},
		{"dtype of a slot", slot(solver.Slot{Shape: []int{3, 3, 1, 4}, Float64: make([]float64, 36)}),
			[]string{"momentum", "conv2d.kernel", "float64", "float32"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			state := nets.State(t, net)
			c := model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.01), Start: &state}
			test.change(&c, &state)
			wording.Check(t, nets.CNN().Compile(c), test.facts...)
		})
	}
	if _, err := nets.CNN().State(); err == nil {
		t.Error("a net that is not compiled has a state")
	}
	stock := nets.Compile(t, nets.CNN(), model.Config{Solver: gorgonia.NewVanillaSolver()})
	_, err := stock.State()
	wording.Check(t, err, "VanillaSolver", "state")
}

// A callback may give the solver its own state between two steps: training goes on as without.
func TestSolverStateIsSetBetweenSteps(t *testing.T) {
	weights := func(set bool) []float64 {
		s := solver.NewAdam(0.01)
		net := nets.Compile(t, nets.TwoDense(), model.Config{Seed: 1, Solver: s, Loss: loss.MeanSquaredError})
		data := nets.Points{Inputs: make([]float64, 40), Targets: make([]float64, 20)}
		for i := range data.Inputs {
			data.Inputs[i] = float64(i%7) / 7
		}
		fit := model.Fit{Epochs: 2, Batch: 5}
		if set {
			fit.Callbacks = []model.Callback{{BatchEnd: func(model.Batch) error { return s.SetState(s.State()) }}}
		}
		nets.Fit(t, net, data, fit)
		return model.Float64s(net.Params()[0].Value)
	}
	if !slices.Equal(weights(false), weights(true)) {
		t.Error("other weights")
	}
}
