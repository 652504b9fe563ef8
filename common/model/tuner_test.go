package model

import (
	"testing"
	"time"
)

// The faster of the two ways is kept behind the trial, whatever single steps take, until the next one.
func TestTuner(t *testing.T) {
	const trial = trialBlock * trialBlocks
	for _, c := range []struct {
		name                 string
		early, late, hiccups time.Duration
		want                 bool
	}{
		{"faster early", 20, 21, 1, true},
		{"faster late", 21, 20, 1, false},
		{"alike", 20, 20, 1, true},
		{"faster late, with hiccups", 21, 20, 100, false},
		{"faster early, with hiccups", 20, 21, 100, true},
	} {
		tuner := newTuner()
		if !tuner.early {
			t.Errorf("%s: begins late", c.name)
		}
		early := tuner.early // what a step does: the ranks hear of it in the step before
		for step := range 2 * trialEvery {
			d := c.late
			if early {
				d = c.early
			}
			if step%5 == 0 {
				d *= c.hiccups
			}
			early = tuner.early
			tuner.took(d)
			if at := (step + 1) % trialEvery; at >= trial && tuner.early != c.want {
				t.Fatalf("%s: behind step %d it sums early: %t", c.name, step, tuner.early)
			}
		}
	}
	seen := map[bool]int{}
	for tuner := newTuner(); tuner.step < trial; tuner.took(1) {
		seen[tuner.early]++
	}
	if seen[true] != trial/2 || seen[false] != trial/2 {
		t.Errorf("a trial has %v steps", seen)
	}
}
