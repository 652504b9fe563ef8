package solver

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// A run that stops after 10 steps and resumes from a file in a new solver ends with the bits of one that does not stop.
func TestStateResumesWithTheSameBits(t *testing.T) {
	for name, through := range all() {
		whole := newModel()
		steps(t, through, whole, 25)

		m, first := newModel(), all()[name]
		steps(t, first, m, 10)
		saved := first.State()
		steps(t, first, newModel(), 3) // must not reach the copy
		var file bytes.Buffer
		if err := gob.NewEncoder(&file).Encode(saved); err != nil {
			t.Fatal(err)
		}
		var state State
		if err := gob.NewDecoder(&file).Decode(&state); err != nil {
			t.Fatal(err)
		}
		second := all()[name]
		if err := second.SetState(state); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := second.State(); !reflect.DeepEqual(got.Slots, state.Slots) && len(state.Slots) > 0 || got.Step != 10 {
			t.Errorf("%s: state after SetState differs", name)
		}
		for _, slot := range state.Slots {
			clear(slot.Float32) // the solver has its own copy
			clear(slot.Float64)
		}
		steps(t, second, m, 15)
		if !sameBits(m.weights(), whole.weights()) {
			t.Errorf("%s: weights differ from those of the run that did not stop", name)
		}
		if n := second.State().Step; n != 25 {
			t.Errorf("%s: %d steps, want 25", name, n)
		}
	}
}

func TestStateNamesItsSlots(t *testing.T) {
	for name, want := range map[string]string{"SGD": "", "momentum": "momentum", "nesterov": "momentum",
		"RMSprop": "velocity", "Adagrad": "accumulator", "Adam": "momentum velocity", "AdamW": "momentum velocity",
		"AMSGrad": "momentum velocity velocity_hat", "Nadam": "momentum velocity", "Adamax": "momentum norm",
		"Adadelta": "accumulated_grad accumulated_delta_var"} {
		s, m := all()[name], newModel()
		if state := s.State(); state.Step != 0 || len(state.Slots) != 0 {
			t.Errorf("%s: fresh state %+v", name, state)
		}
		steps(t, s, m, 2)
		state := s.State()
		names := strings.Fields(want)
		if len(state.Slots) != len(names)*len(m) || state.Step != 2 {
			t.Fatalf("%s: %d slots after %d steps", name, len(state.Slots), state.Step)
		}
		for i, slot := range state.Slots {
			p := i / len(names)
			shape := m[p].w.Shape()
			if slot.Name != names[i%len(names)] || slot.Param != p || !slices.Equal(slot.Shape, shape) {
				t.Errorf("%s: slot %d is %s of parameter %d, shape %v", name, i, slot.Name, slot.Param, slot.Shape)
			}
			if (slot.Float32 != nil) != (p%2 == 0) || (slot.Float64 != nil) != (p%2 == 1) {
				t.Errorf("%s: slot %d has the wrong dtype", name, i)
			}
		}
	}
}

func TestSetStateErrors(t *testing.T) {
	trained := func() *Adam {
		s := NewAdam(.01)
		steps(t, s, newModel(), 2)
		return s
	}
	for _, c := range []struct {
		name  string
		spoil func(s *State)
		facts []string
	}{
		{"solver", func(s *State) { s.Solver = "AdamW" }, []string{"AdamW", `"Adam"`}},
		{"half a parameter", func(s *State) { s.Slots = s.Slots[:7] }, []string{"7 slots", "[momentum velocity]"}},
		{"parameters", func(s *State) { s.Slots = s.Slots[:6] }, []string{"3 parameters", "4"}},
		{"no slots", func(s *State) { s.Slots = nil }, []string{"2 steps", "no slots"}},
		{"name", func(s *State) { s.Slots[0].Name = "velocity" }, []string{"slot 0", "momentum of parameter 0"}},
		{"parameter", func(s *State) { s.Slots[2].Param = 3 }, []string{"slot 2", "momentum of parameter 3"}},
		{"both", func(s *State) { s.Slots[1].Float64 = make([]float64, 12) }, []string{"slot 1", "float32", "float64"}},
		{"neither", func(s *State) { s.Slots[0].Float32 = nil },
			[]string{"slot 0", "momentum of parameter 0", "float32", "float64"}},
		{"a number less", func(s *State) { s.Slots[0].Float32 = s.Slots[0].Float32[:11] }, []string{"11 numbers", "[3 4]"}},
		{"negative", func(s *State) { s.Slots[0].Shape = []int{-3, -4} }, []string{"12 numbers", "[-3 -4]"}},
		{"overflow", func(s *State) { s.Slots[0].Shape = []int{1 << 62, 4} },
			[]string{"12 numbers", "[4611686018427387904 4]"}},
		{"shape", func(s *State) { s.Slots[0].Shape = []int{12, 12, 1} }, []string{"12 numbers", "[12 12 1]"}},
		{"two shapes", func(s *State) { s.Slots[1].Shape = []int{4, 3} }, []string{"(4, 3)", "(3, 4)"}},
		{"other shape", func(s *State) { s.Slots[0].Shape, s.Slots[1].Shape = []int{4, 3}, []int{4, 3} },
			[]string{"parameter 0", "(4, 3)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := trained()
			before, state := s.State(), s.State()
			c.spoil(&state)
			wording.Check(t, s.SetState(state), c.facts...)
			if !reflect.DeepEqual(s.State(), before) {
				t.Error("the solver has changed")
			}
		})
	}
	sgd := NewSGD(.1)
	sgd.Momentum = .5
	steps(t, sgd, newModel(), 1)
	wording.Check(t, NewSGD(.1).SetState(sgd.State()), "4 slots", "momentum")
	// the first step refuses a state of other parameters than the model's
	fresh, m := NewAdam(.01), newModel()
	if err := fresh.SetState(trained().State()); err != nil {
		t.Fatal(err)
	}
	wording.Check(t, fresh.Step(m[1:].valueGrads()), "3 parameters", "4")
	// the state of a fresh solver makes a used one fresh
	used := trained()
	if err := used.SetState(NewAdam(1).State()); err != nil || used.State().Step != 0 || len(used.State().Slots) != 0 {
		t.Errorf("set to fresh: %v, %+v", err, used.State())
	}
}
