package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/model"
)

// display makes the one callback of a program that prints into out, on a terminal of that width or,
// with 0, on none. The clock moves by step whenever it is read.
func display(t *testing.T, out *bytes.Buffer, columns int, step time.Duration) (*Run, model.Callback) {
	t.Helper()
	s := newScreen(out, false)
	if s.terminal() {
		t.Fatal("a buffer passes for a terminal")
	}
	if columns > 0 {
		s.columns = func() int { return columns }
	}
	clock := time.Unix(0, 0)
	s.now = func() time.Time {
		clock = clock.Add(step)
		return clock
	}
	r := &Run{screen: s}
	callbacks := r.callbacks()
	if len(callbacks) != 1 {
		t.Fatalf("%d callbacks, want 1", len(callbacks))
	}
	return r, callbacks[0]
}

// train calls the hooks as Fit does, up to epoch last.
func train(t *testing.T, c model.Callback, run model.Run, last int, epoch func(int) model.Epoch) {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(c.TrainBegin(run))
	h := new(model.History)
	for e := 1; e <= last; e++ {
		for b := 1; b <= run.Batches && c.BatchEnd != nil; b++ {
			check(c.BatchEnd(model.Batch{Epoch: e, Batch: b, Batches: run.Batches, Loss: 1 / float64(b), Accuracy: 0.5}))
		}
		h.Epochs = append(h.Epochs, epoch(e))
		h.Epochs[e-1].Epoch, h.Epochs[e-1].Epochs = e, run.Epochs
		check(c.EpochEnd(h.Epochs[e-1]))
	}
	check(c.TrainEnd(h))
}

func TestPlainLines(t *testing.T) {
	var out bytes.Buffer
	r, c := display(t, &out, 0, 0)
	if c.BatchEnd != nil {
		t.Error("without a terminal there is work after each batch")
	}
	run := model.Run{Epochs: 2, Batches: 1875, Rows: 60000, Metrics: []model.Metric{model.Accuracy}, Validation: true}
	epochs := []model.Epoch{
		{Loss: 0.123456, Accuracy: 0.96125, ValLoss: 0.05, ValAccuracy: 0.9871, Seconds: 61.26},
		{Loss: 0.00098765, Accuracy: 1, ValLoss: 1e12, ValAccuracy: 0, Seconds: 0.0123},
	}
	train(t, c, run, 2, func(e int) model.Epoch { return epochs[e-1] })
	run.Metrics, run.Rows = nil, 10
	train(t, c, run, 1, func(int) model.Epoch { return model.Epoch{Loss: 4, ValLoss: 0} })
	run.Validation = false
	train(t, c, run, 1, func(int) model.Epoch { return model.Epoch{Loss: 1712.24901, Seconds: 0.9996} })
	r.Printf("test accuracy %g\n", 0.5)
	const want = `Epoch 1/2 - 61.3s - loss: 0.1235 - accuracy: 0.9613 - val_loss: 0.0500 - val_accuracy: 0.9871
Epoch 2/2 - 12ms - loss: 9.8765e-04 - accuracy: 1.0000 - val_loss: 1.0000e+12 - val_accuracy: 0.0000
Epoch 1/2 - 0ms - loss: 4.0000 - val_loss: 0.0000
Epoch 1/2 - 1.0s - loss: 1712.2490
test accuracy 0.5
`
	if out.String() != want {
		t.Errorf("printed\n%s, want\n%s", &out, want)
	}
}

// lines trains without a terminal and lists the epochs that have a line, and the times on them.
func lines(t *testing.T, epochs, rows, last int) (told []int, times []string) {
	t.Helper()
	var out bytes.Buffer
	_, c := display(t, &out, 0, 0)
	train(t, c, model.Run{Epochs: epochs, Batches: 1, Rows: rows}, last, func(int) model.Epoch {
		return model.Epoch{Loss: 1, Seconds: 0.001}
	})
	for line := range strings.Lines(out.String()) {
		var epoch, of int
		var rest string
		if _, err := fmt.Sscanf(line, "Epoch %d/%d - %s", &epoch, &of, &rest); err != nil || of != epochs {
			t.Fatalf("line %q (%v)", line, err)
		}
		told, times = append(told, epoch), append(times, rest)
	}
	return told, times
}

func TestManyShortEpochsAreSpread(t *testing.T) {
	for _, epochs := range []int{1, 2, 19, 20, 21, 22, 40, 41, 50, 99, 100, 101, 500, 999, 5000, 5001, 10007} {
		told, _ := lines(t, epochs, 999, epochs)
		if told[0] != 1 || told[len(told)-1] != epochs {
			t.Errorf("%d epochs: lines for %v, want the first and the last among them", epochs, told)
		}
		if least := min(epochs, 10); len(told) < least || len(told) > 22 {
			t.Errorf("%d epochs: %d lines, want %d to 22", epochs, len(told), least)
		}
		for i := 2; i < len(told)-1; i++ {
			if told[i]-told[i-1] != told[2]-told[1] {
				t.Errorf("%d epochs: uneven lines %v", epochs, told)
			}
		}
	}
	told, times := lines(t, 5000, 4, 5000)
	if fmt.Sprint(told) != "[1 500 1000 1500 2000 2500 3000 3500 4000 4500 5000]" {
		t.Errorf("5000 epochs: lines for %v", told)
	}
	if times[0] != "1ms" || times[1] != "499ms" || times[2] != "500ms" {
		t.Errorf("times %v, want those since the line before", times)
	}
}

func TestLongEpochsHaveALineEach(t *testing.T) {
	if told, _ := lines(t, 30, 1000, 30); len(told) != 30 {
		t.Errorf("%d lines for 30 epochs of 1000 rows: %v", len(told), told)
	}
}

func TestStoppedTrainingTellsItsLastEpoch(t *testing.T) {
	if told, _ := lines(t, 5000, 4, 1234); told[len(told)-1] != 1234 {
		t.Errorf("lines for %v, want the last for epoch 1234", told)
	}
	if told, _ := lines(t, 5000, 4, 1000); fmt.Sprint(told) != "[1 500 1000]" {
		t.Errorf("lines for %v, want none twice", told)
	}
	if told, _ := lines(t, 5000, 4, 0); len(told) != 0 {
		t.Errorf("lines for %v, want none for a training without epochs", told)
	}
}
