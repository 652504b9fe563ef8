package main

import (
	"strings"
	"testing"

	"gorgonia-lectures/common/bench/mpirun"
)

// made is a report of made-up rates: two rounds of ours and of PyTorch, which does half as much, and has failed
// with two ranks and the multilayer perceptron.
func made() *report {
	r := &report{Date: "2026-01-01", Machine: "a machine", Load: "0.25", Rounds: 2, Seconds: 2}
	for _, work := range works {
		for round, slower := range []float64{1, 0.8} {
			for _, name := range []string{ours, messages, "PyTorch"} {
				for ranks := 1; ranks <= 2; ranks++ {
					if name == messages && ranks == 1 {
						continue
					}
					m := measurement{form: form{Work: work, Name: name, Ranks: ranks}, Round: round}
					m.Lines = []mpirun.Line{{Versions: map[string]string{"go": "go1.26"}, Level: "avx2"}}
					for _, s := range setups {
						if s.ranks() != ranks {
							continue
						}
						l := mpirun.Line{Timed: mpirun.TimedTrain, Batch: s.batch, Steps: 10, Seconds: float64(s.batch) / 100 / slower}
						switch name {
						case messages:
							l.Seconds *= 1.25
						case "PyTorch":
							l.Seconds *= 2
						}
						switch s.scaling { // 1,000 images a second of one rank
						case weak:
							l.Seconds /= 1.5
							l.Reduce = l.Seconds / 4
						case strong:
							l.Seconds /= 1.2
						}
						m.Lines = append(m.Lines, l)
					}
					if name == "PyTorch" && work == "mlp" && ranks == 2 {
						m.Lines, m.Error = nil, "exit status 1"
					}
					r.Measurements = append(r.Measurements, m)
				}
			}
		}
	}
	return r
}

func TestMarkdownHasEveryFormInEverySetup(t *testing.T) {
	text := made().markdown()
	cnn, mlp, _ := strings.Cut(text, "## Multilayer perceptron")
	for _, line := range []string{
		"2026-01-01; a machine; load before the run 0.25; CPU level avx2, go 1.26\n",
		"| 1 rank, 32 rows | ours | 1000 (900) | 32 |  |  | 2 |\n",
		"| 1 rank, 32 rows | PyTorch | 500 (450) | 64 |  |  | 1 |\n",
		"| 2 ranks, weak, 32 rows each | ours | 1500 (1350) | 42.7 | 0.75 (0.75) | 25 % | 2 |\n",
		"| 2 ranks, weak, 32 rows each | ours, by messages | 1200 (1080) | 53.3 | 0.60 (0.60) | 25 % | 1.6 |\n",
		"| 2 ranks, weak, 128 rows each | PyTorch | 750 (675) | 341 | 0.75 (0.75) |  | 1 |\n",
		"| 2 ranks, strong, 32 rows in all | ours | 1200 (1080) | 26.7 | 0.60 (0.60) | 0 % | 2 |\n",
	} {
		if !strings.Contains(cnn, line) {
			t.Errorf("want %q in\n%s", line, cnn)
		}
	}
	for _, line := range []string{
		"| 2 ranks, weak, 32 rows each | PyTorch | failed |  |  |  |  |\n",
		"| 2 ranks, weak, 32 rows each | ours | 1500 (1350) | 42.7 | 0.75 (0.75) | 25 % |  |\n",
	} {
		if !strings.Contains(mlp, line) {
			t.Errorf("want %q in\n%s", line, mlp)
		}
	}
}

func TestReachTellsWhatIsMissed(t *testing.T) {
	text := made().reach()
	for _, line := range []string{
		"| CNN, 2 ranks, weak, 32 rows each: efficiency | 0.7 | 0.75 | yes |\n",
		"| CNN, 2 ranks, weak, 128 rows each: efficiency | 0.85 | 0.75 | no |\n",
		"| CNN, 2 ranks, strong, 128 rows in all: images/s, of PyTorch's | 1.5 | 2 | yes |\n",
		"| MLP, 1 rank, 32 rows: images/s, of PyTorch's | 1.5 | 2 | yes |\n",
		"| MLP, 2 ranks, weak, 32 rows each: images/s, of PyTorch's | 1.5 | not measured |  |\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}

// Every setup is measured once, and compared with one rank at a batch that is measured.
func TestSetups(t *testing.T) {
	for ranks, want := range map[int]string{1: "32,128", 2: "64,256,32,128"} {
		if got := batches(ranks); got != want {
			t.Errorf("batches of %d ranks: %s, want %s", ranks, got, want)
		}
	}
	for _, s := range setups {
		if s.scaling == weak && s.batch != s.ranks()*s.base || s.scaling != weak && s.batch != s.base {
			t.Errorf("%v: %d rows in a step, compared with %d", s, s.batch, s.base)
		}
	}
}

func TestFormsTakeTurns(t *testing.T) {
	names := func(t toolset, work string) string {
		var list []string
		for _, f := range t.forms(work, settings{seconds: 1}) {
			list = append(list, f.Name)
		}
		return strings.Join(list, "; ")
	}
	for got, want := range map[string]string{
		names(toolset{}, "cnn"):              "ours; ours; ours, by messages",
		names(toolset{python: "py"}, "mlp"):  "ours; PyTorch; ours; ours, by messages; PyTorch",
		names(toolset{python: "py3"}, "cnn"): "ours; PyTorch; PyTorch, channels_last; ours; ours, by messages; PyTorch; PyTorch, channels_last",
	} {
		if got != want {
			t.Errorf("the forms are %s, want %s", got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, s := range []settings{{rounds: 0, seconds: 1}, {rounds: 1}} {
		if err := s.check(); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
	s := settings{rounds: 3, seconds: 2, short: true}
	if err := s.check(); err != nil || s.rounds != 1 || s.seconds != shortSeconds {
		t.Errorf("-short: %+v (%v), want one round of %v s", s, err, shortSeconds)
	}
}
