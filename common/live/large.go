package live

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	maxPicture = 12_000_000 // the largest body with a photograph, in bytes
	maxLarge   = 2          // the largest number of bodies above maxBody in memory
)

// limit returns the largest body of a request, in bytes.
func (p *Page) limit(r *http.Request) int64 {
	if v := p.view.Load(); v != nil && v.Sliders == nil && r.URL.Path == "/predict" {
		return maxPicture
	}
	return maxBody
}

var errEnded = errors.New("the run has ended")

// body reads a request's body. A body above maxBody is read to its end once fewer than maxLarge such bodies are in
// memory; its time limit starts then. The caller calls done when it no longer needs the body.
func (p *Page) body(w http.ResponseWriter, r *http.Request) (body []byte, done func(), err error) {
	done = func() {}
	body, err = io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil || len(body) < maxBody {
		return body, done, err
	}
	select {
	case p.large <- struct{}{}:
		done = func() { <-p.large }
	case <-r.Context().Done():
		return nil, done, r.Context().Err()
	case <-p.closing:
		return nil, done, errEnded
	}
	control := http.NewResponseController(w) // a test's w has no deadlines: its errors are ignored
	_ = control.SetReadDeadline(time.Now().Add(bodyTime))
	_ = control.SetWriteDeadline(time.Now().Add(bodyTime + writeTime))
	rest, err := io.ReadAll(r.Body)
	return append(body, rest...), done, err
}
