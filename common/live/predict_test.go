package live

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

const (
	wantNumbers = `want {"inputs": [1,0]} with x1, x2`
	wantPicture = `want {"picture": "base64 of a PNG, JPEG or GIF"}, {"inputs": [784 numbers from 0 to 1]}, or the bytes of a picture`
	notTheJSON  = "the body is not the JSON that is wanted: "
	aQuestion   = `{"inputs": [0.5, 0.25]}`
)

func TestPredictNumbers(t *testing.T) {
	net := xorNet(t)
	s := serve(t, xorView(net))
	for body, row := range map[string][]float64{
		aQuestion:                             {0.5, 0.25},
		"\r\n\t " + aQuestion + " \n":         {0.5, 0.25},
		`{"inputs": [-1e38, 3e38]}`:           {-1e38, 3e38},
		`{"inputs": [1e-400, 0]}`:             {0, 0},
		`{"inputs": [1, 0], "picture": null}`: {1, 0},
	} {
		data, err := dataset.FromFloats([]int{2}, row, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := net.Predict(data)
		if err != nil {
			t.Fatal(err)
		}
		answer, text := s.ask(t, "POST", "/predict", []byte(body))
		var got map[string]float64
		if err := json.Unmarshal([]byte(text), &got); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %s (%v)", body, answer.Status, text, err)
		} else if y := model.Float64s(want)[0]; len(got) != 1 || got["output"] != y {
			t.Errorf("%s: %s, want the output %v alone", body, text, y)
		}
	}
}

func TestPredictWrongNumbers(t *testing.T) {
	s := serve(t, xorView(xorNet(t)))
	for body, want := range map[string]string{
		``:                      "an empty body: " + wantNumbers,
		" \r\n\t":               "an empty body: " + wantNumbers,
		`{}`:                    wantNumbers,
		`{"inputs": null}`:      wantNumbers,
		`{"inputs": []}`:        "0 inputs, want 2: " + wantNumbers[len("want "):],
		`{"inputs": [1]}`:       "1 inputs, want 2: " + wantNumbers[len("want "):],
		`{"inputs": [1,2,3]}`:   "3 inputs, want 2: " + wantNumbers[len("want "):],
		`{"inputs": [1,1e39]}`:  "input 2: 1e+39 is not a number that a net takes",
		`{"inputs": [-4e38,1]}`: "input 1: -4e+38 is not a number that a net takes",
		// what JSON makes of a NaN
		`{"inputs": [0,null]}`:                 "input 2: null is not a number that a net takes",
		`{"inputs": [0,1], "picture": "aGFs"}`: wantNumbers,
		`{"picture": "aGFs"}`:                  "this net takes no pictures: " + wantNumbers,
		`{"inputs": [0,1]}]`:                   notTheJSON + "there is more behind it; " + wantNumbers,
		`{"inputs": [0,1]} {}`:                 notTheJSON + "there is more behind it; " + wantNumbers,
		`{"inputs": [0,1`:                      notTheJSON + "it is cut off; " + wantNumbers,
		`{`:                                    notTheJSON + "it is cut off; " + wantNumbers,
		`{"input": [0,1]}`:                     notTheJSON + `json: unknown field "input"; ` + wantNumbers,
		`{"inputs": [NaN,1]}`:                  notTheJSON + "invalid character 'N' looking for beginning of value; " + wantNumbers,
		`{"inputs": [1e400,1]}`:                notTheJSON + `number 1e400 does not fit "inputs"; ` + wantNumbers,
		`{"inputs": ["0",1]}`:                  notTheJSON + `string does not fit "inputs"; ` + wantNumbers,
		`{"inputs": "0,1"}`:                    notTheJSON + `string does not fit "inputs"; ` + wantNumbers,
		`{"picture": "%"}`:                     notTheJSON + "illegal base64 data at input byte 0; " + wantNumbers,
		`[0,1]`:                                notTheJSON + "array, want an object; " + wantNumbers,
		"\x89PNG\r\n\x1a\n":                    notTheJSON + `invalid character '\u0089' looking for beginning of value; ` + wantNumbers,
		strings.Repeat(`{"inputs":`, 20_000):   notTheJSON + "invalid character '{' exceeded max depth; " + wantNumbers,
	} {
		t.Run(body[:min(len(body), 40)], func(t *testing.T) {
			answer, text := s.ask(t, "POST", "/predict", []byte(body))
			refused(t, answer, text, http.StatusBadRequest, want)
		})
	}
}

// A net whose weights are broken gives no number that JSON could hold.
func TestPredictNotFinite(t *testing.T) {
	net := xorNet(t)
	weights := net.Weights()
	weights[0][0] = math.NaN()
	if err := net.SetWeights(weights); err != nil {
		t.Fatal(err)
	}
	s := serve(t, xorView(net))
	answer, text := s.ask(t, "POST", "/predict", []byte(aQuestion))
	refused(t, answer, text, http.StatusUnprocessableEntity,
		"the net's output is not finite: its weights are broken, or its inputs too large")
}

// A label of 0 and an output of 0 are answers, and are not left out.
func TestAnswerOfZero(t *testing.T) {
	for _, c := range []struct {
		row    []float64
		labels []any
		want   string
	}{
		{[]float64{0}, nil, `{"output":0}`},
		{[]float64{0.75, 0.25}, []any{0, 1}, `{"label":0,"probabilities":[0.75,0.25]}`},
		{[]float64{0, 1}, []any{"no", ""}, `{"label":"","probabilities":[0,1]}`},
	} {
		answer, err := show.NewAnswer(c.row, c.labels)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := json.Marshal(answer); err != nil || string(text) != c.want {
			t.Errorf("%v: %s (%v), want %s", c.row, text, err, c.want)
		}
	}
}
