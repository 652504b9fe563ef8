package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/wording"
)

// goroutines returns the stacks of all goroutines.
func goroutines() string {
	stack := make([]byte, 1<<22)
	return string(stack[:runtime.Stack(stack, true)])
}

// Not parallel: it compares all goroutines.
func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		t.Run("page", func(t *testing.T) {
			s := serve(t, xorView(xorNet(t)))
			for range 20 {
				s.watch(t)
				s.dial(t) // like a browser's connection in advance: it does not delay Close
			}
			for range 5 {
				s.ask(t, "POST", "/predict", []byte(aQuestion))
			}
			start := time.Now()
			if err := s.Close(nil); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took > promptly {
				t.Errorf("Close took %v", took)
			}
			if err := s.Close(errors.New("again")); err != nil {
				t.Errorf("a second Close: %v", err)
			}
			if s.progress.status().State == failed {
				t.Error("a second Close has changed how the run ended")
			}
			if c, err := net.Dial("tcp", s.host()); err == nil {
				c.Close()
				t.Error("the page is closed, and somebody listens")
			}
			select {
			case <-s.Broken():
				t.Error("a page that was closed is not broken")
			default:
			}
		})
	}
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, before %d:\n%s", runtime.NumGoroutine(), before, goroutines())
		}
	}
}

func TestPortInUse(t *testing.T) {
	s := serve(t, View{})
	page, err := Open(context.Background(), s.host())
	if page != nil || err == nil || !strings.Contains(err.Error(), s.host()) { // the rest is the system's message
		t.Errorf("%v, want an error for %s, which is in use", err, s.host())
	}
	_, err = Open(context.Background(), "127.0.0.1")
	wording.Check(t, err, "127.0.0.1", "missing port")
}

// A browser on this machine can open the address, even if the server listens on all addresses.
func TestAddress(t *testing.T) {
	for _, c := range []struct {
		address string
		local   bool
	}{{"127.0.0.1:0", true}, {"localhost:0", true}, {":0", false}, {"0.0.0.0:0", false}} {
		page, err := Open(context.Background(), c.address)
		if err != nil {
			t.Fatal(err)
		}
		host, port, err := net.SplitHostPort(strings.TrimPrefix(page.Address(), "http://"))
		if err != nil || port == "0" || !net.ParseIP(host).IsLoopback() || page.Local() != c.local {
			t.Errorf("%s: at %s, local %v, want a port of loopback, %v", c.address, page.Address(), page.Local(), c.local)
		}
		if err := page.Close(nil); err != nil {
			t.Error(err)
		}
	}
}

// Viewers that read nothing delay neither the run nor Close.
func TestSlowReaders(t *testing.T) {
	slow(t)
	t.Parallel()
	s := serve(t, View{})
	for range 20 {
		c := s.dial(t)
		if _, err := fmt.Fprintf(c, "GET /events HTTP/1.1\r\nHost: %s\r\n\r\n", s.host()); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "watched by 20", func() bool { return s.hub.count() == 20 })
	large := event("picture", shown{Name: "picture-0", SVG: strings.Repeat("x", 1_000_000)})
	start := time.Now()
	for i := range 100 {
		s.hub.publish("2 picture 00", bytes.Clone(large))
		s.hub.publish(fmt.Sprintf("2 picture %02d", i%3), large)
		if i%10 == 0 {
			time.Sleep(5 * time.Millisecond) // until the connections' buffers are full
		}
	}
	if took := time.Since(start); took > writeTime/2 {
		t.Errorf("publishing took %v", took)
	}
	start = time.Now()
	if err := s.Close(nil); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > promptly {
		t.Errorf("Close took %v, want %v at most", took, promptly)
	}
	until(t, "left by all", func() bool { return s.hub.count() == 0 })
}

// If the listener fails, Broken is closed and Close returns the error.
func TestBroken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	page := start(context.Background(), "127.0.0.1:0", listener)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-page.Broken():
	case <-time.After(patience):
		t.Fatal("not broken")
	}
	if err := page.Close(nil); !errors.Is(err, net.ErrClosed) || !strings.HasPrefix(err.Error(), "the page: accept tcp 127.0.0.1:") {
		t.Errorf("%v, want why", err)
	}
}
