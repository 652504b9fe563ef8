package live

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// fitted is the result of a Fit in a goroutine.
type fitted struct {
	history *model.History
	err     error
}

// fit trains on XOR, four steps an epoch, with the test's callback before that of the page.
func (s *site) fit(net *model.Net, epochs int, own model.Callback) <-chan fitted {
	result := make(chan fitted, 1)
	go func() {
		h, err := net.Fit(s.ctx, dataset.XOR(), model.Fit{
			Epochs: epochs, Batch: 1, Callbacks: []model.Callback{own, s.Callback()}})
		result <- fitted{h, err}
	}()
	return result
}

// at returns a callback that sends an order at a step, counted from 1, and the counter of steps.
func (s *site) at(step int64, order string) (own model.Callback, steps *atomic.Int64) {
	steps = new(atomic.Int64)
	return model.Callback{BatchEnd: func(model.Batch) error {
		if steps.Add(1) == step {
			_, err := s.order(order)
			return err
		}
		return nil
	}}, steps
}

// A pause holds the run after the step. The net can be tried meanwhile. The run resumes and trains to its end.
func TestPauseAndResume(t *testing.T) {
	net := xorNet(t)
	s := serve(t, xorView(net))
	own, steps := s.at(10, `{"action": "pause"}`)
	result := s.fit(net, 20, own)
	until(t, "paused", func() bool { return s.progress.status().State == paused })
	for range 20 {
		s.ask(t, "POST", "/predict", []byte(aQuestion))
		time.Sleep(time.Millisecond)
		if n := steps.Load(); n != 10 {
			t.Fatalf("paused after step 10, and now %d are done", n)
		}
	}
	now := s.press(t, `{"action": "speed", "speed": 1e6}`) // this does not end the pause
	if now.State != paused || now.Epoch != 3 || now.Batch != 2 || now.Batches != 4 || now.Epochs != 20 ||
		now.Share != 10.0/80 || now.Left != nil {
		t.Errorf("paused after step 10 of 80: %+v", now)
	}
	s.press(t, `{"action": "resume"}`)
	r := <-result
	if r.err != nil || len(r.history.Epochs) != 20 || steps.Load() != 80 || s.Stopped() {
		t.Errorf("%d epochs, %d steps, stopped %v, %v, want 20, 80, false, none", len(r.history.Epochs), steps.Load(), s.Stopped(), r.err)
	}
	if now := s.progress.status(); now.State != done || now.Share != 1 {
		t.Errorf("at the end: %+v", now)
	}
}

// A stop ends the run after the epoch, from a pause too; in the last epoch it changes nothing. The cancelled context of
// the run ends a pause, and the run, at once.
func TestStop(t *testing.T) {
	const stop, pause = `{"action": "stop"}`, `{"action": "pause"}`
	for _, c := range []struct {
		name, order   string
		step          int64                   // of the order; 0: before the run
		out           func(*testing.T, *site) // of the pause
		epochs, steps int
		state         string
		err           error
	}{
		{"in epoch 2", stop, 6, nil, 2, 8, stopped, nil},
		{"in a pause", pause, 6, func(t *testing.T, s *site) { s.press(t, stop) }, 2, 8, stopped, nil},
		{"before the run", stop, 0, nil, 1, 4, stopped, nil},
		{"in the last epoch", stop, 79, nil, 20, 80, done, nil},
		{"context", pause, 6, func(_ *testing.T, s *site) { s.cancel() }, 1, 6, paused, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, xorView(xorNet(t)))
			if c.step == 0 {
				s.press(t, c.order)
			}
			own, steps := s.at(c.step, c.order)
			result := s.fit(s.view.Load().Net, 20, own)
			if c.out != nil {
				until(t, "paused", func() bool { return s.progress.status().State == paused })
				c.out(t, s)
			}
			r := <-result
			epochs, done := len(r.history.Epochs), steps.Load()
			if !errors.Is(r.err, c.err) || epochs != c.epochs || done != int64(c.steps) || s.Stopped() != (c.err == nil) {
				t.Errorf("%d epochs, %d steps, stopped %v, %v, want %d, %d and the error %v",
					epochs, done, s.Stopped(), r.err, c.epochs, c.steps, c.err)
			}
			if now := s.progress.status(); now.State != c.state || now.Share != float64(c.steps)/80 {
				t.Errorf("after it: %+v, want %s", now, c.state)
			}
		})
	}
}

// Viewers, pauses and predictions do not change a bit of the weights.
func TestWeightsAreTheSame(t *testing.T) {
	const epochs = 100
	alone := xorNet(t)
	history, err := alone.Fit(context.Background(), dataset.XOR(), model.Fit{Epochs: epochs, Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	net := xorNet(t)
	v := xorView(net)
	var drawn atomic.Int64
	v.Pictures = []show.Picture{{Title: "weights", Width: 2 * vg.Inch, Height: 2 * vg.Inch, Draw: func(show.Moment) (chart.Picture, error) {
		drawn.Add(1)
		return chart.NewCurves(chart.Series{Name: "w", Values: model.Float64s(net.Weights()[0])})
	}}}
	s := serve(t, v)
	s.watch(t)
	until(t, "drawn", func() bool { return drawn.Load() > 0 })
	over := make(chan bool)
	var visitors sync.WaitGroup
	for _, visit := range []func() error{
		func() error {
			_, _, err := s.try("POST", "/predict", []byte(aQuestion))
			return err
		},
		func() error {
			if s.progress.status().State != paused {
				return nil
			}
			_, err := s.order(`{"action": "resume"}`)
			return err
		},
	} {
		visitors.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					if err := visit(); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	pauses, steps := 0, 0
	r := <-s.fit(net, epochs, model.Callback{BatchEnd: func(model.Batch) error {
		if steps++; steps%20 == 0 {
			pauses++
			_, err := s.order(`{"action": "pause"}`)
			return err
		}
		return nil
	}})
	close(over)
	visitors.Wait()
	if r.err != nil || pauses != 4*epochs/20 {
		t.Fatalf("%d pauses, %v", pauses, r.err)
	}
	if !reflect.DeepEqual(net.Weights(), alone.Weights()) {
		t.Errorf("the weights are %v, alone %v", net.Weights(), alone.Weights())
	}
	for i, e := range r.history.Epochs {
		if e.Loss != history.Epochs[i].Loss {
			t.Fatalf("epoch %d: loss %v, alone %v", i+1, e.Loss, history.Epochs[i].Loss)
		}
	}
}
