package live

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// asJSON returns the status as JSON.
func asJSON(t *testing.T, p *Page) string {
	t.Helper()
	text, err := json.Marshal(p.progress.status())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The status has what the run measures, and leaves out the rest and all numbers that are not finite.
func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := idle(t.Context())
		q := &p.progress
		is := func(want string) {
			t.Helper()
			if got := asJSON(t, p); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		}
		step := func(b model.Batch) {
			t.Helper()
			if err := q.batchEnd(p.ctx, b); err != nil {
				t.Fatal(err)
			}
		}
		is(`{"state":"waiting","run":1,"epoch":0,"epochs":0,"batch":0,"batches":0,"share":0,"speed":0,"viewers":0}`)
		_ = q.begin(model.Run{Epochs: 2, Batches: 4, Metrics: []model.Metric{model.Accuracy}, Validation: true})
		is(`{"state":"training","run":1,"epoch":0,"epochs":2,"batch":0,"batches":4,"share":0,"speed":0,"viewers":0}`)
		time.Sleep(3 * time.Second)
		step(model.Batch{Epoch: 1, Batch: 1, Batches: 4, Rows: 8, Loss: 0.5})
		is(`{"state":"training","run":1,"epoch":1,"epochs":2,"batch":1,"batches":4,"share":0.125,"left":21,"loss":0.5,"accuracy":0,"speed":0,"viewers":0}`)
		if err := q.epochEnd(p.ctx, model.Epoch{Epoch: 1, ValLoss: 2, ValAccuracy: 0.25}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		step(model.Batch{Epoch: 2, Batch: 2, Batches: 4, Rows: 8, Loss: math.NaN(), Accuracy: 0.5})
		is(`{"state":"training","run":1,"epoch":2,"epochs":2,"batch":2,"batches":4,"share":0.75,"left":2,"accuracy":0.5,"val_loss":2,"val_accuracy":0.25,"speed":0,"viewers":0}`)
		_ = q.begin(model.Run{Epochs: 3, Batches: 5}) // of another net
		is(`{"state":"training","run":1,"epoch":0,"epochs":3,"batch":0,"batches":5,"share":0,"speed":0,"viewers":0}`)
		step(model.Batch{Epoch: 1, Batch: 5, Batches: 5, Rows: 8, Loss: math.Inf(1), Accuracy: 1})
		_ = q.end(nil)
		is(`{"state":"done","run":1,"epoch":1,"epochs":3,"batch":5,"batches":5,"share":0.3333333333333333,"speed":0,"viewers":0}`)
	})
}

// The time of a pause does not change the estimate of the time left.
func TestTimeLeftWithoutThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := idle(t.Context())
		q := &p.progress
		_ = q.begin(model.Run{Epochs: 1, Batches: 10})
		step := func(i int) {
			time.Sleep(time.Second)
			if err := q.batchEnd(p.ctx, model.Batch{Epoch: 1, Batch: i, Batches: 10, Rows: 1}); err != nil {
				t.Fatal(err)
			}
		}
		step(1)
		for _, action := range []string{"pause", "resume"} {
			time.Sleep(time.Hour)
			if err := q.obey(order{Action: action}); err != nil {
				t.Fatal(err)
			}
			if now := q.status(); now.Left != nil {
				t.Errorf("after the %s %g s are left, want that it is not known", action, *now.Left)
			}
		}
		step(2)
		step(3)
		if now := q.status(); now.Left == nil || *now.Left != 7 {
			t.Errorf("%+v, want 7 s left", now)
		}
	})
}

// A reading is collected from the batches of a validation and shown after the epoch.
func TestReading(t *testing.T) {
	p := idle(t.Context())
	c := p.Callback()
	batch := func(first int, values ...float32) {
		t.Helper()
		if err := c.ValidationBatch(first, tensor.New(tensor.WithShape(len(values)/2, 2), tensor.WithBacking(values))); err != nil {
			t.Fatal(err)
		}
	}
	var kept []show.Reading
	for range 2 {
		batch(0, 0.75, 0.25, 0.5, 0.5)
		batch(2, 0, 1)
		if err := c.EpochEnd(model.Epoch{Epoch: 1}); err != nil {
			t.Fatal(err)
		}
		m, _ := p.progress.moment()
		kept = append(kept, m.Reading)
		batch(0, 0, 1) // of the next epoch
	}
	for _, r := range kept {
		if want := (show.Reading{Predicted: []int{0, 0, 1}, Sure: []float64{0.75, 0.5, 1}, Classes: 2}); !reflect.DeepEqual(r, want) {
			t.Errorf("%v, want %v", r, want)
		}
	}
}

// The share, the speed and the curves of a resumed run start where it resumes.
func TestResumedRun(t *testing.T) {
	p := idle(t.Context())
	q := &p.progress
	before := []model.Epoch{{Epoch: 1, Loss: 3}, {Epoch: 2, Loss: 2}}
	_ = q.begin(model.Run{Epochs: 4, Batches: 200, BatchSize: 10, Before: before, Steps: 50})
	if s := q.status(); s.Epoch != 3 || s.Batch != 50 || s.Share != 450.0/800 || s.Loss != nil || s.Left != nil {
		t.Errorf("before its first step: %+v", s)
	}
	if q.sinceSteps != 450 {
		t.Errorf("the pace counts from step %d, want 450", q.sinceSteps)
	}
	if m, _ := q.moment(); m.Epoch != 2 || len(m.epochs.epochs) != 2 {
		t.Errorf("the moment is %d with %d epochs, want 2 and 2", m.Epoch, len(m.epochs.epochs))
	}
	// the callback gets means over the epoch so far, from which the loss of each step follows
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
	// the first step only sets the means; of the nine others each two make a value
	if n := len(m.trace.loss); n != 4 || math.Abs(curves.First-453.0/200) > 1e-12 || curves.Step != 0.01 {
		t.Errorf("%d values from epoch %v in steps of %v, want 4 from 2.265 in steps of 0.01", n, curves.First, curves.Step)
	}
	for i, loss := range m.trace.loss {
		if want := 52.5 + 2*float64(i); loss < want-1e-9 || loss > want+1e-9 {
			t.Errorf("value %d is %v, want %v", i, loss, want)
		}
	}
}
