package main

import (
	"fmt"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/kernel"
)

// report is all that was measured.
type report struct {
	settings settings
	Load     string // before, from other work: see bench.Load
	nets     map[string]net
	here     *here
	missing  error // why here is nil
}

func (r *report) markdown() string {
	var b strings.Builder
	l := r.settings.link()
	fmt.Fprintf(&b, "%s; %s; load before the run %s; CPU level %v, %d %s a rank\n\n",
		time.Now().Format("2006-01-02"), bench.Machine(), r.Load, kernel.ActiveLevel(), r.settings.threads, plural(r.settings.threads, "thread"))
	fmt.Fprintf(&b, "Predicted, not measured, but for the step of one rank: weak scaling over a network with a latency of %v and %s Gbit/s "+
		"from rank to rank%s. Efficiency is the time of one rank by that of all.\n",
		r.settings.latency, bench.Significant(r.settings.bandwidth, 3), r.defaults())
	for _, name := range works {
		n := r.nets[name]
		fmt.Fprintf(&b, "\n## %s, %d rows a rank\n\n", titles[name], n.work.Batch)
		fmt.Fprintf(&b, "Measured: %s ms a step, %s of them to the end of the backward pass. Gradients: %s MB.\n\n",
			milliseconds(n.step.total), milliseconds(n.step.backward), bench.Significant(4e-6*float64(n.work.Parameters), 4))
		b.WriteString("| ranks | messages | nothing overlapped: a step, ms | efficiency | " +
			"all overlapped that can be: a step, ms | efficiency |\n" +
			"| --- | --- | --- | --- | --- | --- |\n")
		for ranks := 1; ranks <= mostRanks; ranks *= 2 {
			apart, overlapped := n.step.apart(l, ranks, n.messages[ranks]), n.step.overlapped(l, ranks, n.messages[ranks])
			fmt.Fprintf(&b, "| %d | %d | %s | %.2f | %s | %.2f |\n", ranks, len(n.messages[ranks]),
				milliseconds(apart), n.step.total/apart, milliseconds(overlapped), n.step.total/overlapped)
		}
	}
	b.WriteString("\n## Two ranks on this machine\n\n")
	if r.here == nil {
		fmt.Fprintf(&b, "Not measured: %v\n", r.missing)
	} else {
		r.here.write(&b, r.nets)
	}
	return b.String()
}

func (r *report) defaults() string {
	if r.settings.latency == assumedLatency && r.settings.bandwidth == assumedBandwidth {
		return ": an Ethernet, assumed (-latency and -bandwidth tell of another)"
	}
	return ", as was given"
}

// write is the part of what was measured with two ranks.
func (h *here) write(b *strings.Builder, nets map[string]net) {
	fmt.Fprintf(b, "All-reduces of two ranks, the fastest of five parts, and the link fitted to them: "+
		"latency %s µs, bandwidth %s GB/s.\n\n| float32 | measured, µs | by the fit, µs |\n| --- | --- | --- |\n",
		bench.Significant(1e6*h.link.alpha, 3), bench.Significant(1e-9*h.link.beta, 3))
	for _, s := range h.sums {
		fmt.Fprintf(b, "| %.0f | %s | %s |\n", s.bytes/4, bench.Significant(1e6*s.seconds, 3),
			bench.Significant(1e6*h.link.ring(2, s.bytes), 3))
	}
	b.WriteString("\nSteps in ms, predicted by this link, and measured, by messages: those " +
		"of the best part of all rounds, with the median in brackets.\n\n" +
		"| net | ranks | nothing overlapped | all overlapped that can be | measured | measured efficiency |\n" +
		"| --- | --- | --- | --- | --- | --- |\n")
	for _, name := range works {
		n, measured := nets[name], h.steps[name]
		for i, steps := range measured {
			ranks := i + 1
			m := n.messages[ranks]
			fmt.Fprintf(b, "| %s | %d | %s | %s | %s (%s) | %.2f (%.2f) |\n", strings.ToUpper(name), ranks,
				milliseconds(n.step.apart(h.link, ranks, m)), milliseconds(n.step.overlapped(h.link, ranks, m)),
				milliseconds(steps.Least()), milliseconds(steps.Median()),
				measured[0].Least()/steps.Least(), measured[0].Median()/steps.Median())
		}
	}
}

func milliseconds(seconds float64) string { return bench.Significant(1e3*seconds, 3) }

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
