package live

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"unicode"

	"gonum.org/v1/gonum/floats"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// fuzzed sends a body to a handler as the page would. It checks that the answer is one JSON value with the guard's
// headers, and that a refusal is one line with its reason.
func fuzzed(t *testing.T, h http.Handler, path string, body []byte, allowed ...int) (code int, text []byte) {
	t.Helper()
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: path}, Host: "127.0.0.1", Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if !slices.Contains(allowed, w.Code) {
		t.Fatalf("%q: status %d, want one of %d", body, w.Code, allowed)
	}
	if kind := w.Header().Get("Content-Type"); kind != "application/json" || w.Header().Get("Content-Security-Policy") != policy {
		t.Errorf("%q: headers %v", body, w.Header())
	}
	text = w.Body.Bytes()
	if w.Code != http.StatusOK {
		fuzzedRefusal(t, body, text)
	}
	return w.Code, text
}

// fuzzedRefusal checks that the answer has only an error of one line, not much longer than the request.
func fuzzedRefusal(t *testing.T, body, text []byte) {
	t.Helper()
	var got map[string]string
	if err := json.Unmarshal(text, &got); err != nil || len(got) != 1 || got["error"] == "" {
		t.Fatalf("%q: %q, want an error as JSON", body, text)
	}
	why := got["error"]
	if strings.ContainsFunc(why, unicode.IsControl) || len(why) > 1000+6*len(body) || strings.HasSuffix(why, "EOF") {
		t.Errorf("%q: error %q, want one line", body, why)
	}
}

// asked returns the bytes that were ever allocated.
func asked() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// predicted sends a body to /predict and decodes the answer into got; false: it is refused. It checks that this
// allocates less than the given memory.
func predicted(t *testing.T, h http.Handler, body []byte, memory int, got any) bool {
	t.Helper()
	before := asked()
	code, text := fuzzed(t, h, "/predict", body,
		http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	if used := asked() - before; used > uint64(memory+40*len(body)) {
		t.Errorf("%d bytes of memory for a request of %d", used, len(body))
	}
	if code != http.StatusOK {
		return false
	}
	if err := json.Unmarshal(text, got); err != nil {
		t.Fatalf("%q: %q: %v", body, text, err)
	}
	return true
}

// Any body for a net of digits is refused in one line, or the answer has ten probabilities, and for a picture its
// pixels.
func FuzzPredictDigit(f *testing.F) {
	h := serve(f, digitView(f)).handler()
	f.Add([]byte(`{"inputs": [0, 1]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		type answer struct {
			Label         *int
			Probabilities []float64
			Pixels        []int
			Output        *float64
			Digits        []json.RawMessage // not read
		}
		var got struct {
			answer
			Digits []answer
		}
		if !predicted(t, h, body, 150<<20, &got) { // a picture takes at most 50 MB when it is decoded
			return
		}
		list := got.Digits
		if len(list) == 0 {
			list = []answer{got.answer}
		} else if got.Label != nil || len(list) == 1 {
			t.Errorf("%q: %+v, want an answer or several", body, got)
		}
		for _, got := range list {
			p := got.Probabilities
			if got.Output != nil || got.Label == nil || len(p) != 10 || *got.Label != model.ArgMax(p) || got.Digits != nil {
				t.Fatalf("%q: %+v", body, got)
			}
			if !(slices.Min(p) >= 0 && math.Abs(floats.Sum(p)-1) <= 1e-4) {
				t.Errorf("%q: the probabilities are %v", body, p)
			}
			if got.Pixels != nil && (len(got.Pixels) != 784 || slices.Min(got.Pixels) < 0 || slices.Max(got.Pixels) != 255) {
				t.Errorf("%q: the pixels are %v, want 784 from 0 to 255", body, got.Pixels)
			}
		}
	})
}

// Any body for a net of two numbers is refused in one line, or the answer is the net's output for two numbers that a
// lenient JSON parser finds too.
func FuzzPredictNumbers(f *testing.F) {
	n := xorNet(f)
	h := serve(f, xorView(n)).handler()
	f.Add([]byte(`{"inputs": [0, 1]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var got map[string]float64
		if !predicted(t, h, body, 32<<20, &got) { // includes the fuzzer's memory
			return
		}
		var sent struct{ Inputs []float64 }
		if err := json.Unmarshal(body, &sent); err != nil || len(sent.Inputs) != 2 {
			t.Fatalf("%q was taken (%v): %v", body, err, got)
		}
		row, err := dataset.FromFloats([]int{2}, sent.Inputs, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		y, err := n.Predict(row)
		if err != nil {
			t.Fatal(err)
		}
		if want := model.Float64s(y)[0]; len(got) != 1 || got["output"] != want || !(want >= 0 && want <= 1) {
			t.Errorf("%q: the answer is %v, want the output %v", body, got, want)
		}
	})
}

// Any order is refused and changes nothing, or is one of the actions and has its effect.
func FuzzControl(f *testing.F) {
	page := serve(f, View{})
	h := page.handler()
	f.Add([]byte(`{"action": "pause"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := &page.progress
		p.lock.Lock()
		p.paused, p.stop, p.speed, p.state = false, false, 3, training
		p.lock.Unlock()
		code, text := fuzzed(t, h, "/control", body, http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
		p.lock.Lock()
		paused, stop, speed := p.paused, p.stop, p.speed
		p.lock.Unlock()
		if code != http.StatusOK {
			if paused || stop || speed != 3 {
				t.Errorf("%q is refused, and still it changed the run: paused %v, stop %v, speed %v", body, paused, stop, speed)
			}
			return
		}
		var o order
		var now status
		if err := json.Unmarshal(body, &o); err != nil {
			t.Fatalf("%q was taken: %v", body, err)
		}
		if err := json.Unmarshal(text, &now); err != nil {
			t.Fatalf("%q: %q: %v", body, text, err)
		}
		wantSpeed := 3.0
		if o.Action == "speed" {
			wantSpeed = o.Speed
		}
		// this page has no settings, so no run can start again
		known := o.Action == "pause" || o.Action == "resume" || o.Action == "stop" || o.Action == "speed"
		if !known || paused != (o.Action == "pause") || stop != (o.Action == "stop") || speed != wantSpeed || now.Speed != speed ||
			!(speed >= 0 && speed <= math.MaxFloat64) {
			t.Errorf("%q was taken: paused %v, stop %v, speed %v, the status is %s", body, paused, stop, speed, text)
		}
	})
}

// A request to stop the run is obeyed only if its host is a name of this machine and its origin, if any, is a single
// one and that of the page at this host. Each line of origin is one header.
func FuzzHeaders(f *testing.F) {
	page := serve(f, View{})
	h := page.handler()
	f.Add("127.0.0.1:8080", "http://127.0.0.1:8080", "same-origin", "cors", "POST")
	f.Fuzz(func(t *testing.T, host, origin, site, mode, method string) {
		p := &page.progress
		p.lock.Lock()
		p.paused, p.stop, p.state = false, false, training
		p.lock.Unlock()
		var origins []string
		if origin != "" {
			origins = strings.Split(origin, "\n")
		}
		r := &http.Request{Method: method, URL: &url.URL{Path: "/control"}, Host: host, Header: http.Header{
			"Origin": origins, "Sec-Fetch-Site": {site}, "Sec-Fetch-Mode": {mode}},
			Body: io.NopCloser(strings.NewReader(`{"action": "stop"}`)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		for name, want := range map[string]string{"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "Cache-Control": "no-store"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if w.Code == http.StatusForbidden {
			fuzzedRefusal(t, []byte(host+origin+site), w.Body.Bytes())
		}
		p.lock.Lock()
		stop := p.stop
		p.lock.Unlock()
		if !stop {
			return
		}
		if w.Code != http.StatusOK || method != http.MethodPost {
			t.Errorf("method %q, status %d, and still the run stops", method, w.Code)
		}
		if !fuzzedOwn(host) {
			t.Errorf("host %q stops the run", host)
		}
		if len(origins) > 1 || origin != "" && !fuzzedOrigin(origin, host) {
			t.Errorf("origin %q stops the run at host %q", origin, host)
		}
		if site != "" && site != "same-origin" && site != "none" {
			t.Errorf("a request of the kind %q stops the run", site)
		}
	})
}

// fuzzedHost matches localhost, an IPv4 address or an IPv6 address in brackets, each with or without a port, and a bare
// IPv6 address.
var fuzzedHost = regexp.MustCompile(`(?i)^(?:(localhost|[0-9.]+)(?::[0-9]*)?|` +
	`\[([0-9a-f.]*:[0-9a-f.:]*)\](?::[0-9]*)?|([0-9a-f.:]+))$`)

// fuzzedOwn reports whether the host, with or without a port, is localhost or a loopback address.
func fuzzedOwn(host string) bool {
	parts := fuzzedHost.FindStringSubmatch(host)
	if parts == nil {
		return false
	}
	name := parts[1] + parts[2] + parts[3]
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}

// fuzzedOrigin reports whether the origin is exactly http:// and the host.
func fuzzedOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && strings.EqualFold(u.Host, host) && u.User == nil && u.Opaque == "" &&
		u.Path == "" && u.RawQuery == "" && !u.ForceQuery && !strings.Contains(origin, "#") && !strings.Contains(origin, "@")
}
