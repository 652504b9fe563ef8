package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// logged returns the output of the standard logger during the test, which must not be parallel.
func logged(t *testing.T) func() string {
	var text bytes.Buffer
	was, flags := log.Writer(), log.Flags()
	t.Cleanup(func() {
		log.SetOutput(was)
		log.SetFlags(flags)
	})
	log.SetOutput(&text)
	log.SetFlags(0)
	return func() string {
		log.SetOutput(io.Discard) // a server may still write
		return text.String()
	}
}

// exhausted is a listener whose Accept fails a number of times first.
type exhausted struct {
	net.Listener
	err  error
	left atomic.Int32
}

func (e *exhausted) Accept() (net.Conn, error) {
	if e.left.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: e.err}
	}
	return e.Listener.Accept()
}

// If the process has too many open files, or the system has no memory for a connection, visitors wait, nothing is
// logged, and the server continues. It also closes at once.
func TestNoFilesLeft(t *testing.T) {
	for _, err := range []error{syscall.EMFILE, syscall.ENFILE, errors.New("no buffer space")} {
		for _, times := range []int32{5, 1 << 30} {
			text := logged(t)
			listener, failure := net.Listen("tcp", "127.0.0.1:0")
			if failure != nil {
				t.Fatal(failure)
			}
			e := &exhausted{Listener: listener, err: err}
			e.left.Store(times)
			page := start(context.Background(), "127.0.0.1:0", e)
			if times == 5 {
				answer, err := http.Get(page.Address())
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
			} else {
				until(t, "tried", func() bool { return e.left.Load() < times })
				e.left.Store(3) // close the page while its listener fails
			}
			select {
			case <-page.Broken():
				t.Errorf("%v broke the page", err)
			default:
			}
			start := time.Now()
			if err := page.Close(nil); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took > promptly {
				t.Errorf("Close took %v", took)
			}
			if got := text(); got != "" {
				t.Errorf("%v: the log has %q, want nothing", err, got)
			}
		}
	}
}

// Invalid requests are not logged.
func TestNoLinesOfVisitors(t *testing.T) {
	text := logged(t)
	s := serve(t, xorView(xorNet(t)))
	for _, sent := range []string{
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", // TLS
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nHost\r\n\r\n",
		"GET /?a=1;b=2 HTTP/1.1\r\nHost: " + s.host() + "\r\nConnection: close\r\n\r\n",
		"POST /control HTTP/1.1\r\nHost: " + s.host() + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET / HTTP/1.1\r\nHost: " + s.host() + "\r\nX: " + strings.Repeat("x", 2*maxHeader),
	} {
		c := s.dial(t)
		if _, err := fmt.Fprint(c, sent); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, c); err != nil && !closed(err) {
			t.Errorf("%.40q: %v, want an answer or the end", sent, err)
		}
	}
	if err := s.Close(nil); err != nil {
		t.Error(err)
	}
	if got := text(); got != "" {
		t.Errorf("the log has %q, want nothing", got)
	}
}

// A panic of a handler is logged with its stack.
func TestPanicIsLogged(t *testing.T) {
	text := logged(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("why") }))
	server.Config.ErrorLog = log.New(faults{}, "", 0)
	server.Start()
	if _, err := server.Client().Get(server.URL); err == nil {
		t.Error("it has answered")
	}
	server.Close()
	if got := text(); !strings.Contains(got, ": why\n") || !strings.Contains(got, "quiet_test.go") {
		t.Errorf("the log has %q, want the panic and its stack", got)
	}
}
