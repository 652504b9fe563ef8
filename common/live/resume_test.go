package live

import (
	"math"
	"testing"

	"gorgonia-lectures/common/model"
)

// A resumed run is shown from where it resumes: its share, its pace and its curves.
func TestResumedRun(t *testing.T) {
	p := idle(t.Context())
	q := &p.progress
	before := []model.Epoch{{Epoch: 1, Loss: 3}, {Epoch: 2, Loss: 2}}
	q.begin(model.Run{Epochs: 4, Batches: 200, BatchSize: 10, Before: before, Steps: 50})
	if s := q.status(); s.Epoch != 3 || s.Batch != 50 || s.Share != 450.0/800 || s.Loss != nil || s.Left != nil {
		t.Errorf("before its first step: %+v", s)
	}
	if q.sinceSteps != 450 {
		t.Errorf("the pace counts from step %d, want 450", q.sinceSteps)
	}
	if m, _ := q.moment(); m.Epoch != 2 || len(m.epochs.epochs) != 2 {
		t.Errorf("the moment is %d with %d epochs, want 2 and 2", m.Epoch, len(m.epochs.epochs))
	}
	// from the 51st step of the third epoch on each has a loss of its own: the callback gets the mean of the epoch so far
	sum := 50 * 5.0
	for batch := 51; batch <= 60; batch++ {
		sum += float64(batch)
		err := q.batchEnd(p.ctx, model.Batch{Epoch: 3, Batch: batch, Batches: 200, Rows: 10, Loss: sum / float64(batch)})
		if err != nil {
			t.Fatal(err)
		}
	}
	m, _ := q.moment()
	curves := curvesOf(t)(m.trace.curves(false))
	// the first step shows where the means stood, and of the nine others two make a value
	if n := len(m.trace.loss); n != 4 || math.Abs(curves.First-453.0/200) > 1e-12 || curves.Step != 0.01 {
		t.Errorf("%d values from epoch %v in steps of %v, want 4 from 2.265 in steps of 0.01", n, curves.First, curves.Step)
	}
	for i, loss := range m.trace.loss {
		if want := 52.5 + 2*float64(i); loss < want-1e-9 || loss > want+1e-9 {
			t.Errorf("value %d is %v, want %v", i, loss, want)
		}
	}
}
