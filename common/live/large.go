package live

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	maxPicture = 12_000_000 // bytes of a body with a photo
	maxLarge   = 2          // bodies above maxBody that are in memory at once
)

// limit is how many bytes the body of a request may have.
func (p *Page) limit(r *http.Request) int64 {
	if v := p.view.Load(); v != nil && v.Sliders == nil && r.URL.Path == "/predict" {
		return maxPicture
	}
	return maxBody
}

var errEnded = errors.New("the run has ended")

// body reads a request's body. What is above maxBody waits for its turn, and then has the time that every body has. The
// caller calls done when it needs the body no longer.
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
	control := http.NewResponseController(w) // without one, as in a test, the server's times hold
	_ = control.SetReadDeadline(time.Now().Add(bodyTime))
	_ = control.SetWriteDeadline(time.Now().Add(bodyTime + writeTime))
	rest, err := io.ReadAll(r.Body)
	return append(body, rest...), done, err
}
