package live

import (
	"slices"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/model"
)

// The largest numbers of values of a curve: more cannot be seen on a page.
const (
	maxEpochs = 500
	maxTrace  = 400
)

// history has the epochs of a run, of a long one each stride-th epoch.
type history struct {
	accuracy, validation bool
	stride               int
	epochs               []model.Epoch
	version              int // counts changes that a picture shows
}

func (h *history) add(e model.Epoch) {
	h.version++
	h.stride = max(h.stride, 1)
	if e.Epoch%h.stride != 0 {
		return
	}
	if h.epochs = append(h.epochs, e); len(h.epochs) < maxEpochs {
		return
	}
	h.stride *= 2
	h.epochs = slices.DeleteFunc(h.epochs, func(e model.Epoch) bool { return e.Epoch%h.stride != 0 })
}

// copy returns a copy that shares no memory with h, which may grow.
func (h history) copy() history {
	h.epochs = slices.Clone(h.epochs)
	return h
}

// curves returns the picture of the history, styled by change unless it is nil; nil before the first epoch.
func (h history) curves(change func(*chart.Curves)) (chart.Picture, error) {
	if len(h.epochs) == 0 {
		return nil, nil
	}
	curves, err := chart.NewHistoryCurves(&model.History{
		Epochs: h.epochs, HasAccuracy: h.accuracy, HasValidation: h.validation})
	if err != nil {
		return nil, err
	}
	curves.First, curves.Step = float64(h.stride), float64(h.stride)
	if change != nil {
		change(curves)
	}
	return curves, nil
}

// trace has the loss and the accuracy within long epochs: means over stride steps. When there are maxTrace values, each
// two neighbours are joined and stride doubles.
type trace struct {
	stride         int // steps of one value; 0: epochs are short and have no trace
	batches        int // of an epoch
	first          int // steps before the first value, of a resumed run
	loss, accuracy []float64
	epoch, window  sums // of this epoch, and of the steps after the last value
	steps          int  // in the window
	version        int
}

// sums are sums over rows.
type sums struct{ rows, loss, right float64 }

// longEpoch is the smallest number of steps of an epoch with a trace.
const longEpoch = 100

func newTrace(batches, first int) trace {
	if batches < longEpoch {
		return trace{}
	}
	return trace{stride: batches / longEpoch, batches: batches, first: first}
}

func (t *trace) add(b model.Batch) {
	if t.stride == 0 {
		return
	}
	if b.Batch == 1 {
		t.epoch = sums{}
	}
	if b.Batch > 1 && t.epoch.rows == 0 { // resumed within an epoch: the first batch has only its means so far
		seen := float64(b.Batch) * float64(b.Rows)
		t.epoch = sums{seen, b.Loss * seen, b.Accuracy * seen}
		t.first++
		return
	}
	rows := t.epoch.rows + float64(b.Rows)
	now := sums{rows, b.Loss * rows, b.Accuracy * rows} // a Batch has means over the epoch so far
	t.window.rows += float64(b.Rows)
	t.window.loss += now.loss - t.epoch.loss
	t.window.right += now.right - t.epoch.right
	t.epoch = now
	if t.steps++; t.steps < t.stride {
		return
	}
	// by rounding, the difference of two sums can be below zero
	t.loss = append(t.loss, max(0, t.window.loss/t.window.rows))
	t.accuracy = append(t.accuracy, max(0, t.window.right/t.window.rows))
	t.window, t.steps = sums{}, 0
	t.version++
	if len(t.loss) == maxTrace {
		t.stride *= 2
		t.loss, t.accuracy = halved(t.loss), halved(t.accuracy)
	}
}

func (t trace) copy() trace {
	t.loss, t.accuracy = slices.Clone(t.loss), slices.Clone(t.accuracy)
	return t
}

// curves returns the picture of the trace; nil before its first value.
func (t trace) curves(accuracy bool) (chart.Picture, error) {
	if len(t.loss) == 0 {
		return nil, nil
	}
	series := []chart.Series{{Name: "loss", Values: t.loss}}
	if accuracy {
		series = append(series, chart.Series{Name: "accuracy", Values: t.accuracy})
	}
	curves, err := chart.NewCurves(series...)
	if err != nil {
		return nil, err
	}
	curves.Step = float64(t.stride) / float64(t.batches)
	curves.First, curves.MarkersUpTo = float64(t.first)/float64(t.batches)+curves.Step, 0
	return curves, nil
}

// halved replaces each two neighbours by their mean.
func halved(values []float64) []float64 {
	joined := values[:0]
	for i := 0; i+1 < len(values); i += 2 {
		joined = append(joined, (values[i]+values[i+1])/2)
	}
	return joined
}
