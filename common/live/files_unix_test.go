//go:build unix

package live

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// Visitors take at most half of the files that a process may open. Not parallel: the limit is for the whole process.
func TestHalfOfTheFiles(t *testing.T) {
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	if got := connections(); got != int(min(uint64(was.Cur)/2, maxConnected)) {
		t.Errorf("%d connections of %d files", got, was.Cur)
	}
	few := was
	few.Cur = 100
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	s := serve(t, View{})
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	for range 60 {
		if _, err := fmt.Fprintf(s.dial(t), "GET /events HTTP/1.1\r\nHost: %s\r\n\r\n", s.host()); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "watched by 50", func() bool { return s.hub.count() >= 50 })
	time.Sleep(100 * time.Millisecond) // time to accept more
	if n := s.hub.count(); n != 50 {
		t.Errorf("%d connections, want half of 100", n)
	}
}
