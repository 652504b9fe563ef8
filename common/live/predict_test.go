package live

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

const aQuestion = `{"inputs": [0.5, 0.25]}`

func TestPredictNumbers(t *testing.T) {
	net := xorNet(t)
	s := serve(t, xorView(net))
	for _, c := range []struct {
		body string
		row  []float64
	}{
		{"\r\n\t " + aQuestion + " \n", []float64{0.5, 0.25}},
		{`{"inputs": [-1e38, 3e38]}`, []float64{-1e38, 3e38}},
		{`{"inputs": [1e-400, 0]}`, []float64{0, 0}},
		{`{"inputs": [1, 0], "picture": null}`, []float64{1, 0}},
	} {
		data, err := dataset.FromFloats([]int{2}, c.row, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := net.Predict(data)
		if err != nil {
			t.Fatal(err)
		}
		answer, text := s.ask(t, "POST", "/predict", []byte(c.body))
		var got map[string]float64
		if err := json.Unmarshal([]byte(text), &got); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %s (%v)", c.body, answer.Status, text, err)
		} else if y := model.Float64s(want)[0]; len(got) != 1 || got["output"] != y {
			t.Errorf("%s: %s, want the output %v alone", c.body, text, y)
		}
	}
}

// An error says what is wrong and what is wanted.
func TestPredictWrongNumbers(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	for _, c := range []struct{ name, body, fact string }{
		{"empty", " \r\n\t", "empty"},
		{"no field", `{}`, "x1, x2"},
		{"null", `{"inputs": null}`, "x1, x2"},
		{"none", `{"inputs": []}`, "0 inputs, want 2"},
		{"too many", `{"inputs": [1,2,3]}`, "3 inputs, want 2"},
		{"too large", `{"inputs": [1,1e39]}`, "input 2: 1e+39"},
		{"too small", `{"inputs": [-4e38,1]}`, "input 1: -4e+38"},
		{"what JSON makes of a NaN", `{"inputs": [0,null]}`, "input 2: null"},
		{"both", `{"inputs": [0,1], "picture": "aGFs"}`, "x1, x2"},
		{"picture", `{"picture": "aGFs"}`, "no pictures"},
		{"more", `{"inputs": [0,1]} {}`, "after the value"},
		{"truncated", `{"inputs": [0,1`, "truncated"},
		{"another field", `{"input": [0,1]}`, `"input"`},
		{"no JSON", `{"inputs": [NaN,1]}`, "'N'"},
		{"huge", `{"inputs": [1e400,1]}`, "1e400"},
		{"text for a number", `{"inputs": ["0",1]}`, "string"},
		{"text for numbers", `{"inputs": "0,1"}`, "string"},
		{"array", `[0,1]`, "array, want an object"},
		{"bytes of a picture", "\x89PNG\r\n\x1a\n", "x1, x2"},
		{"deep", strings.Repeat(`{"inputs":`, 20_000), "depth"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, text := s.ask(t, "POST", "/predict", []byte(c.body))
			refused(t, answer, text, http.StatusBadRequest, c.fact)
		})
	}
}

// An output that is not finite is an error, because JSON cannot encode it.
func TestPredictNotFinite(t *testing.T) {
	net := xorNet(t)
	weights := net.Weights()
	weights[0].Float32s()[0] = float32(math.NaN())
	if err := net.SetWeights(weights); err != nil {
		t.Fatal(err)
	}
	s := serve(t, xorView(net))
	answer, text := s.ask(t, "POST", "/predict", []byte(aQuestion))
	refused(t, answer, text, http.StatusUnprocessableEntity, "not finite", "weights")
}

// A request that waits for a ticket is refused when the run ends, and dropped when its visitor leaves.
func TestWaitingForATicket(t *testing.T) {
	p := idle(t.Context())
	p.tickets = make(chan struct{}, 1)
	p.tickets <- struct{}{} // of another request
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
	for range 2 { // a ticket is given back
		if w := ask(t.Context()); w.Code != http.StatusOK {
			t.Errorf("%d %s, want 200", w.Code, w.Body)
		}
	}
	p.tickets <- struct{}{}
	close(p.closing)
	w := ask(t.Context())
	refused(t, w.Result(), w.Body.String(), http.StatusServiceUnavailable, "run has ended")
}

// A viewer that has received the model event can use /predict at once.
func TestModelIsThereBeforeItsEvent(t *testing.T) {
	v := xorView(xorNet(t))
	p := idle(t.Context())
	p.hub.lock.Lock() // no event can be published
	showed := make(chan error)
	go func() { showed <- p.Show(v) }()
	until(t, "there before its event", func() bool { return p.view.Load() != nil })
	p.hub.lock.Unlock()
	if err := <-showed; err != nil {
		t.Error(err)
	}
}
