package main

import (
	"errors"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
)

// madeReport has the made-up step for both nets, and a network without latency.
func madeReport(t *testing.T) *report {
	t.Helper()
	r := &report{settings: settings{bandwidth: 8 * slow.beta / 1e9, threads: 1}, Load: "0.25", nets: map[string]net{}}
	for _, name := range works {
		w, err := bench.WorkNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		n := net{work: w, step: made, messages: map[int][]int{}}
		for ranks := 2; ranks <= mostRanks; ranks *= 2 {
			n.messages[ranks] = []int{100, 200}
		}
		r.nets[name] = n
	}
	return r
}

func TestMarkdownPredictsUpToAThousandRanks(t *testing.T) {
	r := madeReport(t)
	r.missing = errors.New("mpirun is not there")
	text := r.markdown()
	for _, line := range []string{
		"load before the run 0.25",
		"## Multilayer perceptron, 100 rows a rank",
		"Measured: 10 ms a step, 8 of them to the end of the backward pass. Gradients: 12.62 MB.",
		"| 1 | 0 | 10 | 1.00 | 10 | 1.00 |\n",
		"| 2 | 2 | 13.1 | 0.76 | 12.1 | 0.83 |\n",
		"\n| 1024 | 2 | ",
		"Not measured: mpirun is not there\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}

func TestMarkdownSetsTheMeasuredBesideThePredicted(t *testing.T) {
	r := madeReport(t)
	r.here = &here{sums: []sum{{400, 1.25e-3}}, link: slow, steps: map[string][2]bench.Samples{
		"cnn": {{10e-3, 12e-3}, {16e-3, 20e-3}}, "mlp": {{1e-3}, {2e-3}}}}
	text := r.markdown()
	for _, line := range []string{
		"| 100 | 1250 | 1000 |\n",
		"| CNN | 1 | 10 | 10 | 10 (11) | 1.00 (1.00) |\n",
		"| CNN | 2 | 13.1 | 12.1 | 16 (18) | 0.62 (0.61) |\n",
		"| MLP | 2 | 13.1 | 12.1 | 2 (2) | 0.50 (0.50) |\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}

func TestSettings(t *testing.T) {
	good := settings{bandwidth: 10, threads: 1, seconds: 1, rounds: 1}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*settings){
		"-latency": func(s *settings) { s.latency = -1 }, "-bandwidth": func(s *settings) { s.bandwidth = 0 },
		"-threads": func(s *settings) { s.threads = 0 }, "-seconds": func(s *settings) { s.seconds = 0 },
		"-rounds": func(s *settings) { s.rounds = 0 },
	} {
		s := good
		change(&s)
		if err := s.check(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: the error is %v, want one about it", name, err)
		}
	}
}
