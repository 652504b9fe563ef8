package live

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// hub has the newest event of each key, and for each viewer the keys of the events that it has not received yet. There
// is no other queue, so a slow viewer takes no memory.
type hub struct {
	lock    sync.Mutex
	newest  map[string][]byte // by key, encoded
	viewers map[*viewer]bool
	arrived chan struct{} // receives an entry when a viewer joins
}

// viewer is one open stream.
type viewer struct {
	waiting []string      // the keys of events to send, each once, the oldest first
	wake    chan struct{} // receives an entry when there are any
}

func (h *hub) init() {
	h.newest, h.viewers = map[string][]byte{}, map[*viewer]bool{}
	h.arrived = make(chan struct{}, 1)
}

// event encodes a server-sent event with data as JSON. It panics if JSON cannot encode the data, which no type of this
// package allows.
func event(name string, data any) []byte {
	text, err := json.Marshal(data) // one line: Marshal escapes line ends
	if err != nil {
		panic(fmt.Sprintf("event %s: %v", name, err))
	}
	return fmt.Appendf(nil, "event: %s\ndata: %s\n\n", name, text)
}

// publish replaces the event of the key and wakes the viewers.
func (h *hub) publish(key string, event []byte) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.newest[key] = event
	for v := range h.viewers {
		if !slices.Contains(v.waiting, key) {
			v.waiting = append(v.waiting, key)
		}
		signal(v.wake)
	}
}

// forget removes the events whose keys begin with the prefix.
func (h *hub) forget(prefix string) {
	h.lock.Lock()
	defer h.lock.Unlock()
	old := func(key string) bool { return strings.HasPrefix(key, prefix) }
	maps.DeleteFunc(h.newest, func(key string, _ []byte) bool { return old(key) })
	for v := range h.viewers {
		v.waiting = slices.DeleteFunc(v.waiting, old)
	}
}

// signal sends an entry to a channel of capacity one, unless it is full.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// join adds a viewer, which will receive all events; false if there are maxStreams already.
func (h *hub) join() (*viewer, bool) {
	v := &viewer{wake: make(chan struct{}, 1)}
	h.lock.Lock()
	defer h.lock.Unlock()
	if len(h.viewers) >= maxStreams {
		return nil, false
	}
	h.viewers[v] = true
	for key := range h.newest {
		v.waiting = append(v.waiting, key)
	}
	slices.Sort(v.waiting) // the model before the pictures, and the status last
	signal(v.wake)
	signal(h.arrived)
	return v, true
}

func (h *hub) leave(v *viewer) {
	h.lock.Lock()
	defer h.lock.Unlock()
	delete(h.viewers, v)
}

// count is the number of viewers.
func (h *hub) count() int {
	h.lock.Lock()
	defer h.lock.Unlock()
	return len(h.viewers)
}

// take returns the events that the viewer has not received yet.
func (h *hub) take(v *viewer) [][]byte {
	h.lock.Lock()
	defer h.lock.Unlock()
	var events [][]byte
	for _, key := range v.waiting {
		events = append(events, h.newest[key])
	}
	v.waiting = v.waiting[:0]
	return events
}

// events answers GET /events with a stream of server-sent events: model, picture and status.
func (p *Page) events(w http.ResponseWriter, r *http.Request) {
	v, ok := p.hub.join()
	if !ok {
		w.Header().Set("Retry-After", "10")
		refuse(w, http.StatusServiceUnavailable, fmt.Errorf("%d pages are open already: close one", maxStreams))
		return
	}
	defer p.hub.leave(v)
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	// replace the server's deadlines, which are for one request and its answer, by one for each write
	if control.SetReadDeadline(time.Time{}) != nil {
		return // the connection is gone
	}
	send := func(events ...[]byte) bool {
		if control.SetWriteDeadline(time.Now().Add(writeTime)) != nil {
			return false
		}
		for _, event := range events {
			if _, err := w.Write(event); err != nil {
				return false
			}
		}
		return control.Flush() == nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-v.wake:
			if !send(p.hub.take(v)...) {
				return
			}
		case <-beat.C:
			if !send([]byte(":\n\n")) {
				return
			}
		case <-r.Context().Done():
			return
		case <-p.finished:
			send(p.hub.take(v)...)
			return
		}
	}
}
