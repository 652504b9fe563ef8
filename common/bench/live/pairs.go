package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// followers is the number of viewers of a training that is timed.
const followers = 10

// pair is the seconds of an epoch in two trainings, one behind the other.
type pair struct {
	with    float64 // the page and its viewers
	without float64
}

// ratios are how much longer an epoch takes with the page.
func ratios(pairs []pair) []float64 {
	var list []float64
	for _, p := range pairs {
		list = append(list, p.with/p.without)
	}
	return list
}

// measurePairs trains the perceptron as its program does with -live, and without. Which of the two is the first
// alternates: a machine that slows down or speeds up favours neither.
func (r *report) measurePairs(train, test dataset.Set) error {
	work, err := bench.WorkNamed("mlp")
	if err != nil {
		return err
	}
	for i := range r.size.pairs {
		t := training{work: work, train: train, test: test, epochs: r.size.epochs}
		var p pair
		var losses [2]float64
		for k := range 2 {
			watched := k == i%2
			seconds, loss, err := t.run(watched)
			if err != nil {
				return fmt.Errorf("pair %d: %w", i+1, err)
			}
			if losses[k] = loss; watched {
				p.with = seconds
			} else {
				p.without = seconds
			}
		}
		if losses[0] != losses[1] {
			return fmt.Errorf("pair %d: the last losses are %v and %v, want the same with the page and without", i+1, losses[0], losses[1])
		}
		fmt.Fprintf(os.Stderr, "pair %d of %d: an epoch of %.3f s with the page, %.3f s without\n", i+1, r.size.pairs, p.with, p.without)
		r.pairs, r.read = append(r.pairs, p), t.read
	}
	return nil
}

// training is one that is timed.
type training struct {
	work        bench.Work
	train, test dataset.Set
	epochs      int
	read        int // bytes that a viewer got
}

// run returns the seconds of an epoch, from the end of the first epoch to the end of the last one, and the last
// loss. The pictures of an epoch are drawn while the next one goes on.
func (t *training) run(watched bool) (seconds, loss float64, err error) {
	net, err := t.work.Compile()
	if err != nil {
		return 0, 0, err
	}
	var ends []time.Time
	fit := model.Fit{Epochs: t.epochs, Batch: t.work.Batch, Validation: t.test}
	if watched {
		view := live.View{Program: t.work.Program, Net: net, Labels: cli.Pictures(28, 28).Labels,
			Pictures: []show.Picture{show.LiveWrong(t.test), show.LiveNetwork(nil, nil)}}
		a, err := gather(view, followers, "picture")
		if err != nil {
			return 0, 0, err
		}
		defer func() {
			read, failure := a.leave("done")
			t.read, err = read, errors.Join(err, failure)
		}()
		fit.Callbacks = append(fit.Callbacks, a.page.Callback())
	}
	fit.Callbacks = append(fit.Callbacks, model.Callback{EpochEnd: func(model.Epoch) error {
		ends = append(ends, time.Now())
		return nil
	}})
	runtime.GC() // what the training before left is not swept in this one
	history, err := net.Fit(context.Background(), t.train, fit)
	if err != nil {
		return 0, 0, err
	}
	return ends[t.epochs-1].Sub(ends[0]).Seconds() / float64(t.epochs-1), history.Last().Loss, nil
}
