package solver

import (
	"math"
	"testing"
)

// Two states have one checksum only if they are the same.
func TestChecksumDistinguishesStates(t *testing.T) {
	seen := map[string]string{}
	note := func(name string, s State) {
		t.Helper()
		sum := s.Checksum()
		if other, ok := seen[sum]; ok {
			t.Errorf("%s has the checksum of %s: %s", name, other, sum)
		}
		seen[sum] = name
	}
	for name, s := range all() {
		switch name {
		case "momentum", "nesterov", "AMSGrad", "schedule", "ClipNorm", "ClipValue", "GlobalClipNorm":
			continue // begin as another one does
		}
		note("fresh "+name, s.State())
	}
	taken := func(change func(s *State)) State {
		s := NewAdam(.01)
		steps(t, s, newModel(), 2)
		state := s.State()
		change(&state)
		return state
	}
	want := taken(func(*State) {}).Checksum()
	if got := taken(func(*State) {}).Checksum(); got != want {
		t.Errorf("one state has the checksums %s and %s", got, want)
	}
	for _, c := range []struct {
		name   string
		change func(s *State)
	}{
		{"as it is", func(*State) {}},
		{"solver", func(s *State) { s.Solver = "AdamW" }},
		{"steps", func(s *State) { s.Step++ }},
		{"name", func(s *State) { s.Slots[0].Name = "velocity" }},
		{"param", func(s *State) { s.Slots[2].Param = 0 }},
		{"shape", func(s *State) { s.Slots[0].Shape = []int{4, 3} }},
		{"last bit of float32", func(s *State) { s.Slots[0].Float32[11] *= 1 + 1e-7 }},
		{"zero", func(s *State) { s.Slots[4].Float32[0] = 0 }},
		{"zero with a sign", func(s *State) { s.Slots[4].Float32[0] = float32(math.Copysign(0, -1)) }},
		{"last bit of float64", func(s *State) { s.Slots[3].Float64[3] *= 1 + 3e-16 }},
		{"order of two numbers", func(s *State) { f := s.Slots[4].Float32; f[7], f[8] = f[8], f[7] }},
		{"a slot less", func(s *State) { s.Slots = s.Slots[:7] }},
		{"order of two slots", func(s *State) { s.Slots[0], s.Slots[1] = s.Slots[1], s.Slots[0] }},
	} {
		note(c.name, taken(c.change))
	}
}
