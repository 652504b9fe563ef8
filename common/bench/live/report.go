package main

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/kernel"
)

// mostRatio is the goal: how much longer an epoch may take with the page and its viewers.
const mostRatio = 1.03

// report is all that was measured.
type report struct {
	short bool
	load  string // before the run, from other work: see bench.Load
	after string // behind it, its own included
	size  size
	pairs []pair
	read  int // bytes that a viewer of a training got
	loads []*load
}

// markdown is the two tables.
func (r *report) markdown() string {
	var b strings.Builder
	if r.short {
		b.WriteString("A little of each: these are not measurements.\n\n")
	} else {
		fmt.Fprintf(&b, "%s; %s; %s, %d threads, load before the run %s, behind it %s with its own; %s\n\n",
			time.Now().Format("2006-01-02"), bench.Machine(), kernel.ActiveLevel(), runtime.GOMAXPROCS(0), r.load, r.after,
			runtime.Version())
	}
	fmt.Fprintf(&b, "## A training that %d viewers follow\n\n", followers)
	fmt.Fprintf(&b, "MNIST MLP, %d digits and validation on %d; pairs: %d, in turn; epochs timed in each training: %d, behind one that warms up. "+
		"A viewer got %.1f MB.\n\n", r.size.train, r.size.test, len(r.pairs), r.size.epochs-1, float64(r.read)/1e6)
	b.WriteString("| | median | least | greatest |\n| --- | --- | --- | --- |\n")
	var with, without []float64
	for _, p := range r.pairs {
		with, without = append(with, p.with), append(without, p.without)
	}
	spread(&b, "an epoch with the page, of one without", ratios(r.pairs))
	spread(&b, "an epoch with the page, s", with)
	spread(&b, "an epoch without it, s", without)
	if !r.short {
		fmt.Fprintf(&b, "\n%s\n", reach(median(ratios(r.pairs))))
	}
	fmt.Fprintf(&b, "\n## Predictions while %d viewers look on\n\n%d predictions, %d at a time. Milliseconds from the request to the "+
		"end of the answer; MB of heap that are in use.\n\n", crowd, r.size.predictions, atOnce)
	b.WriteString("| | p50 | p95 | p99 | max | a second | lost | heap before | after |\n" + "|" + strings.Repeat(" --- |", 9) + "\n")
	for _, l := range r.loads {
		fmt.Fprintf(&b, "| %s, %s |", l.name, l.while())
		for _, p := range []float64{0.5, 0.95, 0.99, 1} {
			fmt.Fprintf(&b, " %s |", digits(1000*quantile(p, l.seconds)))
		}
		// a run with lost predictions has ended in an error
		fmt.Fprintf(&b, " %.0f | 0 | %s | %s |\n", float64(len(l.seconds))/l.whole,
			digits(float64(l.before)/1e6), digits(float64(l.after)/1e6))
	}
	return b.String()
}

// reach says whether the goal is reached.
func reach(ratio float64) string {
	word := "reached"
	if !(ratio <= mostRatio) {
		word = "not reached"
	}
	return fmt.Sprintf("Goal: at most %g of the time without the page. Median %.3f: %s.", mostRatio, ratio, word)
}

// spread writes a row of the first table.
func spread(b *strings.Builder, what string, values []float64) {
	fmt.Fprintf(b, "| %s | %.3f | %.3f | %.3f |\n", what, median(values), slices.Min(values), slices.Max(values))
}

// quantile is the smallest of the values that at least the share p of them does not exceed.
func quantile(p float64, values []float64) float64 {
	return stat.Quantile(p, stat.Empirical, slices.Sorted(slices.Values(values)), nil)
}

// median is the mean of the two middle values if their number is even, of which Quantile takes the lower.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (stat.Quantile(0.5, stat.Empirical, sorted, nil) + sorted[len(sorted)/2]) / 2
}

// digits writes three significant digits, or all before the point.
func digits(x float64) string {
	if x >= 999.5 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}
