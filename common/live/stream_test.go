package live

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gorgonia-lectures/common/model"
)

// stream is what one viewer sees.
type stream struct {
	*testing.T
	lines *bufio.Reader
	leave context.CancelFunc
}

// watch opens a stream; the test's end leaves it.
func (s *site) watch(t *testing.T) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", s.Address()+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		answer.Body.Close()
	})
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("GET /events: %s, %s, want 200 and text/event-stream", answer.Status, kind)
	}
	return &stream{t, bufio.NewReader(answer.Body), cancel}
}

// next is the next event; an empty name: the stream has ended.
func (s *stream) next() (name, data string) {
	s.Helper()
	for {
		line, err := s.lines.ReadString('\n')
		switch {
		case err != nil:
			return "", ""
		case strings.HasPrefix(line, "event: "):
			name = strings.TrimSuffix(line[len("event: "):], "\n")
		case strings.HasPrefix(line, "data: "):
			data = strings.TrimSuffix(line[len("data: "):], "\n")
		case line == "\n" && name != "":
			return name, data
		}
	}
}

// status is the next status for which the condition holds, or the last before the stream's end.
func (s *stream) status(condition func(status) bool) (now status) {
	s.Helper()
	for {
		name, data := s.next()
		if name == "" {
			return now
		}
		if name != "status" {
			continue
		}
		now = status{}
		if err := json.Unmarshal([]byte(data), &now); err != nil {
			s.Fatal(err)
		}
		if condition(now) {
			return now
		}
	}
}

// A viewer gets the model, then the pictures that there are, and a status; a second one gets the same.
func TestFirstEvents(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	_ = s.progress.begin(model.Run{Epochs: 9, Batches: 200})
	for i := range 2 {
		if err := s.progress.batchEnd(s.ctx, model.Batch{Epoch: 1, Batch: i + 1, Batches: 200, Rows: 1, Loss: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.progress.epochEnd(s.ctx, model.Epoch{Epoch: 1, Epochs: 9, Loss: 1}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w := s.watch(t)
		name, data := w.next()
		var about description
		if err := json.Unmarshal([]byte(data), &about); err != nil || name != "model" {
			t.Fatalf("the first event is %s %s (%v), want the model", name, data, err)
		}
		if about.Program != "xor" || about.Total != 9 || len(about.Layers) != 3 || len(about.Inputs) != 2 || about.Output != "x1 xor x2" {
			t.Errorf("the model is %s", data)
		}
		seen := map[string]bool{}
		for len(seen) < 3 {
			name, data := w.next()
			if name == "" {
				t.Fatalf("the stream ended after %v", seen)
			}
			if name == "picture" {
				var p shown
				if err := json.Unmarshal([]byte(data), &p); err != nil || !strings.HasPrefix(p.SVG, "<?xml") || p.Error != "" {
					t.Errorf("%.200s (%v), want an SVG", data, err)
				}
				name = p.Name
			}
			seen[name] = true
		}
		if !seen["picture-0"] || !seen["picture-1"] || !seen["status"] {
			t.Errorf("the first events are %v, want two pictures and a status", seen)
		}
	}
}

// One stream more than there may be is refused until a viewer has left.
func TestMostStreams(t *testing.T) {
	s := serve(t, View{})
	var first *stream
	for range maxStreams {
		first = s.watch(t)
	}
	answer, text := s.ask(t, "GET", "/events", nil)
	refused(t, answer, text, http.StatusServiceUnavailable, "100 pages")
	if again := answer.Header.Get("Retry-After"); again != "10" {
		t.Errorf("Retry-After %q, want 10", again)
	}
	if n := s.hub.count(); n != maxStreams {
		t.Errorf("%d viewers, want %d", n, maxStreams)
	}
	first.leave()
	until(t, "removed", func() bool { return s.hub.count() == maxStreams-1 })
	now := s.watch(t).status(func(now status) bool { return now.Viewers == maxStreams })
	if now.Viewers != maxStreams {
		t.Errorf("the status has %d viewers, want %d", now.Viewers, maxStreams)
	}
}

// The last event is how it ended, if there is something to say.
func TestLastStatus(t *testing.T) {
	for _, why := range []error{errors.New("no room\non the disk"), nil} {
		s := serve(t, View{})
		w := s.watch(t)
		w.status(func(now status) bool { return now.Viewers == 1 })
		if err := s.Close(why); err != nil {
			t.Fatal(err)
		}
		now := w.status(func(status) bool { return false })
		if why != nil && (now.State != failed || now.Message != why.Error()) || why == nil && now != (status{}) {
			t.Errorf("the last status is %+v, want that of the error %v", now, why)
		}
	}
}

// record is a connection whose writes and deadlines are looked at.
type record struct {
	lock     sync.Mutex
	header   http.Header
	text     strings.Builder
	deadline time.Time
}

func (r *record) Header() http.Header                { return r.header }
func (r *record) WriteHeader(int)                    {}
func (r *record) SetReadDeadline(time.Time) error    { return nil }
func (r *record) FlushError() error                  { return nil }
func (r *record) SetWriteDeadline(d time.Time) error { r.deadline = d; return nil }
func (r *record) Write(text []byte) (int, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.text.Write(text)
}

// On a quiet stream there is a comment every 15 seconds; each write has its own time.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := idle(t.Context())
		ctx, leave := context.WithCancel(t.Context())
		r, err := http.NewRequestWithContext(ctx, "GET", "/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		w, left := &record{header: http.Header{}}, make(chan bool)
		start := time.Now()
		go func() {
			p.events(w, r)
			close(left)
		}()
		time.Sleep(4*heartbeat + time.Second)
		synctest.Wait()
		if got, want := w.text.String(), strings.Repeat(":\n\n", 4); got != want {
			t.Errorf("in 61 s: %q, want %q", got, want)
		}
		if got, want := w.deadline.Sub(start), 4*heartbeat+writeTime; got != want {
			t.Errorf("the last write had time until %v, want %v", got, want)
		}
		leave()
		<-left
		if n := p.hub.count(); n != 0 {
			t.Errorf("%d viewers after the end of the request, want 0", n)
		}
	})
}
