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

// silent are the connections that have sent nothing yet. A browser opens some in advance, and has headerTime
// for it; but if there are maxSilent of them each further one has crowdedTime. So whoever opens many and sends
// nothing cannot hold all connections, and who comes after him waits for a moment.
type silent struct {
	lock  sync.Mutex
	conns map[net.Conn]*time.Timer // closes a connection of the crowd; nil: of the others
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
		_ = c.Close() // the server finds out by itself
		return
	}
	if len(s.conns) < maxSilent {
		s.conns[c] = nil
		return
	}
	s.conns[c] = time.AfterFunc(crowdedTime, func() { _ = c.Close() })
}

// end closes them all: a Shutdown would wait for what they may want.
func (s *silent) end() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.ended = true
	for c := range s.conns {
		_ = c.Close()
	}
}
