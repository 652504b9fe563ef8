package show

import (
	"encoding/json"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// Each digit of a number has an answer, and the other pictures have theirs if one is bad.
func TestPredictSome(t *testing.T) {
	p := Pictures(28, 28)
	const number, gone = "testdata/fortytwo.png", "testdata/gone.png"
	list, err := p.Predict(reader(t), []string{number, gone, number})
	wording.Check(t, err, gone)
	if len(list) != 2 || list[0].Input != number || len(list[0].Digits) != 2 || list[0].Label != nil {
		t.Fatalf("%+v, want the answers to two numbers", list)
	}
	out := new(folder)
	list[0].Print(out.Printf)
	lines := strings.Split(out.text.String(), "\n")
	if len(lines) != 4 || lines[0] != number+": a number of 2 digits, from left to right: 0 0" ||
		!strings.HasPrefix(lines[2], number+", digit 2: 0  0.1000 0.1000") {
		t.Errorf("%q, want a line for the number and one for each digit", lines)
	}
	text, err := json.Marshal(list[1])
	if want := `{"input":"testdata/fortytwo.png","digits":[{"label":0,"probabilities":[0.1`; err != nil || !strings.HasPrefix(string(text), want) {
		t.Errorf("%s (%v), want %s...", text, err, want)
	}
}

// The error names ten of many bad arguments.
func TestPredictNone(t *testing.T) {
	list, err := Pictures(28, 28).Predict(reader(t), strings.Fields(strings.Repeat("testdata/gone.png ", 13)))
	if len(list) != 0 || err == nil || strings.Count(err.Error(), "gone.png") != 10 || !strings.HasSuffix(err.Error(), "and 3 more like these") {
		t.Errorf("%d answers, and %v", len(list), err)
	}
}
