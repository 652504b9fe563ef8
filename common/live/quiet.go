package live

import (
	"bytes"
	"errors"
	"log"
	"net"
	"time"
)

// acceptPause is between two attempts to take a connection.
const acceptPause = 50 * time.Millisecond

// steady is a listener that an error of Accept does not end, as when the process may open no more files: connections
// wait in the system's queue meanwhile. The server of net/http would write a line each time, and wait up to a second,
// also at its end.
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

// faults takes the lines that a server writes to its log. Visitors cause most of them, and the terminal is the run's;
// only a handler that panics, with its stack, is a fault of ours to show.
type faults struct{}

func (faults) Write(line []byte) (int, error) {
	if bytes.HasPrefix(line, []byte("http: panic serving ")) {
		log.Print(string(line))
	}
	return len(line), nil
}
