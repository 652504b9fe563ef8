package live

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// dial opens a connection, which is closed at the end of the test.
func (s *site) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.DialTimeout("tcp", s.host(), patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// A thousand connections that send nothing, or one byte at a time, do not keep others out, and are closed.
func TestSilentConnections(t *testing.T) {
	slow(t)
	t.Parallel()
	s := serve(t, xorView(xorNet(t)))
	w := s.watch(t) // an open stream stays
	start := time.Now()
	var silent []net.Conn
	for i := range 1000 {
		c := s.dial(t)
		silent = append(silent, c)
		if i >= 50 {
			continue
		}
		go func() {
			for _, b := range []byte("GET / HTTP/1.1\r\nHost: " + s.host() + "\r\nX: " + strings.Repeat("x", 1000)) {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		}()
	}
	s.client.CloseIdleConnections() // a new visitor needs a new connection
	answer, text := s.ask(t, "POST", "/predict", []byte(aQuestion))
	if took := time.Since(start); answer.StatusCode != http.StatusOK || took > headerTime+4*time.Second {
		t.Errorf("%s %s after %v, want 200 in %v or a little more", answer.Status, text, took, headerTime)
	}
	for i, c := range silent {
		// a partial request may be answered with a timeout
		if _, err := io.Copy(io.Discard, c); err != nil && !closed(err) {
			t.Fatalf("connection %d: %v, want it closed", i, err)
		}
	}
	if took := time.Since(start); took > headerTime+8*time.Second {
		t.Errorf("the last one was closed after %v, want about %v", took, headerTime)
	}
	s.press(t, `{"action": "speed", "speed": 3}`)
	if now := w.status(func(now status) bool { return now.Speed == 3 }); now.Speed != 3 {
		t.Error("the viewer from before has lost its stream")
	}
}

// closed reports whether an error means that the other end closed the connection, as opposed to a deadline of the test.
func closed(err error) bool {
	timeout, ok := err.(net.Error)
	return err != nil && !(ok && timeout.Timeout())
}

// Garbage, headers that are too large and a request without a host are HTTP errors.
func TestGarbage(t *testing.T) {
	s := serve(t, View{})
	host := "Host: " + s.host() + "\r\n"
	for _, c := range []struct {
		name, request string
		code          int
	}{
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
		{"a host with a space", "GET / HTTP/1.1\r\nHost: local host\r\n\r\n", 400},
		{"another host in the first line", "GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n", 403},
		{"an old one's", "GET / HTTP/1.0\r\n\r\n", 403}, // HTTP/1.0 allows no Host, but the guard does not
		{"large header", "GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n", 431},
		{"large path", "GET /" + strings.Repeat("x", 2*maxHeader) + " HTTP/1.1\r\n" + host + "\r\n", 431},
		{"two lengths", "POST /control HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400},
	} {
		connection := s.dial(t)
		if _, err := fmt.Fprint(connection, c.request); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Errorf("%s: %v, want %d", c.name, err, c.code)
			continue
		}
		if answer.Body.Close(); answer.StatusCode != c.code {
			t.Errorf("%s: %s, want %d", c.name, answer.Status, c.code)
		}
	}
}
