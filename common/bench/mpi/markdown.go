package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia-lectures/common/bench"
)

// markdown is the report: a table for each net, and the goals.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %s; load before the run %s; %s\n\n", r.Date, r.Machine, r.Load, r.versions())
	fmt.Fprintf(&b, "Rounds: %d, in turn, each at least %s s in four parts, after as long at least to warm up. "+
		"One thread a rank, each rank on a CPU core of its own. Images a second are those of the best part, with the median of all in brackets. Efficiency: images a second of two "+
		"ranks by twice those of one rank, which has as many rows in a step as each of the two (weak) or as the two together "+
		"(strong); in brackets that of the medians. In all-reduces: the share of the time, with "+
		"the waiting for the other rank; the median. Ours has the gradients in common memory, and sums up in the solver's step; by messages the "+
		"all-reduces may be beside the backward pass.\n", r.Rounds, bench.Significant(r.Seconds, 3))
	for _, work := range works {
		list := r.figuresOf(work)
		fmt.Fprintf(&b, "\n## %s\n\n| | | images/s | a step, ms | efficiency | in all-reduces | of the fastest PyTorch's images/s |\n"+
			"| --- | --- | --- | --- | --- | --- | --- |\n", titles[work])
		for _, f := range list {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", f.setup, f.form, strings.Join(cells(list, f), " | "))
		}
	}
	b.WriteString("\n## Reach\n\n" + r.reach())
	return b.String()
}

// cells are the figures of a line.
func cells(list []*figures, f *figures) []string {
	c := make([]string, 5)
	if f.err != "" || len(f.rate) == 0 {
		c[0] = "failed"
		return c
	}
	c[0] = fmt.Sprintf("%.0f (%.0f)", f.rate.Most(), f.rate.Median())
	c[1] = bench.Significant(f.stepMilliseconds(), 3)
	if best, median, ok := efficiency(list, f); ok {
		c[2] = fmt.Sprintf("%.2f (%.2f)", best, median)
		if !peer(f.form) {
			c[3] = fmt.Sprintf("%.0f %%", 100*f.share.Median())
		}
	}
	if ratio, ok := ofPeers(list, f); ok {
		c[4] = bench.Significant(ratio, 3)
	}
	return c
}

// versions lists what the forms said they run on.
func (r *report) versions() string {
	all := map[string]string{}
	for _, m := range r.Measurements {
		for _, l := range m.Lines {
			maps.Copy(all, l.Versions)
			if l.Level != "" {
				all["CPU level"] = l.Level
			}
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+" "+strings.TrimPrefix(all[name], name))
	}
	return strings.Join(list, ", ")
}

// The goals: the weak efficiency of the convolutional network by the rows of each rank, and images a second by those of
// PyTorch in each setup.
var efficiencyGoals = []struct {
	rows  int
	least float64
}{{32, 0.70}, {128, 0.85}}

const leastOfPyTorch = 1.5

// reach is a table of the goals with what was measured.
func (r *report) reach() string {
	var b strings.Builder
	b.WriteString("| goal | at least | measured | reached |\n| --- | --- | --- | --- |\n")
	line := func(goal string, least, measured float64, ok bool) {
		figure, reached := "not measured", ""
		if ok {
			figure, reached = bench.Significant(measured, 3), "no"
			if measured >= least {
				reached = "yes"
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", goal, bench.Significant(least, 3), figure, reached)
	}
	for _, g := range efficiencyGoals {
		list := r.figuresOf("cnn")
		s := setup{weak, 2 * g.rows, g.rows}
		var measured float64
		f := named(list, ours, s)
		ok := f != nil
		if ok {
			measured, _, ok = efficiency(list, f)
		}
		line(fmt.Sprintf("CNN, %v: efficiency", s), g.least, measured, ok)
	}
	for _, work := range works {
		list := r.figuresOf(work)
		for _, s := range setups {
			var measured float64
			f := named(list, ours, s)
			ok := f != nil
			if ok {
				measured, ok = ofPeers(list, f)
			}
			line(fmt.Sprintf("%s, %v: images/s, of PyTorch's", strings.ToUpper(work), s), leastOfPyTorch, measured, ok)
		}
	}
	return b.String()
}
