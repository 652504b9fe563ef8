package solver

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"strings"
	"testing"
)

// A run that stops after 10 steps, goes through a file and is taken up by a new solver ends with
// the bits of one that goes through.
func TestStateGoesOnWithTheSameBits(t *testing.T) {
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
			t.Errorf("%s: weights differ from those of the run that was not stopped", name)
		}
		if n := second.State().Step; n != 25 {
			t.Errorf("%s: %d steps, want 25", name, n)
		}
	}
}

func TestStateNamesItsSlots(t *testing.T) {
	for name, want := range map[string]string{"SGD": "", "momentum": "momentum", "nesterov": "momentum",
		"RMSprop": "velocity", "Adagrad": "accumulator", "Adam": "momentum velocity", "AdamW": "momentum velocity"} {
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
			if slot.Name != names[i%len(names)] || slot.Param != p || !equal(slot.Shape, shape) {
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
	for want, spoil := range map[string]func(s *State){
		`the state is one of "AdamW", want "Adam"`:                 func(s *State) { s.Solver = "AdamW" },
		"7 slots, want [momentum velocity] for each":               func(s *State) { s.Slots = s.Slots[:7] },
		"3 parameters, want 4":                                     func(s *State) { s.Slots = s.Slots[:6] },
		"2 steps but no slots":                                     func(s *State) { s.Slots = nil },
		"want momentum of parameter 0 here":                        func(s *State) { s.Slots[0].Name = "velocity" },
		"slot 2 (momentum of parameter 3): want momentum of":       func(s *State) { s.Slots[2].Param = 3 },
		"either float32 or float64":                                func(s *State) { s.Slots[1].Float64 = make([]float64, 12) },
		"slot 0 (momentum of parameter 0): want either":            func(s *State) { s.Slots[0].Float32 = nil },
		"11 numbers do not fill the shape [3 4]":                   func(s *State) { s.Slots[0].Float32 = s.Slots[0].Float32[:11] },
		"12 numbers do not fill the shape [-3 -4]":                 func(s *State) { s.Slots[0].Shape = []int{-3, -4} },
		"12 numbers do not fill the shape [4611686018427387904 4]": func(s *State) { s.Slots[0].Shape = []int{1 << 62, 4} },
		"12 numbers do not fill the shape [12 12 1]":               func(s *State) { s.Slots[0].Shape = []int{12, 12, 1} },
		"float32 (4, 3), want float32 (3, 4) as the slot":          func(s *State) { s.Slots[1].Shape = []int{4, 3} },
		"parameter 0 of the state is float32 (4, 3), want": func(s *State) {
			s.Slots[0].Shape = []int{4, 3}
			s.Slots[1].Shape = []int{4, 3}
		},
	} {
		s := trained()
		before, state := s.State(), s.State()
		spoil(&state)
		if err := s.SetState(state); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if !reflect.DeepEqual(s.State(), before) {
			t.Errorf("%s: the solver has changed", want)
		}
	}
	sgd := NewSGD(.1)
	sgd.Momentum = .5
	steps(t, sgd, newModel(), 1)
	if err := NewSGD(.1).SetState(sgd.State()); err == nil || !strings.Contains(err.Error(), "4 slots, want none without momentum") {
		t.Errorf("momentum's state in plain SGD: %v", err)
	}
	// a state for other parameters than the model's is found at the first step
	fresh, m := NewAdam(.01), newModel()
	if err := fresh.SetState(trained().State()); err != nil {
		t.Fatal(err)
	}
	if err := fresh.Step(m[1:].valueGrads()); err == nil || !strings.Contains(err.Error(), "3 parameters, want 4") {
		t.Errorf("step with other parameters: %v", err)
	}
	// the state of a fresh solver makes a used one fresh
	used := trained()
	if err := used.SetState(NewAdam(1).State()); err != nil || used.State().Step != 0 || len(used.State().Slots) != 0 {
		t.Errorf("set to fresh: %v, %+v", err, used.State())
	}
}
