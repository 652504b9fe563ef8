package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia-lectures/common/bench"
)

// markdown is the report: a table for each work, and the goals.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %s; %d CPUs, load before the run %s; %s\n\n", r.Date, r.Machine, r.CPUs, r.Load, r.versions())
	fmt.Fprintf(&b, "Rounds: %d, in turn. A time is the least of all rounds, with the median in brackets. "+
		"\"of the fastest\" is its ratio to the least time of the fastest peer. Start: seconds from the start of the "+
		"process to its first step, and to the end of that step, in which some compile. Memory: the most in use.\n",
		r.Rounds)
	for _, work := range allWorks {
		list := r.summaries(work)
		if len(list) == 0 {
			continue
		}
		switch work {
		case "xor":
			fmt.Fprintf(&b, "\n## XOR: 5,000 epochs of four steps of one row\n\nOf Keras' processes what %d epochs "+
				"leave out is added in proportion, unless -full is given.\n\n", kerasXOREpochs)
			table(&b, list, column{"a step, µs", step, 3, true}, column{"whole process, s", process, 3, true})
		case "iris":
			b.WriteString("\n## Iris: 100 epochs of four steps, each with validation\n\n")
			table(&b, list, column{"an epoch, s", epoch, 3, true}, column{"whole process, s", process, 3, true})
		case "mlp":
			b.WriteString("\n## Multilayer perceptron: 600 steps of 100 digits, validation on 10,000\n\n")
			table(&b, list, column{"an epoch, s", epoch, 3, true}, column{"without validation, s", train, 3, true})
		case "cnn":
			b.WriteString("\n## Convolutional network: 1,875 steps of 32 digits with dropout, validation on 10,000\n\n")
			if r.Steps > 0 {
				fmt.Fprintf(&b, "Timed are %d steps after as many to warm up, and the whole validation; an epoch is these "+
					"steps in proportion. ", r.Steps)
			}
			fmt.Fprintf(&b, "Stock Gorgonia: %d steps and 500 digits, in proportion.\n\n", plainSteps["cnn"])
			table(&b, list, column{"an epoch, s", epoch, 3, true}, column{"without validation, s", train, 3, true})
		case "product":
			b.WriteString("\n## Matrix product of 1024 rows and columns, float32\n\n| | GFLOP/s: most (median) |\n| --- | --- |\n")
			for _, s := range list {
				fmt.Fprintf(&b, "| %s | %s |\n", s.Form, failedOr(s, fmt.Sprintf("%s (%s)",
					bench.Significant(s.Rate.Most()/1e9, 3), bench.Significant(s.Rate.Median()/1e9, 3))))
			}
		case "adam":
			b.WriteString("\n## Adam over 3,156,098 parameters, beside a triad on as many bytes\n\n" +
				"| | Adam, GB/s | triad, GB/s |\n| --- | --- | --- |\n")
			for _, s := range list {
				if s.Error != "" {
					fmt.Fprintf(&b, "| %s | %s | |\n", s.Form, failedOr(s, ""))
				}
				for _, where := range slices.Sorted(maps.Keys(s.Adam)) {
					fmt.Fprintf(&b, "| %s, %s | %s | %s |\n", s.Form, where,
						bench.Significant(s.Adam[where].Most()/1e9, 3), bench.Significant(s.Triad[where].Most()/1e9, 3))
				}
			}
		}
	}
	b.WriteString("\n## Reach\n\n" + r.reach())
	return b.String()
}

// column is a figure of a table.
type column struct {
	head     string
	figure   func(*summary) bench.Samples
	digits   int
	compared bool // with the fastest peer
}

// table writes a row for each form: the columns, how it starts and its memory.
func table(b *strings.Builder, list []*summary, columns ...column) {
	columns = append(columns, column{"to the first step, s", begin, 2, false},
		column{"to its end, s", done, 2, false})
	b.WriteString("| |")
	rule := "| --- |"
	for _, c := range columns {
		fmt.Fprintf(b, " %s |", c.head)
		rule += " --- |"
		if c.compared {
			b.WriteString(" of the fastest |")
			rule += " --- |"
		}
	}
	fmt.Fprintf(b, " memory, MB |\n%s --- |\n", rule)
	for _, s := range list {
		fmt.Fprintf(b, "| %s |", s.Form)
		for _, c := range columns {
			values := c.figure(s)
			switch {
			case s.Error != "":
				b.WriteString(" " + failedOr(s, "") + " |")
			case len(values) == 0:
				b.WriteString(" |")
			default:
				fmt.Fprintf(b, " %s (%s) |", bench.Significant(values.Least(), c.digits), bench.Significant(values.Median(), c.digits))
			}
			if !c.compared {
				continue
			}
			best := fastest(list, c.figure)
			if s.Error != "" || len(values) == 0 || best == nil {
				b.WriteString(" |")
				continue
			}
			fmt.Fprintf(b, " %s |", bench.Significant(values.Least()/c.figure(best).Least(), 2))
		}
		if s.Error == "" {
			fmt.Fprintf(b, " %.0f", peak(s).Most())
		}
		b.WriteString(" |\n")
	}
}

func failedOr(s *summary, text string) string {
	if s.Error != "" {
		return "failed"
	}
	return text
}

// versions lists what the drivers said they run on.
func (r *report) versions() string {
	all := map[string]string{}
	for _, m := range r.Measurements {
		for _, e := range m.Events {
			maps.Copy(all, e.Versions)
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+" "+strings.TrimPrefix(all[name], name))
	}
	return strings.Join(list, ", ")
}
