package live

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/model"
)

// Of any number of epochs few are kept, evenly spaced and up to near the end.
func TestHistoryIsThinned(t *testing.T) {
	var h history
	longest := 0
	for i := 1; i <= 50_000; i++ {
		h.add(model.Epoch{Epoch: i, Loss: float64(i)})
		longest = max(longest, len(h.epochs))
		if i < maxEpochs && len(h.epochs) != i {
			t.Fatalf("%d of %d epochs are kept", len(h.epochs), i)
		}
		if i%997 != 0 && i > 2*maxEpochs { // checking each one would be slow
			continue
		}
		for j, e := range h.epochs {
			if e.Epoch != (j+1)*h.stride || e.Loss != float64(e.Epoch) {
				t.Fatalf("after epoch %d: value %d is epoch %d, want %d", i, j, e.Epoch, (j+1)*h.stride)
			}
		}
		if last := h.epochs[len(h.epochs)-1].Epoch; i-last >= h.stride {
			t.Fatalf("after epoch %d the last one kept is %d, with a stride of %d", i, last, h.stride)
		}
		if h.version != i {
			t.Fatalf("version %d after epoch %d", h.version, i)
		}
	}
	if longest > maxEpochs || len(h.epochs) < maxEpochs/2-1 {
		t.Errorf("at most %d epochs were kept, and %d are, want at most %d and about half of it", longest, len(h.epochs), maxEpochs)
	}
	curves := curvesOf(t)(h.curves(nil))
	if curves.First != float64(h.stride) || curves.Step != float64(h.stride) {
		t.Errorf("the curve begins at %g with steps of %g, want %d", curves.First, curves.Step, h.stride)
	}
}

func curvesOf(t *testing.T) func(chart.Picture, error) *chart.Curves {
	return func(picture chart.Picture, err error) *chart.Curves {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return picture.(*chart.Curves)
	}
}

// Short epochs have no trace.
func TestShortEpochsHaveNoTrace(t *testing.T) {
	tr := newTrace(longEpoch-1, 0)
	tr.add(model.Batch{Epoch: 1, Batch: 1, Batches: longEpoch - 1, Rows: 1, Loss: 1})
	if curves, err := tr.curves(true); curves != nil || err != nil {
		t.Errorf("%v, %v, want none", curves, err)
	}
}

// run adds epochs of equal batches to a trace, and returns the mean loss and accuracy over the steps of its values.
func run(t *testing.T, tr *trace, random *rand.Rand, epochs, batches int) (loss, accuracy float64) {
	t.Helper()
	var all [][2]float64 // of each step
	for epoch := range epochs {
		var sum [2]float64
		for batch := range batches {
			step := [2]float64{random.Float64() * 3, float64(random.IntN(33)) / 32}
			sum[0], sum[1] = sum[0]+step[0], sum[1]+step[1]
			all = append(all, step)
			n := float64(batch + 1)
			tr.add(model.Batch{Epoch: epoch + 1, Batch: batch + 1, Batches: batches, Rows: 32, Loss: sum[0] / n, Accuracy: sum[1] / n})
			if len(tr.loss) >= maxTrace || len(tr.loss) != len(tr.accuracy) {
				t.Fatalf("%d and %d values", len(tr.loss), len(tr.accuracy))
			}
			if missing := len(all) - len(tr.loss)*tr.stride; missing < 0 || missing >= tr.stride {
				t.Fatalf("after step %d there are %d values of %d steps", len(all), len(tr.loss), tr.stride)
			}
		}
	}
	counted := len(tr.loss) * tr.stride
	for _, step := range all[:counted] {
		loss, accuracy = loss+step[0]/float64(counted), accuracy+step[1]/float64(counted)
	}
	return loss, accuracy
}

// For any number of steps the trace is short, and its mean is that of the steps.
func TestTraceKeepsTheMean(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	mean := func(values []float64) float64 { return floats.Sum(values) / float64(len(values)) }
	for _, batches := range []int{longEpoch, 101, 399, 1875} {
		for _, epochs := range []int{1, 3, 20} {
			tr := newTrace(batches, 0)
			loss, accuracy := run(t, &tr, random, epochs, batches)
			if l, a := math.Abs(mean(tr.loss)-loss), math.Abs(mean(tr.accuracy)-accuracy); l > 1e-9 || a > 1e-9 {
				t.Errorf("%d epochs of %d: the mean loss is %g off, the accuracy %g", epochs, batches, l, a)
			}
			curves := curvesOf(t)(tr.curves(true))
			if want := float64(tr.stride) / float64(batches); curves.Step != want || curves.First != want {
				t.Errorf("the curve begins at %g with steps of %g, want %g", curves.First, curves.Step, want)
			}
		}
	}
}

// A smaller last batch is weighted by its rows.
func TestTraceOfUnequalBatches(t *testing.T) {
	tr := trace{stride: 2, batches: 100}
	tr.add(model.Batch{Batch: 1, Rows: 30, Loss: 1, Accuracy: 1})
	tr.add(model.Batch{Batch: 2, Rows: 10, Loss: 2, Accuracy: 0.75}) // over 40 rows: the 10 have 5 and 0
	tr.add(model.Batch{Batch: 1, Rows: 30, Loss: 4, Accuracy: 0.5})
	tr.add(model.Batch{Batch: 2, Rows: 10, Loss: 4, Accuracy: 0.5})
	if len(tr.loss) != 2 || tr.loss[0] != 2 || tr.accuracy[0] != 0.75 || tr.loss[1] != 4 || tr.accuracy[1] != 0.5 {
		t.Errorf("%v %v, want [2 4] [0.75 0.5]", tr.loss, tr.accuracy)
	}
}

// A copy does not change when the original grows.
func TestCopiesStay(t *testing.T) {
	var h history
	tr := newTrace(longEpoch, 0)
	add := func(from, to int) {
		for i := from; i <= to; i++ {
			h.add(model.Epoch{Epoch: i, Loss: float64(i)})
			tr.add(model.Batch{Epoch: i, Batch: 1, Rows: 1, Loss: float64(i)})
		}
	}
	add(1, 300)
	epochs, values := h.copy(), tr.copy()
	add(301, 5000)
	if len(epochs.epochs) != 300 || len(values.loss) != 300 {
		t.Fatalf("%d epochs, %d values, want 300", len(epochs.epochs), len(values.loss))
	}
	for i := range 300 {
		if epochs.epochs[i].Loss != float64(i+1) || values.loss[i] != float64(i+1) {
			t.Fatalf("value %d has become %g, %g", i, epochs.epochs[i].Loss, values.loss[i])
		}
	}
}
