package main

import (
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/rankstest"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// together is a rank in this process in place of a rank of MPI.
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
	const batch, within = 7, 10 * time.Millisecond // 60,000 rows have 3 more than whole batches
	lines, err := train(w, data, batch, 2, nil, within)
	if err != nil || len(lines) != timedParts {
		t.Fatalf("%d parts (%v), want %d", len(lines), err, timedParts)
	}
	for _, l := range lines {
		part := within / timedParts
		if l.Batch != batch || l.Steps < 1 || l.Seconds < part.Seconds() || l.Reduce != 0 || l.Loss <= 0 {
			t.Errorf("measured %+v, want steps of %d rows for at least %v, a loss, and no all-reduces", l, batch, part)
		}
	}
	_, err = train(w, data.First(6), batch, 0, nil, within)
	wording.Check(t, err, "batch size 7", "at most 6")
}

// Two ranks end after the same step, and rank 0 times the sums.
func TestTrainTimesTheSumsOfRanks(t *testing.T) {
	w, data := digits(t)
	var lock sync.Mutex
	lines := map[int][]bench.Line{}
	for rank, err := range rankstest.Run(2, func(r *rankstest.Rank) error {
		l, err := train(w, data, 8, 1, together{r}, 10*time.Millisecond)
		lock.Lock()
		defer lock.Unlock()
		lines[r.Rank()] = l
		return err
	}) {
		if err != nil {
			t.Fatalf("rank %d: %v", rank, err)
		}
	}
	if len(lines[0]) != timedParts || len(lines[1]) != 0 {
		t.Errorf("the ranks measured %v, want %d parts of rank 0 alone", lines, timedParts)
	}
	for _, l := range lines[0] {
		if l.Steps < 1 || l.Reduce <= 0 || l.Reduce > l.Seconds { // the sums are a part of the steps
			t.Errorf("rank 0 measured %+v, want steps, and sums within their time", l)
		}
	}
}

func TestNumbers(t *testing.T) {
	if got, err := numbers("64,256"); err != nil || !slices.Equal(got, []int{64, 256}) {
		t.Errorf("64,256 is %v (%v)", got, err)
	}
	for _, c := range []struct{ name, text string }{{"empty", ""}, {"end", "64,"}, {"zero", "0"}, {"letter", "x"}} {
		t.Run(c.name, func(t *testing.T) {
			_, err := numbers(c.text)
			wording.Check(t, err, "-batches", c.text)
		})
	}
}

// The time to warm up starts after the first step, the parts after that time.
func TestClockWarmsUp(t *testing.T) {
	for _, c := range []struct {
		name   string
		within time.Duration
		want   bool
	}{{"at once", 0, true}, {"never", time.Hour, false}} {
		t.Run(c.name, func(t *testing.T) {
			clock := clock{within: c.within}
			for step := range 2 {
				if err := clock.step(model.Batch{}); err != nil {
					t.Fatal(err)
				}
				if begun := !clock.begin.IsZero(); begun != (c.want && step == 1) || clock.steps != 0 {
					t.Errorf("after step %d parts have begun: %v, with %d steps", step, begun, clock.steps)
				}
			}
		})
	}
}
