package model_test

import (
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/nets"
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
	nets.Fit(t, again, data, model.Fit{Epochs: 4, Batch: 8}) // goes on with the run
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
	for want, change := range map[string]func(*model.Config, *model.State){
		"start: 0 weights, want 6": func(_ *model.Config, s *model.State) { s.Weights = nil },
		"start: conv2d.kernel: 1 values, want 36 for the shape (3, 3, 1, 4)": func(_ *model.Config, s *model.State) {
			s.Weights = append([][]float64{{1}}, s.Weights[1:]...)
		},
		"start: epoch -1, want 0 to 4294967295": func(_ *model.Config, s *model.State) { s.Epoch = -1 },
		"start: solver: the state is one of \"Adam\", want \"SGD\"": func(c *model.Config, _ *model.State) {
			c.Solver = &solver.SGD{LearningRate: 0.1, Momentum: 0.9}
		},
		"start: the solver *gorgonia.VanillaSolver takes no state, want one of package solver": func(c *model.Config, _ *model.State) {
			c.Solver = gorgonia.NewVanillaSolver()
		},
		"start: the solver's state is for 5 parameters, want 6": func(_ *model.Config, s *model.State) {
			s.Solver.Slots = s.Solver.Slots[:10]
		},
		"start: the momentum of conv2d.kernel has the shape [36], want (3, 3, 1, 4)": func(_ *model.Config, s *model.State) {
			s.Solver.Slots = append([]solver.Slot{{Name: "momentum", Shape: []int{36}, Float32: make([]float32, 36)}}, s.Solver.Slots[1:]...)
		},
		"start: the momentum of conv2d.kernel is of float64, want float32": func(_ *model.Config, s *model.State) {
			s.Solver.Slots = append([]solver.Slot{{Name: "momentum", Shape: []int{3, 3, 1, 4}, Float64: make([]float64, 36)}}, s.Solver.Slots[1:]...)
		},
	} {
		state := nets.State(t, net)
		c := model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.01), Start: &state}
		change(&c, &state)
		if err := nets.CNN().Compile(c); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	if _, err := nets.CNN().State(); err == nil {
		t.Error("a net that is not compiled has a state")
	}
	stock := nets.Compile(t, nets.CNN(), model.Config{Solver: gorgonia.NewVanillaSolver()})
	if _, err := stock.State(); err == nil || !strings.Contains(err.Error(), "keeps its state to itself") {
		t.Errorf("error %v", err)
	}
}

// What a program asks of a net that it did not build itself.
func TestLookAtANet(t *testing.T) {
	net := nets.CNN()
	if got := net.InputShape(); !reflect.DeepEqual(got, []int{10, 10, 1}) {
		t.Errorf("input %v", got)
	}
	if got := net.OutputShape(); !reflect.DeepEqual(got, []int{3}) {
		t.Errorf("output %v", got)
	}
	if got, want := net.RowSize(), 100+400+100+100+100+8+3; got != want {
		t.Errorf("a row is %d values, want %d", got, want)
	}
	var names []string
	params := 0
	for _, l := range net.Layers() {
		names = append(names, l.Name+" "+l.Kind())
		params += len(l.Params)
	}
	if got := strings.Join(names, ", "); got != "conv2d Conv2D, max_pooling2d MaxPooling2D, dropout Dropout, flatten Flatten, dense Dense, dense_1 Dense" || params != 6 {
		t.Errorf("layers %s with %d parameters", got, params)
	}
	if err := net.Accepts(nets.Digits(t, 3)); err == nil {
		t.Error("a net that is not compiled accepts data")
	}
	if err := nets.Compile(t, net, model.Config{}).Accepts(nets.Digits(t, 3)); err != nil {
		t.Error(err)
	}
	if err := net.Accepts(flat(t)); err == nil || err.Error() != "inputs of shape (100), want (10, 10, 1)" {
		t.Errorf("error %v", err)
	}
}

func flat(t *testing.T) model.Data {
	t.Helper()
	s, err := nets.Digits(t, 3).Reshape(100)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
