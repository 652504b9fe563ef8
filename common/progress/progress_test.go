package progress

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/model"
)

// display makes a screen of that width or, with 0, one that is no terminal, and its callback.
func display(t *testing.T, columns int, now func() time.Time) (s *Screen, c model.Callback, out *bytes.Buffer) {
	t.Helper()
	out = new(bytes.Buffer)
	s = NewScreen(out, false, lang.English)
	if s.terminal() {
		t.Fatal("a buffer passes for a terminal")
	}
	if columns > 0 {
		s.columns = func() int { return columns }
	}
	s.now = now
	return s, s.Callback(), out
}

// ticking is a clock that moves by step whenever it is read.
func ticking(step time.Duration) func() time.Time {
	clock := time.Unix(0, 0)
	return func() time.Time {
		clock = clock.Add(step)
		return clock
	}
}

// check fails the test at once.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// train calls the hooks as Fit does, up to epoch last.
func train(t *testing.T, c model.Callback, run model.Run, last int, epoch func(int) model.Epoch) {
	t.Helper()
	check(t, c.TrainBegin(run))
	h := new(model.History)
	for e := 1; e <= last; e++ {
		for b := 1; b <= run.Batches && c.BatchEnd != nil; b++ {
			check(t, c.BatchEnd(model.Batch{Epoch: e, Batch: b, Batches: run.Batches, Loss: 1 / float64(b), Accuracy: 0.5}))
		}
		h.Epochs = append(h.Epochs, epoch(e))
		h.Epochs[e-1].Epoch, h.Epochs[e-1].Epochs = e, run.Epochs
		check(t, c.EpochEnd(h.Epochs[e-1]))
	}
	check(t, c.TrainEnd(h))
}

func TestPlainLines(t *testing.T) {
	s, c, out := display(t, 0, ticking(0))
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
	s.Printf("test accuracy %g\n", 0.5)
	const want = `Epoch 1/2 - 61.3s - loss: 0.1235 - accuracy: 0.9613 - val_loss: 0.0500 - val_accuracy: 0.9871
Epoch 2/2 - 12ms - loss: 9.8765e-04 - accuracy: 1.0000 - val_loss: 1.0000e+12 - val_accuracy: 0.0000
Epoch 1/2 - 0ms - loss: 4.0000 - val_loss: 0.0000
Epoch 1/2 - 1.0s - loss: 1712.2490
test accuracy 0.5
`
	if out.String() != want {
		t.Errorf("printed\n%s, want\n%s", out, want)
	}
}

// lines trains without a terminal and lists the epochs that have a line, and the times on them.
func lines(t *testing.T, epochs, rows, last int) (shown []int, times []string) {
	t.Helper()
	_, c, out := display(t, 0, ticking(0))
	train(t, c, model.Run{Epochs: epochs, Batches: 1, Rows: rows}, last, func(int) model.Epoch {
		return model.Epoch{Loss: 1, Seconds: 0.001}
	})
	for line := range strings.Lines(out.String()) {
		var epoch, of int
		var rest string
		if _, err := fmt.Sscanf(line, "Epoch %d/%d - %s", &epoch, &of, &rest); err != nil || of != epochs {
			t.Fatalf("line %q (%v)", line, err)
		}
		shown, times = append(shown, epoch), append(times, rest)
	}
	return shown, times
}

func TestManyShortEpochsAreSpread(t *testing.T) {
	for _, epochs := range []int{1, 2, 19, 20, 21, 22, 40, 41, 50, 99, 100, 101, 500, 999, 5000, 5001, 10007} {
		shown, _ := lines(t, epochs, 999, epochs)
		if shown[0] != 1 || shown[len(shown)-1] != epochs {
			t.Errorf("%d epochs: lines for %v, want the first and the last among them", epochs, shown)
		}
		if least := min(epochs, 10); len(shown) < least || len(shown) > 22 {
			t.Errorf("%d epochs: %d lines, want %d to 22", epochs, len(shown), least)
		}
		for i := 2; i < len(shown)-1; i++ {
			if shown[i]-shown[i-1] != shown[2]-shown[1] {
				t.Errorf("%d epochs: uneven lines %v", epochs, shown)
			}
		}
	}
	shown, times := lines(t, 5000, 4, 5000)
	if fmt.Sprint(shown) != "[1 500 1000 1500 2000 2500 3000 3500 4000 4500 5000]" {
		t.Errorf("5000 epochs: lines for %v", shown)
	}
	if times[0] != "1ms" || times[1] != "499ms" || times[2] != "500ms" {
		t.Errorf("times %v, want those since the line before", times)
	}
}

func TestLongEpochsHaveALineEach(t *testing.T) {
	if shown, _ := lines(t, 30, 1000, 30); len(shown) != 30 {
		t.Errorf("%d lines for 30 epochs of 1000 rows: %v", len(shown), shown)
	}
}

func TestStoppedTrainingShowsItsLastEpoch(t *testing.T) {
	if shown, _ := lines(t, 5000, 4, 1234); shown[len(shown)-1] != 1234 {
		t.Errorf("lines for %v, want the last for epoch 1234", shown)
	}
	if shown, _ := lines(t, 5000, 4, 1000); fmt.Sprint(shown) != "[1 500 1000]" {
		t.Errorf("lines for %v, want none twice", shown)
	}
	if shown, _ := lines(t, 5000, 4, 0); len(shown) != 0 {
		t.Errorf("lines for %v, want none for a training without epochs", shown)
	}
}

// What would colour a line, or break it in its middle, is shown as text; the line ends of the format stay.
func TestPrintfEscapes(t *testing.T) {
	s, _, out := display(t, 0, time.Now)
	s.Printf("wrote %s\n\n%s\n", "a\x1b[31m\r\u202e", "글\xff")
	if got, want := out.String(), "wrote a\\x1b[31m\\r\\u202e\n\n글\\ufffd\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}
