package live

import (
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	maxSilent   = maxConnected / 2
	crowdedTime = headerTime / 10
)

// silent are the connections that have sent nothing yet. A browser opens some in advance, and has headerTime to use
// them; but after maxSilent of them each further one has crowdedTime. So nobody can hold all connections by opening
// many and sending nothing: others wait for a moment.
type silent struct {
	lock  sync.Mutex
	conns map[net.Conn]*time.Timer // closes a connection after crowdedTime; nil: one of the first maxSilent
	ended bool
}

// watch is the server's ConnState.
func (s *silent) watch(c net.Conn, state http.ConnState) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if state != http.StateNew {
		if timer := s.conns[c]; timer != nil {
			timer.Stop()
		}
		delete(s.conns, c)
		return
	}
	if s.ended {
		_ = c.Close() // the server notices
		return
	}
	if len(s.conns) < maxSilent {
		s.conns[c] = nil
		return
	}
	s.conns[c] = time.AfterFunc(crowdedTime, func() { _ = c.Close() })
}

// end closes them all: a Shutdown would wait for their requests.
func (s *silent) end() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.ended = true
	for c := range s.conns {
		_ = c.Close()
	}
}
