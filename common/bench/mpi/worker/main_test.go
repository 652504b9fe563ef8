package main

import (
	"errors"
	"sync"
	"testing"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/mpirun"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/rankstest"
)

// together is a rank of this process as a rank of MPI.
type together struct{ ranks.Group }

func (together) Close() {}

func digits(t *testing.T) (bench.Work, dataset.Set) {
	t.Helper()
	w, err := bench.WorkNamed("mlp")
	if err != nil {
		t.Fatal(err)
	}
	data, _, err := w.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return w, data
}

func TestTrainTimesStepsAlone(t *testing.T) {
	w, data := digits(t)
	const batch, within = 7, 10 * time.Millisecond // of 60,000 rows 3 are left out
	lines, err := train(w, data, batch, nil, within)
	if err != nil || len(lines) != parts {
		t.Fatalf("%d parts (%v), want %d", len(lines), err, parts)
	}
	for _, l := range lines {
		if l.Timed != mpirun.TimedTrain || l.Batch != batch || l.Steps < 1 || l.Seconds < within.Seconds()/parts || l.Reduce != 0 || l.Loss <= 0 {
			t.Errorf("measured %+v, want some steps of %d rows that take %v at least, a loss, and no all-reduces", l, batch, within/parts)
		}
	}
	if _, err := train(w, data.First(6), batch, nil, within); err == nil {
		t.Error("no error of a batch of 7 from 6 rows")
	}
}

// Two ranks end after the same step, and rank 0 knows how long the sums took.
func TestTrainTimesTheSumsOfRanks(t *testing.T) {
	w, data := digits(t)
	var lock sync.Mutex
	lines := map[int][]mpirun.Line{}
	for rank, err := range rankstest.Run(2, func(r *rankstest.Rank) error {
		l, err := train(w, data, 8, together{r}, 10*time.Millisecond)
		lock.Lock()
		defer lock.Unlock()
		lines[r.Rank()] = l
		return err
	}) {
		if err != nil {
			t.Fatalf("rank %d: %v", rank, err)
		}
	}
	if len(lines[0]) != parts || len(lines[1]) != 0 {
		t.Errorf("the ranks measured %v, want %d parts of rank 0 alone", lines, parts)
	}
	for _, l := range lines[0] {
		if l.Steps < 1 || l.Reduce <= 0 || l.Reduce > l.Seconds { // a step waits for its sums
			t.Errorf("rank 0 measured %+v, want steps, and sums within their time", l)
		}
	}
}

func TestSumsWantRanks(t *testing.T) {
	if err := reduce(nil, []int{1}, time.Millisecond); !errors.Is(err, errAlone) {
		t.Errorf("the error is %v, want %v", err, errAlone)
	}
	for rank, err := range rankstest.Run(2, func(r *rankstest.Rank) error {
		return reduce(together{r}, []int{1, 100}, time.Millisecond)
	}) {
		if err != nil {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	if got, err := numbers("batches", "64,256"); err != nil || len(got) != 2 || got[1] != 256 {
		t.Errorf("64,256 is %v (%v)", got, err)
	}
	for _, text := range []string{"", "64,", "0", "x"} {
		if got, err := numbers("batches", text); err == nil {
			t.Errorf("%q is %v, want an error", text, got)
		}
	}
}

// Parts begin behind the time to warm up, and behind the steps that it takes at least.
func TestClockWarmsUp(t *testing.T) {
	const never = -1
	for _, c := range []struct {
		within time.Duration
		least  int
		want   int // steps behind the first
	}{{time.Nanosecond, 0, 1}, {time.Nanosecond, 20, 20}, {time.Hour, 0, never}} {
		clock, got := clock{within: c.within, least: c.least}, never
		for step := range 100 {
			if err := clock.step(model.Batch{}); err != nil {
				t.Fatal(err)
			}
			if !clock.begin.IsZero() {
				got = step
				break
			}
		}
		if got != c.want || got != never && clock.steps != 0 {
			t.Errorf("%v and %d steps to warm up: parts begin behind step %d with %d steps, want %d with none",
				c.within, c.least, got, clock.steps, c.want)
		}
	}
}
