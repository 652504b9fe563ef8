package live

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"gorgonia-lectures/common/model"
)

// idle is a page without a server, for tests with simulated time.
func idle(ctx context.Context) *Page {
	p := &Page{ctx: ctx, closing: make(chan struct{}), finished: make(chan struct{})}
	p.progress.init()
	p.hub.init()
	return p
}

func TestControlErrors(t *testing.T) {
	s := serve(t, View{})
	for _, c := range []struct{ name, body, fact string }{
		{"empty", ``, "truncated"},
		{"another field", `{"action": "pause", "why": 1}`, "why"},
		{"huge speed", `{"action": "speed", "speed": 1e400}`, "1e400"},
		{"speed below 0", `{"action": "speed", "speed": -1e-300}`, "-1e-300"},
		{"no action", `{}`, "pause, resume, stop, speed or again"},
		{"a run that cannot", `{"action": "again", "run": 1}`, "from the shell"},
		{"unknown action", `{"action": "Pause"}`, "Pause"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, text := s.ask(t, "POST", "/control", []byte(c.body))
			refused(t, answer, text, http.StatusBadRequest, c.fact)
		})
	}
	if now := s.progress.status(); now.State != waiting || now.Speed != 0 || s.Stopped() {
		t.Errorf("refused orders left %+v", now)
	}
}

// Each button has its effect in each state of a run.
func TestStates(t *testing.T) {
	p := idle(context.Background())
	q := &p.progress
	obey := func(want string, actions ...string) {
		t.Helper()
		for _, action := range actions {
			if err := q.obey(order{Action: action}); err != nil {
				t.Fatal(err)
			}
			if got := q.status().State; got != want {
				t.Errorf("%s: the state is %s, want %s", action, got, want)
			}
		}
	}
	obey(waiting, "pause") // before the run: it starts paused
	_ = q.begin(model.Run{Epochs: 3, Batches: 1})
	if got := q.status().State; got != pausing {
		t.Errorf("the run begins %s, want pausing: it makes a step first", got)
	}
	obey(training, "resume", "resume")
	obey(pausing, "pause")                    // the step has not ended yet
	obey(stopping, "stop", "pause", "resume") // a stop ends the pause
	if err := q.epochEnd(p.ctx, model.Epoch{Epoch: 1}); !errors.Is(err, model.ErrStop) || !p.Stopped() {
		t.Errorf("after the epoch: %v, stopped %v, want ErrStop, true", err, p.Stopped())
	}
	_ = q.end(nil)
	obey(stopped, "pause", "resume", "stop", "speed")

	p = idle(context.Background())
	q = &p.progress
	_ = q.begin(model.Run{Epochs: 1, Batches: 1})
	_ = q.end(nil)
	obey(done, "pause", "stop", "resume")
	if p.Stopped() {
		t.Error("a stop after the end counts")
	}
	q.fail(errors.New("no room on the disk"))
	if now := q.status(); now.State != failed || now.Message != "no room on the disk" {
		t.Errorf("%+v, want failed and why", now)
	}
}

// epochs runs n epochs of one batch and returns the time that they took.
func epochs(t *testing.T, p *Page, n int) time.Duration {
	t.Helper()
	q, start := &p.progress, time.Now()
	_ = q.begin(model.Run{Epochs: n, Batches: 1})
	for i := range n {
		if err := q.batchEnd(p.ctx, model.Batch{Epoch: i + 1, Batch: 1, Batches: 1, Rows: 1}); err != nil {
			t.Fatal(err)
		}
		if err := q.epochEnd(p.ctx, model.Epoch{Epoch: i + 1}); err != nil && !errors.Is(err, model.ErrStop) {
			t.Fatal(err)
		}
	}
	_ = q.end(nil)
	return time.Since(start)
}

// The speed bounds the number of epochs a second, in a second run too.
func TestSpeed(t *testing.T) {
	for _, c := range []struct {
		speed float64
		want  time.Duration
	}{
		{0, 0}, {1, 10 * time.Second}, {4, 2500 * time.Millisecond}, {1e-5, 1e6 * time.Second}, {1e6, 0}, {1e300, 0},
		{5e-324, longestWait * time.Second}, // nearly 0 is not 0, which is no limit
	} {
		synctest.Test(t, func(t *testing.T) {
			p := idle(t.Context())
			if err := p.progress.obey(order{Action: "speed", Speed: c.speed}); err != nil {
				t.Fatal(err)
			}
			for _, run := range []string{"first", "second"} {
				if took := epochs(t, p, 10); took < c.want-2*time.Millisecond || took > c.want {
					t.Errorf("%s run: 10 epochs at %g a second took %v, want %v", run, c.speed, took, c.want)
				}
			}
		})
	}
}

// Another speed, a stop and the cancelled context of the run end the wait for the speed at once.
func TestWaitEnds(t *testing.T) {
	over := errors.New("over")
	for _, c := range []struct {
		name string
		end  func(*Page, context.CancelCauseFunc) error
		want error
	}{
		{"speed", func(p *Page, _ context.CancelCauseFunc) error { return p.progress.obey(order{Action: "speed"}) }, nil},
		{"stop", func(p *Page, _ context.CancelCauseFunc) error { return p.progress.obey(order{Action: "stop"}) }, model.ErrStop},
		{"context", func(_ *Page, cancel context.CancelCauseFunc) error { cancel(over); return nil }, over},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				p := idle(ctx)
				_ = p.progress.begin(model.Run{Epochs: 9, Batches: 1})
				if err := p.progress.obey(order{Action: "speed", Speed: 0.001}); err != nil {
					t.Fatal(err)
				}
				if err := p.progress.batchEnd(ctx, model.Batch{Epoch: 1, Batch: 1, Batches: 1, Rows: 1}); err != nil {
					t.Fatal(err)
				}
				start, waited := time.Now(), make(chan error)
				go func() { waited <- p.progress.epochEnd(ctx, model.Epoch{Epoch: 1}) }()
				time.Sleep(7 * time.Second)
				if err := c.end(p, cancel); err != nil {
					t.Fatal(err)
				}
				if err := <-waited; !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
				if took := time.Since(start); took != 7*time.Second {
					t.Errorf("it waited for %v, want 7 s", took)
				}
			})
		})
	}
}
