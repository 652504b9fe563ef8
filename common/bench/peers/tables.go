package main

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
)

// The results of a form, as columns of the tables.
const (
	step       = "a step, µs"                  // XOR
	shortEpoch = "an epoch, ms"                // iris
	epoch      = "an epoch, s"                 // with its validation, if any
	train      = "without validation, s"       // an epoch of MLP, CNN
	process    = "whole process, s"            // XOR, iris
	begin      = "from its start to a step, s" // to the start of the first step
	done       = "to the step's end, s"        // to the end of the first step, with compilation
	memory     = "memory, MB"

	firstEpoch = "first epoch, s"               // from untrained weights, with validation
	firstTrain = "first, without validation, s" // MLP, CNN
)

// summary has the results of all rounds of a form, without those that the form does not have.
type summary struct {
	form
	results map[string]report.Samples
	failed  bool
}

// stepsPerEpoch has the steps for 4 rows, 120 flowers and 60,000 digits.
var stepsPerEpoch = map[string]float64{"xor": 4, "iris": 4, "mlp": 600, "cnn": 1875}

// testDigits is the number of rows of a validation.
const testDigits = 10000

// summaries returns those of a work, ordered by kind and then as in the first round.
func summaries(all []measurement, work string) []*summary {
	var list []*summary
	for _, m := range all {
		if m.Form.Work != work {
			continue
		}
		at := slices.IndexFunc(list, func(s *summary) bool { return s.Name == m.Form.Name })
		if at < 0 {
			at = len(list)
			list = append(list, &summary{form: m.Form, results: map[string]report.Samples{}})
		}
		list[at].add(m)
	}
	slices.SortStableFunc(list, func(a, b *summary) int { return int(a.Kind - b.Kind) })
	return list
}

// add adds the results of a measurement, none if it failed.
func (s *summary) add(m measurement) {
	if m.Error != "" {
		s.failed = true
		return
	}
	add := func(name string, value float64) { s.results[name] = append(s.results[name], value) }
	add(memory, m.PeakMB)
	total, trained := m.Seconds, 0.0
	for _, l := range m.Lines {
		switch {
		case l.At == bench.StepBegins:
			add(begin, l.Unix-m.Start)
		case l.At == bench.StepDone:
			add(done, l.Unix-m.Start)
		case l.Timed == bench.Epochs:
			seconds := l.Seconds / float64(l.Epochs)
			add(shortEpoch, 1e3*seconds)
			add(step, 1e6*seconds/stepsPerEpoch[m.Form.Work])
			if w, err := bench.WorkNamed(m.Form.Work); err == nil {
				// extrapolate for a peer that trains fewer epochs and does not time the first one
				total += seconds * float64(max(0, w.Epochs-l.Epochs-1))
			}
		case l.Timed == bench.Train:
			trained = l.Seconds / float64(l.Steps) * stepsPerEpoch[m.Form.Work]
			add(either(l.First, firstTrain, train), trained)
		case l.Timed == bench.Validation:
			add(either(l.First, firstEpoch, epoch), trained+l.Seconds/float64(l.Rows)*testDigits)
		}
	}
	add(process, total)
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// sections has the tables and their columns. The first two columns are compared with the fastest peer.
var sections = []struct {
	work, title string
	columns     []string
}{
	{"xor", "XOR: 5,000 epochs of four steps of one row", []string{step, process, memory}},
	{"iris", "Iris: 100 epochs of four steps, each with validation", []string{shortEpoch, process, memory}},
	{"mlp", "Multilayer perceptron: 600 steps of 100 digits, validation on 10,000",
		[]string{epoch, train, begin, done, memory}},
	{"mlp", "Multilayer perceptron: the same from the first step", []string{firstEpoch, firstTrain}},
	{"cnn", "Convolutional network: 1,875 steps of 32 digits with dropout, validation on 10,000",
		[]string{epoch, train, begin, done, memory}},
	{"cnn", "Convolutional network: the same from the first step", []string{firstEpoch, firstTrain}},
}

const compared = 2

// markdown returns the report: the tables of each work.
func markdown(all []measurement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%sEach value is the least of all rounds, with the median in brackets; \"of the fastest\" is its "+
		"ratio to the least of the fastest peer. The nets for digits are timed after their first %d steps, because then each has "+
		"the zeros of most of its training, and again from untrained weights. Keras trains %d epochs of XOR, stock "+
		"Gorgonia %d and %d steps of the nets for digits, the others %d steps of the convolutional network (0: all); the "+
		"time of an epoch is extrapolated from these.\n",
		bench.Versions(all), bench.StepsBefore, kerasXOREpochs, plainSteps["mlp"], plainSteps["cnn"], *steps)
	for _, section := range sections {
		list := summaries(all, section.work)
		if len(list) == 0 {
			continue
		}
		heads := []string{""}
		for i, f := range section.columns {
			if heads = append(heads, f); i < compared {
				heads = append(heads, "of the fastest")
			}
		}
		t := report.NewTable(heads...)
		for _, s := range list {
			if s.failed {
				t.Row(s.Name, "failed")
				continue
			}
			cells := []string{s.Name}
			for i, f := range section.columns {
				of := s.results[f]
				if cells = append(cells, of.Text(of.Least())); i < compared {
					cells = append(cells, ratio(of, fastest(list, f)))
				}
			}
			t.Row(cells...)
		}
		fmt.Fprintf(&b, "\n## %s\n\n%v", section.title, t)
	}
	return b.String()
}

// fastest returns the smallest result of all peers; 0 if no peer has one.
func fastest(list []*summary, column string) float64 {
	var of report.Samples
	for _, s := range list {
		if s.Kind == peer && !s.failed {
			of = append(of, s.results[column]...)
		}
	}
	return of.Least()
}

func ratio(s report.Samples, best float64) string {
	if len(s) == 0 || best == 0 {
		return ""
	}
	return report.Digits(s.Least()/best, 2)
}
