package live

import (
	"net/http"
	"strings"
	"testing"
)

// What the page consists of has its type, as nosniff makes a browser insist on it.
func TestFiles(t *testing.T) {
	s := serve(t, View{})
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/live.css": "text/css; charset=utf-8", "/live.js": "text/javascript; charset=utf-8",
		"/try.js": "text/javascript; charset=utf-8", "/pad.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml",
	} {
		answer, body := s.ask(t, "GET", path, nil)
		if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != kind || len(body) == 0 {
			t.Errorf("%s: %s, %s, %d bytes, want 200, %s and some", path, answer.Status, answer.Header.Get("Content-Type"), len(body), kind)
		}
	}
}

func TestRoutes(t *testing.T) {
	s := serve(t, View{})
	for _, c := range []struct {
		method, path string
		code         int
		allow        string
	}{
		{"GET", "/nothing", 404, ""},
		{"GET", "/page/index.html", 404, ""},
		{"GET", "/../guard.go", 404, ""},
		{"GET", "/%2e%2e/guard.go", 404, ""},
		{"GET", "/predict/", 404, ""},
		{"POST", "/nothing", 404, ""},
		{"GET", "/predict", 405, "POST"},
		{"PUT", "/predict", 405, "POST"},
		{"GET", "/control", 405, "POST"},
		{"DELETE", "/control", 405, "POST"},
		{"POST", "/events", 405, "GET, HEAD"},
		{"POST", "/", 405, "GET, HEAD"},
		{"OPTIONS", "/live.js", 405, "GET, HEAD"},
	} {
		answer, body := s.ask(t, c.method, c.path, nil)
		if answer.StatusCode != c.code || answer.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %s, allowed %q, want %d, %q: %s", c.method, c.path, answer.Status, answer.Header.Get("Allow"), c.code, c.allow, body)
		}
	}
}

// Before there is a net one is told to come again.
func TestPredictBeforeShow(t *testing.T) {
	s := serve(t, View{})
	answer, body := s.ask(t, "POST", "/predict", []byte(`{"inputs": [0, 1]}`))
	refused(t, answer, body, http.StatusServiceUnavailable, "the net is not there yet")
	if again := answer.Header.Get("Retry-After"); again != "1" {
		t.Errorf("Retry-After %q, want 1", again)
	}
}

// Show says what does not fit.
func TestShowErrors(t *testing.T) {
	s := serve(t, View{})
	net := xorNet(t)
	one := xorView(net)
	one.Sliders = one.Sliders[:1]
	classes := xorView(net)
	classes.Labels = []any{"no", "yes"}
	for _, c := range []struct {
		view View
		want string
	}{
		{View{Program: "xor"}, "live: xor: no compiled net to show"},
		{one, "live: xor: the net has 2 inputs, want 1"},
		{View{Program: "xor", Net: net}, "live: xor: the net has 2 inputs, want 784"},
		{classes, "live: xor: the net has 1 outputs, want 2"},
	} {
		if err := s.Show(c.view); err == nil || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if answer, body := s.ask(t, "POST", "/predict", []byte(`{"inputs": [0, 1]}`)); answer.StatusCode != 503 || !strings.Contains(body, "not there yet") {
		t.Errorf("a view that was refused is shown: %s %s", answer.Status, body)
	}
}
