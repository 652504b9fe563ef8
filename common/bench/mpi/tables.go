package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
)

// setup is a form with one batch size.
type setup struct {
	work, name string
	cores      cores
	batch      int
}

// rates are the results of all rounds of a setup.
type rates struct {
	rate  report.Samples // images a second
	share report.Samples // of the time, in all-reduces
}

// results leaves out forms that failed in any round.
type results map[setup]rates

func collect(all []measurement) results {
	failed := map[string]bool{}
	for _, m := range all {
		if m.Error != "" {
			failed[m.Form.String()] = true
		}
	}
	r := results{}
	for _, m := range all {
		for _, l := range m.Lines {
			if l.Timed == bench.Train && !failed[m.Form.String()] {
				s := setup{m.Form.Work, m.Form.Name, m.Form.Cores, l.Batch}
				f := r[s]
				f.rate = append(f.rate, float64(l.Steps*l.Batch)/l.Seconds)
				f.share = append(f.share, l.Reduce/l.Seconds)
				r[s] = f
			}
		}
	}
	return r
}

// efficiency returns the rate of a setup divided by twice that of one thread with the given batch size, of the best
// parts and in brackets of the medians.
func (r results) efficiency(s setup, batch int) string {
	f, alone := r[s], r[setup{s.work, s.name, one, batch}]
	if len(f.rate) == 0 || len(alone.rate) == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f (%.2f)", f.rate.Most()/(2*alone.rate.Most()), f.rate.Median()/(2*alone.rate.Median()))
}

// markdown returns the report: a table for each net.
func markdown(all []measurement) string {
	var b strings.Builder
	r := collect(all)
	fmt.Fprintf(&b, "%sImages a second of the best part, with the median of all in brackets: %s s in four parts, after "+
		"the same time to warm up, each thread on its own core. Efficiency: images a second divided by twice those of one "+
		"thread, with the same rows in a step (strong) or half of them (weak). In all-reduces: the median share of the "+
		"time.\n", bench.Versions(all), report.Digits(*seconds, 3))
	for _, work := range works {
		var names []string
		for _, m := range all {
			if m.Form.Work == work && !slices.Contains(names, m.Form.Name) {
				names = append(names, m.Form.Name)
			}
		}
		t := report.NewTable("rows in a step", "", "1 thread", "2 threads", "strong", "weak", "2 ranks", "strong", "weak",
			"in all-reduces")
		for _, batch := range batches {
			for _, name := range names {
				cells := []string{fmt.Sprint(batch), name}
				for _, c := range []cores{one, twoThreads, twoRanks} {
					s := setup{work, name, c, batch}
					f := r[s]
					text := cmp.Or(f.rate.Text(f.rate.Most()), "failed")
					if cells = append(cells, text); c != one {
						cells = append(cells, r.efficiency(s, batch), r.efficiency(s, batch/2))
					}
					if c == twoRanks && name == ours && len(f.share) > 0 {
						cells = append(cells, fmt.Sprintf("%.0f %%", 100*f.share.Median()))
					}
				}
				t.Row(cells...)
			}
			if len(names) > 1 {
				t.Row(fmt.Sprint(batch), "ours, of the fastest other", r.ofPeers(work, names, one, batch),
					r.ofPeers(work, names, twoThreads, batch), "", "", r.ofPeers(work, names, twoRanks, batch))
			}
		}
		fmt.Fprintf(&b, "\n## %s\n\n%v", strings.ToUpper(work), t)
	}
	return b.String()
}

// ofPeers returns this suite's rate divided by that of the fastest peer in the same setup.
func (r results) ofPeers(work string, names []string, c cores, batch int) string {
	var fastest report.Samples
	for _, name := range names {
		if name != ours {
			fastest = append(fastest, r[setup{work, name, c, batch}].rate...)
		}
	}
	own := r[setup{work, ours, c, batch}].rate
	if len(own) == 0 || len(fastest) == 0 {
		return ""
	}
	return report.Digits(own.Most()/fastest.Most(), 3)
}
