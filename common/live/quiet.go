package live

import (
	"bytes"
	"errors"
	"log"
	"net"
	"time"
)

// acceptPause is the time between two attempts to accept a connection.
const acceptPause = 50 * time.Millisecond

// steady is a listener that retries Accept after an error, for example when the process has too many open files.
// Connections wait in the system's queue meanwhile. Without it, net/http's server would log each error and wait up to a
// second, even while it shuts down.
type steady struct{ net.Listener }

func (s steady) Accept() (net.Conn, error) {
	for {
		c, err := s.Listener.Accept()
		if err == nil || errors.Is(err, net.ErrClosed) {
			return c, err
		}
		time.Sleep(acceptPause)
	}
}

// faults is the log of the server. It prints only panics of handlers, with their stacks: the other lines are errors of
// visitors' requests, and the terminal is for the run.
type faults struct{}

func (faults) Write(line []byte) (int, error) {
	if bytes.HasPrefix(line, []byte("http: panic serving ")) {
		log.Print(string(line))
	}
	return len(line), nil
}
