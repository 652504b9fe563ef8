package main

import (
	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/mpirun"
)

// figures are what all rounds of one form gave in one setup.
type figures struct {
	form  string
	setup setup
	rate  bench.Samples // images a second
	share bench.Samples // of the time in all-reduces
	err   string
}

// stepMilliseconds is the least time of a step.
func (f *figures) stepMilliseconds() float64 { return 1e3 * float64(f.setup.batch) / f.rate.Most() }

// figuresOf collects a net's, in the order of the setups and of the forms of the first round.
func (r *report) figuresOf(work string) []*figures {
	var list []*figures
	for _, s := range setups {
		first := len(list)
		for _, m := range r.Measurements {
			if m.Work != work || m.Ranks != s.ranks() {
				continue
			}
			f := named(list[first:], m.Name, s)
			if f == nil {
				f = &figures{form: m.Name, setup: s}
				list = append(list, f)
			}
			f.add(m)
		}
	}
	return list
}

func (f *figures) add(m measurement) {
	if m.Error != "" {
		f.err = m.Error
		return
	}
	for _, l := range m.Lines {
		if l.Timed == mpirun.TimedTrain && l.Batch == f.setup.batch {
			f.rate = append(f.rate, float64(l.Steps*l.Batch)/l.Seconds)
			f.share = append(f.share, l.Reduce/l.Seconds)
		}
	}
}

func named(list []*figures, form string, s setup) *figures {
	for _, f := range list {
		if f.form == form && f.setup == s {
			return f
		}
	}
	return nil
}

// efficiency is the rate of two ranks by twice that of one, which has the same rows in a step as each of the two in
// weak scaling and as the two together in strong scaling; of the best and of the median rates.
func efficiency(list []*figures, f *figures) (best, median float64, ok bool) {
	form := f.form
	if form == messages {
		form = ours
	}
	one := named(list, form, setup{alone, f.setup.base, f.setup.base})
	if f.setup.ranks() == 1 || one == nil || len(one.rate) == 0 || len(f.rate) == 0 {
		return 0, 0, false
	}
	ranks := float64(f.setup.ranks())
	return f.rate.Most() / (ranks * one.rate.Most()), f.rate.Median() / (ranks * one.rate.Median()), true
}

// ofPeers is the rate by that of the fastest form of PyTorch in the same setup.
func ofPeers(list []*figures, f *figures) (ratio float64, ok bool) {
	fastest := 0.0
	for _, other := range list {
		if peer(other.form) && other.setup == f.setup {
			fastest = max(fastest, other.rate.Most())
		}
	}
	if fastest == 0 || len(f.rate) == 0 {
		return 0, false
	}
	return f.rate.Most() / fastest, true
}
