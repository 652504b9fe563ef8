package main

import (
	"testing"
	"time"
)

func TestMedians(t *testing.T) {
	var steps []step
	for _, f := range []float64{3, 1, 2} {
		steps = append(steps, step{values: []int{100, 200}, ready: []float64{4e-3 * f, 7e-3 * f},
			backward: 8e-3 * f, total: 10e-3 * f})
	}
	s := medians(steps)
	if !near(s.backward, 16e-3) || !near(s.total, 20e-3) || s.values[1] != 200 || !near(s.ready[1], 14e-3) {
		t.Errorf("the step is %+v, want the second of the three", s)
	}
}

// On any number of ranks, the recorded buckets together have all gradients of a net; on many ranks they are few.
func TestBucketsAreAllGradients(t *testing.T) {
	for _, name := range []string{"cnn", "mlp"} {
		if testing.Short() && name == "cnn" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			n, err := open(name)
			if err != nil {
				t.Fatal(err)
			}
			before := 1 << 30
			for ranks := 2; ranks <= mostRanks; ranks *= 2 {
				total := 0
				for _, values := range n.buckets[ranks] {
					total += values
				}
				if total != n.Parameters || len(n.buckets[ranks]) > before {
					t.Errorf("%d ranks: %d values in %d buckets, want %d in at most %d",
						ranks, total, len(n.buckets[ranks]), n.Parameters, before)
				}
				before = len(n.buckets[ranks])
			}
		})
	}
}

// The times of a recorded step are in order, and the gradients of the last layer are the first.
func TestRecordIsInOrder(t *testing.T) {
	n, err := open("mlp")
	if err != nil {
		t.Fatal(err)
	}
	steps, err := record(n.compiled, n.data, 2, 4, 10*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	s := medians(steps)
	at, total := 0.0, 0
	for i, values := range s.values {
		if s.ready[i] < at {
			t.Errorf("bucket %d is ready at %v s, the one before at %v", i, s.ready[i], at)
		}
		at, total = s.ready[i], total+values
	}
	if total != n.Parameters || s.backward < at || s.total <= s.backward {
		t.Errorf("%d values are ready at %v s, the backward pass ends at %v, the step at %v: want %d, in this order",
			total, at, s.backward, s.total, n.Parameters)
	}
}
