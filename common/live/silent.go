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

// silent has the connections that have sent nothing yet. Browsers open some in advance, and may use them within
// headerTime. If there are more than maxSilent, each further one is closed after crowdedTime, so that nobody can occupy
// all connections by opening them and sending nothing.
type silent struct {
	lock  sync.Mutex
	conns map[net.Conn]*time.Timer // the timer that closes a connection after crowdedTime; nil for the first maxSilent
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
		_ = c.Close() // the server then calls watch
		return
	}
	if len(s.conns) < maxSilent {
		s.conns[c] = nil
		return
	}
	s.conns[c] = time.AfterFunc(crowdedTime, func() { _ = c.Close() })
}

// end closes all silent connections: Shutdown would wait for their requests.
func (s *silent) end() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.ended = true
	for c := range s.conns {
		_ = c.Close()
	}
}
