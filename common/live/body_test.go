package live

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// A body of 1 MB is read; one with one more byte is refused.
func TestLargestBody(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	padded := func(size int) []byte { return []byte(aQuestion + strings.Repeat(" ", size-len(aQuestion))) }
	if answer, text := s.ask(t, "POST", "/predict", padded(maxBody)); answer.StatusCode != http.StatusOK {
		t.Errorf("a body of 1 MB: %s %s", answer.Status, text)
	}
	for _, path := range []string{"/predict", "/control"} {
		answer, text := s.ask(t, "POST", path, padded(maxBody+1))
		refused(t, answer, text, http.StatusRequestEntityTooLarge, "1000000 bytes")
	}
}

// A net for pictures takes 12 MB: a photograph, or JSON with its base64.
func TestLargestPicture(t *testing.T) {
	s := serve(t, digitView(t))
	photo := append(sevenPNG(t), make([]byte, maxPicture)...)[:maxPicture] // a decoder ignores bytes after the picture
	for name, body := range map[string][]byte{
		"bytes": photo, "base64": body(t, map[string][]byte{"picture": photo[:maxPicture*3/4-100]}),
	} {
		if answer, text := s.ask(t, "POST", "/predict", body); answer.StatusCode != http.StatusOK {
			t.Errorf("12 MB of %s: %s %s", name, answer.Status, text)
		}
	}
	answer, text := s.ask(t, "POST", "/predict", append(photo, 0))
	refused(t, answer, text, http.StatusRequestEntityTooLarge, "12000000 bytes")
	answer, text = s.ask(t, "POST", "/control", photo[:maxBody+1])
	refused(t, answer, text, http.StatusRequestEntityTooLarge, "1000000 bytes")
}

// At most two large bodies are in memory at once; small ones do not wait for them.
func TestLargeBodiesTakeTurns(t *testing.T) {
	slow(t)
	s := serve(t, digitView(t))
	photo := make([]byte, maxPicture-1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 20 {
		c := s.dial(t)
		if _, err := fmt.Fprintf(c, "POST /predict HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", s.host(), maxPicture); err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = c.Write(photo) // until the other end closes it
		}()
	}
	until(t, "two large bodies", func() bool { return len(s.large) == maxLarge })
	if answer, text := s.ask(t, "POST", "/predict", sevenPNG(t)); answer.StatusCode != http.StatusOK {
		t.Errorf("a small one beside them: %s %s", answer.Status, text)
	}
	runtime.ReadMemStats(&after)
	// a growing body takes up to five times its size
	if used, most := after.TotalAlloc-before.TotalAlloc, uint64(5*(20*maxBody+maxLarge*maxPicture)); used > most {
		t.Errorf("%d bytes of memory, want at most %d", used, most)
	}
}

// A body of 1 GB is refused without being read into memory, with and without a Content-Length.
func TestEndlessBody(t *testing.T) {
	slow(t)
	s := serve(t, xorView(xorNet(t)))
	for _, header := range []string{"Content-Length: 1000000000", "Transfer-Encoding: chunked"} {
		t.Run(header, func(t *testing.T) {
			c := s.dial(t)
			chunk := bytes.Repeat([]byte(" "), 10_000)
			if strings.Contains(header, "chunked") {
				chunk = fmt.Appendf(nil, "%x\r\n%s\r\n", len(chunk), chunk)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := fmt.Fprintf(c, "POST /predict HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n", s.host(), header); err != nil {
				t.Fatal(err)
			}
			var sent atomic.Int64
			done := make(chan bool)
			go func() {
				defer close(done)
				for sent.Load() < 1_000_000_000 {
					n, err := c.Write(chunk)
					if sent.Add(int64(n)); err != nil {
						return
					}
				}
			}()
			answer, text := response(t, c)
			refused(t, answer, text, http.StatusRequestEntityTooLarge, "1000000 bytes")
			if !answer.Close {
				t.Error("the connection is kept")
			}
			<-done
			runtime.ReadMemStats(&after)
			// besides maxBody, the system buffers bytes at both ends of a connection
			if sent.Load() > 50_000_000 {
				t.Errorf("%d bytes were taken", sent.Load())
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 20*maxBody {
				t.Errorf("%d bytes of memory were used", used)
			}
		})
	}
}

// A truncated body is an error.
func TestBrokenBody(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	c := s.dial(t)
	if _, err := fmt.Fprintf(c, "POST /predict HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n%s", s.host(), aQuestion); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, text := response(t, c)
	refused(t, answer, text, http.StatusBadRequest, "body", "EOF")
}

// response reads an HTTP response from a connection.
func response(t *testing.T, c net.Conn) (*http.Response, string) {
	t.Helper()
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}
