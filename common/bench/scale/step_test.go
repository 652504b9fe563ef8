package main

import (
	"testing"
	"time"

	"gorgonia-lectures/common/bench"
)

// A step of 10 ms, 8 of them to the end of the backward pass: of 300 values 100 are ready at 4 ms, all at 8.
var made = step{gradients: []message{{100, 4e-3}, {300, 8e-3}}, backward: 8e-3, total: 10e-3}

// One value takes 10 µs between two ranks, the figures at the end as much as 12 values.
var slow = link{beta: 4 / 10e-6}

func TestStepsByHand(t *testing.T) {
	const value, figures = 10e-6, 12 * 10e-6
	for _, c := range []struct {
		name              string
		messages          []int
		apart, overlapped float64
	}{
		{"the first is away before the second is ready", []int{100, 200},
			10e-3 + 300*value + figures, 8e-3 + 200*value + figures + 2e-3},
		{"one message waits for all gradients", []int{300},
			10e-3 + 300*value + figures, 8e-3 + 300*value + figures + 2e-3},
		{"the first part of a gradient is ready when all of it is", []int{100, 50, 150},
			10e-3 + 300*value + figures, 8e-3 + 200*value + figures + 2e-3},
		{"all is ready early", []int{100},
			10e-3 + 100*value + figures, 8e-3 + figures + 2e-3},
	} {
		if got := made.apart(slow, 2, c.messages); !near(got, c.apart) {
			t.Errorf("%s: apart %v s, want %v", c.name, got, c.apart)
		}
		if got := made.overlapped(slow, 2, c.messages); !near(got, c.overlapped) {
			t.Errorf("%s: overlapped %v s, want %v", c.name, got, c.overlapped)
		}
	}
	// a message that is slower than the backward pass keeps the next one waiting
	slower := link{beta: slow.beta / 10}
	if got, want := made.overlapped(slower, 2, []int{100, 200}), 4e-3+10*(300*value+figures)+2e-3; !near(got, want) {
		t.Errorf("over a slow link: %v s, want %v", got, want)
	}
	if apart, overlapped := made.apart(slow, 1, nil), made.overlapped(slow, 1, nil); apart != made.total || overlapped != made.total {
		t.Errorf("one rank: %v and %v s, want %v", apart, overlapped, made.total)
	}
}

func TestMedians(t *testing.T) {
	ms := time.Millisecond
	var steps []recorded
	for _, f := range []time.Duration{3, 1, 2} {
		steps = append(steps, recorded{values: []int{100, 200}, ready: []time.Duration{4 * f * ms, 7 * f * ms},
			backward: 8 * f * ms, total: 10 * f * ms})
	}
	s := medians(steps)
	if !near(s.backward, 16e-3) || !near(s.total, 20e-3) || len(s.gradients) != 2 ||
		s.gradients[1].end != 300 || !near(s.gradients[1].ready, 14e-3) {
		t.Errorf("the step is %+v, want the second of the three", s)
	}
}

// The messages that are recorded are all gradients of a net, on any number of ranks, and few on many ranks.
func TestMessagesAreAllGradients(t *testing.T) {
	for _, name := range works {
		w, err := bench.WorkNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		data, _, err := w.Load("")
		if err != nil {
			t.Fatal(err)
		}
		net, err := w.Compile()
		if err != nil {
			t.Fatal(err)
		}
		before := 1 << 30
		for _, ranks := range []int{2, 8, mostRanks} {
			list, err := messages(net, data, ranks)
			if err != nil {
				t.Fatal(err)
			}
			total := 0
			for _, values := range list {
				total += values
			}
			if total != w.Parameters || len(list) > before {
				t.Errorf("%s, %d ranks: %d values in %d messages, want %d in at most %d", name, ranks, total, len(list), w.Parameters, before)
			}
			before = len(list)
		}
		if _, err := messages(net, data.First(3), 4); err == nil {
			t.Errorf("%s: no error of 3 rows on 4 ranks", name)
		}
	}
}

// A step that is measured has its moments in order, and the gradients of the last layer first.
func TestPaceIsInOrder(t *testing.T) {
	w, err := bench.WorkNamed("cnn")
	if err != nil {
		t.Fatal(err)
	}
	data, _, err := w.Load("")
	if err != nil {
		t.Fatal(err)
	}
	w.Batch = 2
	s, err := pace(w, data, 10*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	at, end := 0.0, 0
	for _, m := range s.gradients {
		if m.ready < at || m.end <= end {
			t.Errorf("values up to %d are ready at %v s, the ones before, up to %d, at %v", m.end, m.ready, end, at)
		}
		at, end = m.ready, m.end
	}
	if end != w.Parameters || s.backward < at || s.total <= s.backward {
		t.Errorf("%d values are ready at %v s, the backward pass ends at %v, the step at %v: want %d, in this order",
			end, at, s.backward, s.total, w.Parameters)
	}
}
