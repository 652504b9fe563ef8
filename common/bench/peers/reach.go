package main

import (
	"fmt"
	"strings"

	"gorgonia-lectures/common/bench"
)

// goal is one line of what this suite wants to reach at AVX-512. With AVX2 the figure may be half as
// much again; plain Go has no goals.
type goal struct {
	work   string
	text   string
	limit  float64
	least  bool   // the figure is to be at least the limit, not at most
	strict bool   // the limit is the same at all levels
	unit   string // "" for a ratio
	figure figure
}

// figure computes what a goal is about from the form of this suite and all forms of the work, and names
// the form that it is compared with, if any. It is not ok if a figure is missing.
type figure func(own *summary, list []*summary) (value float64, against string, ok bool)

// slack is the factor by which a level may miss the limits of the goals.
var slack = map[string]float64{"avx512": 1, "avx2": 1.5}

var goals = []goal{
	{work: "cnn", text: "CNN, an epoch with validation, of the fastest peer's", limit: 0.32, figure: toFastest(epoch, epoch)},
	{work: "cnn", text: "CNN, an epoch with validation, of stock Gorgonia's", limit: 0.035, figure: toForms(epoch, "stock Gorgonia")},
	{work: "mlp", text: "MLP, an epoch with validation, of the fastest peer's without", limit: 0.75, figure: toFastest(epoch, train)},
	{work: "xor", text: "XOR, a training step", limit: 0.5, unit: "µs", figure: alone(step)},
	{work: "xor", text: "XOR, whole process, of the fastest peer's", limit: 0.1, figure: toFastest(process, process)},
	{work: "xor", text: "XOR, whole process, of Keras'", limit: 0.01, figure: toForms(process, "Keras", "Keras, jit_compile")},
	{work: "iris", text: "iris, whole process, of the fastest peer's", limit: 0.1, figure: toFastest(process, process)},
	{work: "iris", text: "iris, whole process, of Keras'", limit: 0.03, figure: toForms(process, "Keras", "Keras, jit_compile")},
	{work: "mlp", text: "MLP, start of the process to the first step", limit: 0.5, strict: true, unit: "s", figure: alone(begin)},
	{work: "cnn", text: "CNN, start of the process to the first step", limit: 0.5, strict: true, unit: "s", figure: alone(begin)},
	{work: "cnn", text: "CNN, memory", limit: 400, strict: true, unit: "MB", figure: mostMemory},
	{work: "product", text: "matrix product 1024, of PyTorch's speed", limit: 0.95, least: true, figure: productSpeed},
	{work: "adam", text: "Adam over one set of 3.16 M parameters, of the triad", limit: 0.85, least: true, figure: adamShare("one set")},
	{work: "adam", text: "Adam over sets in turn, of the triad", limit: 0.85, least: true, figure: adamShare("sets in turn")},
}

// alone is a figure that is not compared: the least of all rounds.
func alone(of func(*summary) bench.Samples) figure {
	return func(own *summary, _ []*summary) (float64, string, bool) {
		values := of(own)
		if len(values) == 0 {
			return 0, "", false
		}
		return values.Least(), "", true
	}
}

func mostMemory(own *summary, _ []*summary) (float64, string, bool) {
	return own.Peak.Most(), "", len(own.Peak) > 0
}

// toFastest is the ratio of a figure to one of the peer that has the least of it.
func toFastest(of, its func(*summary) bench.Samples) figure {
	return func(own *summary, list []*summary) (float64, string, bool) {
		best := fastest(list, its)
		if best == nil || len(of(own)) == 0 {
			return 0, "", false
		}
		return of(own).Least() / its(best).Least(), best.Form, true
	}
}

// toForms is the ratio of a figure to the least of some forms'.
func toForms(of func(*summary) bench.Samples, forms ...string) figure {
	return func(own *summary, list []*summary) (float64, string, bool) {
		least, against := 0.0, ""
		for _, form := range forms {
			s := named(list, form)
			if s == nil || len(of(s)) == 0 {
				continue
			}
			if against == "" || of(s).Least() < least {
				least, against = of(s).Least(), form
			}
		}
		if against == "" || len(of(own)) == 0 {
			return 0, "", false
		}
		return of(own).Least() / least, against, true
	}
}

func productSpeed(own *summary, list []*summary) (float64, string, bool) {
	torch := named(list, "PyTorch")
	if torch == nil || len(torch.Rate) == 0 || len(own.Rate) == 0 {
		return 0, "", false
	}
	return own.Rate.Most() / torch.Rate.Most(), torch.Form, true
}

func adamShare(where string) figure {
	return func(own *summary, _ []*summary) (float64, string, bool) {
		if len(own.Adam[where]) == 0 {
			return 0, "", false
		}
		return own.Adam[where].Most() / own.Triad[where].Most(), "", true
	}
}

// reach is a table of the goals with what was measured at each level that has goals.
func (r *report) reach() string {
	var b strings.Builder
	b.WriteString("| goal | level | limit | measured | reached |\n| --- | --- | --- | --- | --- |\n")
	for _, g := range goals {
		for _, level := range r.Levels {
			factor, ok := slack[level]
			if !ok {
				continue
			}
			if g.strict {
				factor = 1
			}
			limit, word := g.limit*factor, "at most"
			if g.least {
				limit, word = g.limit/factor, "at least"
			}
			list := r.summaries(g.work)
			own := named(list, "ours, "+level)
			measured, reached := "not measured", ""
			if own != nil {
				if value, against, ok := g.figure(own, list); ok {
					measured, reached = unit(bench.Significant(value, 3), g.unit), "no"
					if against != "" {
						measured += " (" + against + ")"
					}
					if (g.least && value >= limit) || (!g.least && value <= limit) {
						reached = "yes"
					}
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %s %s | %s | %s |\n", g.text, level, word,
				unit(bench.Significant(limit, 3), g.unit), measured, reached)
		}
	}
	return b.String()
}

func unit(figure, unit string) string { return strings.TrimSpace(figure + " " + unit) }
