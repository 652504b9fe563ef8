package main

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestMedianIsBetweenTheMiddleValues(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 2}, 2}, {[]float64{8, 1, 4, 2}, 3},
	} {
		before := slices.Clone(c.values)
		if got := median(c.values); got != c.want {
			t.Errorf("%v: got %v, want %v", c.values, got, c.want)
		}
		if !slices.Equal(c.values, before) {
			t.Errorf("the values have become %v, want them left as they were: %v", c.values, before)
		}
	}
}

func TestQuantileIsOneOfTheValues(t *testing.T) {
	var values []float64
	for i := range 200 {
		values = append(values, float64((i*77)%200+1)) // 1 to 200 in another order
	}
	for p, want := range map[float64]float64{0.5: 100, 0.95: 190, 0.99: 198, 1: 200} {
		if got := quantile(p, values); got != want {
			t.Errorf("share %v: got %v, want %v", p, got, want)
		}
	}
}

func TestDigits(t *testing.T) {
	for x, want := range map[float64]string{
		0.12345: "0.123", 1.2345: "1.23", 62: "62", 99.96: "100", 999.4: "999", 999.5: "1000", 2560.8: "2561",
	} {
		if got := digits(x); got != want {
			t.Errorf("%v: got %q, want %q", x, got, want)
		}
	}
}

func TestReach(t *testing.T) {
	for ratio, want := range map[float64]string{
		0.998: "Goal: at most 1.03 of the time without the page. Median 0.998: reached.",
		1.03:  "Goal: at most 1.03 of the time without the page. Median 1.030: reached.",
		1.031: "Goal: at most 1.03 of the time without the page. Median 1.031: not reached.",
	} {
		if got := reach(ratio); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := reach(math.NaN()); !strings.HasSuffix(got, ": not reached.") {
		t.Errorf("NaN: got %q, want it not reached", got)
	}
}

func TestTablesOfAReport(t *testing.T) {
	r := report{
		short: true, size: size{train: 60, test: 10, epochs: 3, predictions: 2}, read: 1_250_000,
		pairs: []pair{{with: 1.1, without: 1}, {with: 2, without: 2}},
		loads: []*load{{name: "XOR, two numbers", seconds: []float64{0.002, 0.001}, whole: 0.004, before: 5e6, after: 6.5e6}},
	}
	want := `A little of each: these are not measurements.

## A training that 10 viewers follow

MNIST MLP, 60 digits and validation on 10; pairs: 2, in turn; epochs timed in each training: 2, behind one that warms up. A viewer got 1.2 MB.

| | median | least | greatest |
| --- | --- | --- | --- |
| an epoch with the page, of one without | 1.050 | 1.000 | 1.100 |
| an epoch with the page, s | 1.550 | 1.100 | 2.000 |
| an epoch without it, s | 1.500 | 1.000 | 2.000 |

## Predictions while 100 viewers look on

2 predictions, 16 at a time. Milliseconds from the request to the end of the answer; MB of heap that are in use.

| | p50 | p95 | p99 | max | a second | lost | heap before | after |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| XOR, two numbers, at rest | 1 | 2 | 2 | 2 | 500 | 0 | 5 | 6.5 |
`
	if got := r.markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAnAnswerWithOtherOutputsIsAnError(t *testing.T) {
	for _, c := range []struct {
		outputs int
		text    string
		want    string // "": no error
	}{
		{1, `{"output": 0.5}`, ""},
		{3, `{"label": 1, "probabilities": [0.1, 0.7, 0.2]}`, ""},
		{10, `{"label": 1, "probabilities": [0.1, 0.7, 0.2]}`, "3 outputs, want 10"},
		{1, `{}`, "0 outputs, want 1"},
		{1, `{"output": 0.5`, "unexpected end"},
	} {
		err := (&load{outputs: c.outputs}).check([]byte(c.text))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s for %d outputs: error %v, want %q", c.text, c.outputs, err, c.want)
		}
	}
}
