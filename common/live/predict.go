package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// question is the JSON of a request, which has exactly one of the fields.
type question struct {
	Inputs  []*float64 `json:"inputs"`  // nil for null, which JavaScript writes for NaN
	Picture []byte     `json:"picture"` // a file in one of digit.Formats; base64 in JSON
}

// reply is the JSON of an answer.
type reply struct {
	show.Answer
	Pixels []int   `json:"pixels,omitempty"` // the net's input for a picture, 28x28, row-major: 0 is paper, 255 ink
	Digits []reply `json:"digits,omitempty"` // for a number of several digits, from left to right, instead of the others
}

// predict answers POST /predict.
func (p *Page) predict(w http.ResponseWriter, r *http.Request) {
	v := p.view.Load()
	if v == nil {
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, errors.New("no net yet: try again"))
		return
	}
	body, done, err := p.body(w, r)
	defer done()
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("the request's body: %w", err))
		return
	}
	select {
	case p.tickets <- struct{}{}:
		defer func() { <-p.tickets }()
	case <-r.Context().Done():
		return // the client is gone
	case <-p.closing:
		refuse(w, http.StatusServiceUnavailable, errEnded)
		return
	}
	rows, pixels, err := v.read(body)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	answers, err := v.answer(rows)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, err)
		return
	}
	replies := make([]reply, len(answers))
	for i, a := range answers {
		replies[i].Answer = a
		if pixels != nil {
			replies[i].Pixels = pixels[i]
		}
	}
	if len(replies) > 1 {
		replies[0] = reply{Digits: slices.Clone(replies)}
	}
	send(w, http.StatusOK, replies[0])
}

// read parses a body, JSON or the bytes of a picture. It returns one row of inputs, or one for each digit of the
// picture.
func (v *view) read(body []byte) (rows [][]float64, pixels [][]int, err error) {
	pictures := v.Sliders == nil
	text := bytes.TrimLeft(body, " \t\r\n")
	switch {
	case len(text) == 0:
		return nil, nil, errors.New("an empty body: want " + v.wanted())
	case text[0] != '{' && pictures:
		return v.readPicture(body)
	}
	var q question
	if err := decode(text, &q); err != nil {
		return nil, nil, fmt.Errorf("wrong JSON: %w; want %s", err, v.wanted())
	}
	switch {
	case (q.Inputs == nil) == (q.Picture == nil):
		return nil, nil, errors.New("want " + v.wanted())
	case q.Picture != nil && !pictures:
		return nil, nil, errors.New("this net takes no pictures: want " + v.wanted())
	case q.Picture != nil:
		return v.readPicture(q.Picture)
	}
	if len(q.Inputs) != v.inputs() {
		return nil, nil, fmt.Errorf("%d inputs, want %d: %s", len(q.Inputs), v.inputs(), v.wanted())
	}
	row := make([]float64, len(q.Inputs))
	for i, x := range q.Inputs {
		switch {
		case x == nil:
			return nil, nil, fmt.Errorf("input %d: null, want a number", i+1)
		case math.IsInf(float64(float32(*x)), 0):
			return nil, nil, fmt.Errorf("input %d: %g is too large for a net", i+1, *x)
		}
		row[i] = *x
	}
	return [][]float64{row}, nil, nil
}

// wanted describes a valid body for error messages.
func (v *view) wanted() string {
	if v.Sliders == nil {
		return `{"picture": "base64 of a ` + digit.Formats + `"}, {"inputs": [784 numbers from 0 to 1]}, or the bytes of a picture`
	}
	var values, names []string
	for _, s := range v.Sliders {
		values, names = append(values, fmt.Sprint(s.Value)), append(names, s.Name)
	}
	return fmt.Sprintf(`{"inputs": [%s]} with %s`, strings.Join(values, ","), strings.Join(names, ", "))
}

func (v *view) readPicture(file []byte) (rows [][]float64, pixels [][]int, err error) {
	digits, err := digit.Read(bytes.NewReader(file))
	if err != nil {
		return nil, nil, fmt.Errorf("the picture: %w", err)
	}
	rows, pixels = make([][]float64, len(digits)), make([][]int, len(digits))
	for i, d := range digits {
		for _, value := range d {
			rows[i], pixels[i] = append(rows[i], float64(value)/255), append(pixels[i], int(value))
		}
	}
	return rows, pixels, nil
}

// answer returns the net's answer to each row.
func (v *view) answer(rows [][]float64) ([]show.Answer, error) {
	data, err := dataset.FromFloats(v.Net.InputShape(), slices.Concat(rows...), nil, nil)
	if err != nil {
		return nil, err
	}
	y, err := v.Net.Predict(data)
	if err != nil {
		return nil, err
	}
	outputs := model.Float64s(v.Net.Probabilities(y))
	width := len(outputs) / len(rows)
	answers := make([]show.Answer, len(rows))
	for i := range answers {
		if answers[i], err = show.NewAnswer(outputs[i*width:(i+1)*width], v.Labels); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// decode parses a body of one JSON value. An unknown field is an error, because it may be a misspelled one.
func decode(body []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("it is truncated")
		}
		if wrong := new(json.UnmarshalTypeError); errors.As(err, &wrong) { // its message would name Go types
			if wrong.Field == "" {
				return fmt.Errorf("%s, want an object", text.Message(wrong.Value))
			}
			return fmt.Errorf("%s does not fit %q", text.Message(wrong.Value), wrong.Field)
		}
		return errors.New(text.Message(err.Error()))
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("data after the value")
	}
	return nil
}
