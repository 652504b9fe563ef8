package live

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/show"
)

// A thousand connections of all kinds do not delay Close, and none stays open: viewers that read receive the last
// status; idle connections and partial requests are closed, and so are those in the system's queue.
func TestCloseWithACrowd(t *testing.T) {
	readers, halves, all := 90, 200, 1000
	if testing.Short() {
		readers, halves, all = 10, 20, 100
	}
	s := serve(t, xorView(xorNet(t)))
	var ends sync.WaitGroup
	var left atomic.Int32
	drain := func(c net.Conn) {
		ends.Go(func() {
			if _, err := io.Copy(io.Discard, c); err != nil && !closed(err) {
				left.Add(1)
			}
		})
	}
	watching := make([]*stream, readers)
	for i := range watching {
		watching[i] = s.watch(t)
	}
	for i := range halves {
		c := s.dial(t)
		_, err := fmt.Fprintf(c, "POST /predict HTTP/1.1\r\nHost: %s\r\nContent-Length: 9\r\n"+
			"Expect: 100-continue\r\n\r\n", s.host())
		if err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, len("HTTP/1.1 100")) // arrives once the server reads the body
		if _, err := io.ReadFull(c, answer); err != nil || !strings.HasSuffix(string(answer), " 100") {
			t.Fatalf("half request %d: %q (%v), want 100 Continue", i, answer, err)
		}
		drain(c)
	}
	var dials sync.WaitGroup
	for i := range all - readers - halves {
		dials.Go(func() {
			c, err := net.DialTimeout("tcp", s.host(), time.Second)
			if err != nil {
				return // the system's queue is full
			}
			t.Cleanup(func() { c.Close() })
			if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
				t.Error(err)
			}
			if i%2 == 0 { // else it is silent
				_, _ = fmt.Fprintf(c, "GET /icon.svg HTTP/1.1\r\nHost: %s\r\n\r\n", s.host())
			}
			drain(c)
		})
	}
	dials.Wait()
	start := time.Now()
	if err := s.Close(errors.New("the end")); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > promptly {
		t.Errorf("Close took %v, want %v at most", took, promptly)
	}
	for i, w := range watching {
		if now := w.status(func(status) bool { return false }); now.Message != "the end" {
			t.Errorf("viewer %d has last received %+v, want the end", i, now)
		}
	}
	ends.Wait()
	if n := left.Load(); n > 0 {
		t.Errorf("%d connections are still open", n)
	}
}

// The last status does not wait for a picture that is being drawn, and no picture is drawn after it.
func TestCloseWhileDrawing(t *testing.T) {
	begun, release := make(chan bool), make(chan bool)
	var more atomic.Int32
	view := xorView(xorNet(t))
	view.Pictures = []show.Picture{
		{Title: "slow", Draw: func(show.Moment) (chart.Picture, error) {
			close(begun)
			<-release
			return nil, nil
		}},
		{Title: "next", Draw: func(show.Moment) (chart.Picture, error) {
			more.Add(1)
			return nil, nil
		}},
	}
	s := serve(t, view)
	w := s.watch(t)
	<-begun
	ended := make(chan error)
	go func() { ended <- s.Close(errors.New("the end")) }()
	if now := w.status(func(now status) bool { return now.State == failed }); now.Message != "the end" {
		t.Errorf("the last status is %+v, want the end", now)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if more.Load() != 0 {
		t.Error("a picture was drawn after the end")
	}
}
