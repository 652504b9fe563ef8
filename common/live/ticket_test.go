package live

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Who waits for a turn is refused when the run has ended, and forgotten when he has left.
func TestWaitingForATurn(t *testing.T) {
	p := idle(t.Context())
	p.tickets = make(chan struct{}, 1)
	p.tickets <- struct{}{} // somebody else's
	if err := p.Show(xorView(xorNet(t))); err != nil {
		t.Fatal(err)
	}
	ask := func(ctx context.Context) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		p.predict(w, httptest.NewRequestWithContext(ctx, "POST", "/predict", strings.NewReader(aQuestion)))
		return w
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if w := ask(left); w.Body.Len() != 0 {
		t.Errorf("who has left is answered %s", w.Body)
	}
	<-p.tickets
	for range 2 { // a turn is given back
		if w := ask(t.Context()); w.Code != http.StatusOK {
			t.Errorf("%d %s, want 200", w.Code, w.Body)
		}
	}
	p.tickets <- struct{}{}
	close(p.closing)
	w := ask(t.Context())
	refused(t, w.Result(), w.Body.String(), http.StatusServiceUnavailable, "run has ended")
}
