package live

import (
	"net/http"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// Each file of the page has its media type, which nosniff makes a browser enforce.
func TestFiles(t *testing.T) {
	s := serve(t, View{})
	for _, c := range []struct{ path, kind string }{
		{"/", "text/html; charset=utf-8"}, {"/live.css", "text/css; charset=utf-8"}, {"/live.js", "text/javascript; charset=utf-8"},
		{"/try.js", "text/javascript; charset=utf-8"}, {"/pad.js", "text/javascript; charset=utf-8"}, {"/icon.svg", "image/svg+xml"},
	} {
		answer, body := s.ask(t, "GET", c.path, nil)
		if kind := answer.Header.Get("Content-Type"); answer.StatusCode != 200 || kind != c.kind || len(body) == 0 {
			t.Errorf("%s: %s, %s, %d bytes, want 200, %s and some", c.path, answer.Status, kind, len(body), c.kind)
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
		{"GET", "/%2e%2e/guard.go", 404, ""},
		{"GET", "/predict", 405, "POST"},
		{"GET", "/control", 405, "POST"},
		{"HEAD", "/", 200, ""},
		{"POST", "/events", 405, "GET, HEAD"},
		{"OPTIONS", "/live.js", 405, "GET, HEAD"},
	} {
		answer, body := s.ask(t, c.method, c.path, nil)
		if answer.StatusCode != c.code || answer.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %s, allowed %q, want %d, %q: %s", c.method, c.path, answer.Status, answer.Header.Get("Allow"), c.code, c.allow, body)
		}
	}
}

// Before there is a net, the answer asks to try again.
func TestPredictBeforeShow(t *testing.T) {
	s := serve(t, View{})
	answer, body := s.ask(t, "POST", "/predict", []byte(`{"inputs": [0, 1]}`))
	refused(t, answer, body, http.StatusServiceUnavailable, "net", "no net yet")
	if again := answer.Header.Get("Retry-After"); again != "1" {
		t.Errorf("Retry-After %q, want 1", again)
	}
}

// Show returns an error for a net that does not fit, and changes nothing.
func TestShowErrors(t *testing.T) {
	s := serve(t, View{})
	net := xorNet(t)
	one := xorView(net)
	one.Sliders = one.Sliders[:1]
	classes := xorView(net)
	classes.Labels = []any{"no", "yes"}
	for _, c := range []struct {
		name  string
		view  View
		facts []string
	}{
		{"no net", View{Program: "xor"}, []string{"xor", "not compiled"}},
		{"a slider", one, []string{"xor", "2 inputs", "1"}},
		{"pictures", View{Program: "xor", Net: net}, []string{"xor", "2 inputs", "784"}},
		{"labels", classes, []string{"xor", "1 outputs", "2"}},
	} {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, s.Show(c.view), c.facts...) })
	}
	if s.view.Load() != nil {
		t.Error("a view that was refused is shown")
	}
}
