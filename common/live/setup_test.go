package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// patience is how long a test waits for what must come: generous, as the machine may be busy.
const patience = 30 * time.Second

// compiled is a net with its first weights.
func compiled(t testing.TB, net *model.Net, l loss.Loss) *model.Net {
	t.Helper()
	if err := net.Compile(model.Config{Loss: l, Solver: solver.NewSGD(0.1), Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return net
}

func xorNet(t testing.TB) *model.Net {
	return compiled(t, model.Sequential(model.Input(2),
		layer.Dense{Units: 2, Activation: layer.Sigmoid}, layer.Dense{Units: 1, Activation: layer.Sigmoid}),
		loss.MeanSquaredError)
}

func xorView(net *model.Net) View {
	return View{Program: "xor", About: "learns xor", Net: net, Output: "x1 xor x2",
		Sliders: []show.Slider{{Name: "x1", Max: 1, Step: 0.01, Value: 1}, {Name: "x2", Max: 1, Step: 0.01}}}
}

// digitView has a net that takes pictures.
func digitView(t testing.TB) View {
	net := compiled(t, model.Sequential(model.Input(28, 28, 1), layer.Flatten{},
		layer.Dense{Units: 10, Activation: layer.Softmax}), loss.SparseCategoricalCrossentropy)
	labels := make([]any, 10)
	for i := range labels {
		labels[i] = i
	}
	return View{Program: "digits", Net: net, Labels: labels}
}

// site is a page that is served to a client of the test.
type site struct {
	*Page
	client *http.Client
	cancel context.CancelFunc // ends the context of the run
}

// serve opens a page on a free port, and shows the view unless it has no net. The test's end closes it.
func serve(t testing.TB, v View) *site {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	page, err := Open(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 200}
	s := &site{page, &http.Client{Transport: transport, Timeout: patience}, cancel}
	t.Cleanup(func() {
		cancel()
		transport.CloseIdleConnections()
		if err := page.Close(nil); err != nil {
			t.Error(err)
		}
	})
	if v.Net != nil {
		if err := page.Show(v); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// host is the address without http://.
func (s *site) host() string { return strings.TrimPrefix(s.Address(), "http://") }

// ask sends a request and gives the answer with its body.
func (s *site) ask(t testing.TB, method, path string, body []byte, pairs ...string) (*http.Response, string) {
	t.Helper()
	answer, text, err := s.try(method, path, body, pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return answer, text
}

// try is ask for goroutines that must not end a test. pairs are headers of the request.
func (s *site) try(method, path string, body []byte, pairs ...string) (*http.Response, string, error) {
	r, err := http.NewRequest(method, s.Address()+path, bytes.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "Host" {
			r.Host = pairs[i+1]
		}
		r.Header.Add(pairs[i], pairs[i+1])
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, "", err
	}
	text, err := io.ReadAll(answer.Body)
	for name, want := range headers {
		if got := answer.Header.Get(name); got != want {
			err = errors.Join(err, fmt.Errorf("%s %s: %s %q, want %q", method, path, name, got, want))
		}
	}
	return answer, string(text), errors.Join(err, answer.Body.Close())
}

// headers are those of every answer, whether it is one or an error.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cache-Control":                "no-store",
}

// order sends what a button says and gives the status after it.
func (s *site) order(body string) (now status, err error) {
	answer, text, err := s.try("POST", "/control", []byte(body))
	if err != nil {
		return now, err
	}
	if answer.StatusCode != http.StatusOK {
		return now, fmt.Errorf("POST /control %s: %s %s", body, answer.Status, text)
	}
	return now, json.Unmarshal([]byte(text), &now)
}

// press is order where it must go well.
func (s *site) press(t testing.TB, body string) status {
	t.Helper()
	now, err := s.order(body)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// refused wants a status, and as JSON an error with these facts.
func refused(t testing.TB, answer *http.Response, body string, code int, facts ...string) {
	t.Helper()
	var got map[string]string
	if err := json.Unmarshal([]byte(body), &got); err != nil || answer.StatusCode != code || len(got) != 1 {
		t.Fatalf("%s with the body %q, want %d and an error as JSON", answer.Status, body, code)
	}
	if kind := answer.Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("the error is %s, want application/json", kind)
	}
	wording.Line(t, port.ReplaceAllString(got["error"], "127.0.0.1:PORT"), facts...)
}

// port is that of a test's page, another one in each run.
var port = regexp.MustCompile(`127\.0\.0\.1:\d{2,}`)

// promptly is how long the end of a page may take.
const promptly = time.Second

// slow leaves out, with -short, what waits for real time or asks thousands of times.
func slow(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
}

// until polls a condition.
func until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %v: not %s", patience, what)
		}
	}
}
