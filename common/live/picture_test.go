package live

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"os"
	"reflect"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/model"
)

func sevenPNG(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("../../mnistcnn/testdata/seven.png")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// expected computes the net's answer to the picture of a seven without the page.
func expected(t *testing.T, v View) reply {
	t.Helper()
	digits, err := digit.Read(bytes.NewReader(sevenPNG(t)))
	if err != nil {
		t.Fatal(err)
	}
	var want reply
	row := make([]float64, digit.Side*digit.Side)
	for i, value := range digits[0] {
		row[i], want.Pixels = float64(value)/255, append(want.Pixels, int(value))
	}
	data, err := dataset.FromFloats([]int{28, 28, 1}, row, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	y, err := v.Net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	want.Probabilities = model.Float64s(y)
	want.Label = float64(model.ArgMax(want.Probabilities)) // as JSON has it
	return want
}

func body(t testing.TB, data any) []byte {
	t.Helper()
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The bytes of a picture, the picture in JSON and its pixels as numbers get the same answer.
func TestPredictPicture(t *testing.T) {
	v := digitView(t)
	s := serve(t, v)
	want := expected(t, v)
	row := make([]float64, len(want.Pixels))
	for i, value := range want.Pixels {
		row[i] = float64(value) / 255
	}
	numbers := want
	numbers.Pixels = nil // the request has them
	for _, c := range []struct {
		name string
		body []byte
		want reply
	}{
		{"bytes", sevenPNG(t), want},
		{"base64", body(t, map[string][]byte{"picture": sevenPNG(t)}), want},
		{"numbers", body(t, map[string][]float64{"inputs": row}), numbers},
	} {
		answer, text := s.ask(t, "POST", "/predict", c.body)
		var got reply
		if err := json.Unmarshal([]byte(text), &got); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %s (%v)", c.name, answer.Status, text, err)
		} else if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

// A number of several digits has an answer for each digit and no other.
func TestPredictNumber(t *testing.T) {
	s := serve(t, digitView(t))
	file, err := os.ReadFile("testdata/fortytwo.png")
	if err != nil {
		t.Fatal(err)
	}
	digits, err := digit.Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	answer, text := s.ask(t, "POST", "/predict", file)
	var got reply
	if err := json.Unmarshal([]byte(text), &got); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s %s (%v)", answer.Status, text, err)
	}
	if got.Label != nil || got.Pixels != nil || len(got.Digits) != 2 {
		t.Fatalf("%+v, want two digits alone", got)
	}
	for i, d := range got.Digits {
		same := len(d.Pixels) == len(digits[i])
		for k, v := range d.Pixels {
			same = same && v == int(digits[i][k])
		}
		if !same || len(d.Probabilities) != 10 || d.Label != float64(model.ArgMax(d.Probabilities)) {
			t.Errorf("digit %d is %+v", i+1, d)
		}
	}
}

func TestPredictWrongPicture(t *testing.T) {
	s := serve(t, digitView(t))
	seven := sevenPNG(t)
	coded := base64.StdEncoding.EncodeToString(seven)
	var blank, large bytes.Buffer
	if err := png.Encode(&blank, image.NewGray(image.Rect(0, 0, 50, 50))); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 6000, 6000))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, body, fact string }{
		{"empty", "", "empty"},
		{"text", "seven", "the picture: "},
		{"an array", "[0]", "the picture: "},
		{"truncated", string(seven[:len(seven)/2]), "damaged"},
		{"one colour", blank.String(), "one colour"},
		{"36 million pixels", large.String(), "6000x6000"},
		{"base64 of nothing", `{"picture": ""}`, "the picture: "},
		{"base64 cut off", `{"picture": "` + coded[:400] + `"}`, "damaged"},
		{"not base64", `{"picture": "?"}`, "base64"},
		{"JSON cut off", `{"picture": "` + coded, "truncated"},
		{"neither", `{}`, "784 numbers"},
		{"both", `{"picture": "` + coded + `", "inputs": [1]}`, "784 numbers"},
		{"few numbers", `{"inputs": [1, 0]}`, "2 inputs, want 784"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, text := s.ask(t, "POST", "/predict", []byte(c.body))
			refused(t, answer, text, http.StatusBadRequest, c.fact)
		})
	}
}
