package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// followers is the number of viewers of a timed training.
const followers = 10

// training trains the perceptron as its program does, and has the measured times.
type training struct {
	train, test dataset.Set
	epochs      int

	with, without report.Samples // seconds of an epoch, with the page and without
	loss          float64        // at the end, the same in all trainings
}

// run trains with or without the page and its viewers, and times an epoch: the mean from the end of the first epoch to
// the end of the last one. The pictures of an epoch are drawn while the next one trains.
func (t *training) run(page bool) (err error) {
	work, err := bench.WorkNamed("mlp")
	if err != nil {
		return err
	}
	net, err := work.Compile()
	if err != nil {
		return err
	}
	var ends []time.Time
	fit := model.Fit{Epochs: t.epochs, Batch: work.Batch, Validation: t.test}
	if page {
		view := live.View{Program: work.Program, Net: net, Labels: show.Pictures(28, 28).Labels,
			Pictures: []show.Picture{show.LiveWrong(t.test), show.LiveNetwork(nil, nil)}}
		a, err := gather(view, followers, "picture")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, a.leave("done")) }()
		fit.Callbacks = append(fit.Callbacks, a.page.Callback())
	}
	fit.Callbacks = append(fit.Callbacks, model.Callback{EpochEnd: func(model.Epoch) error {
		ends = append(ends, time.Now())
		return nil
	}})
	runtime.GC() // collect the garbage of the previous training now
	history, err := net.Fit(context.Background(), t.train, fit)
	if err != nil {
		return err
	}
	seconds := ends[t.epochs-1].Sub(ends[0]).Seconds() / float64(t.epochs-1)
	if page {
		t.with = append(t.with, seconds)
	} else {
		t.without = append(t.without, seconds)
	}
	if loss := history.Last().Loss; t.loss == 0 {
		t.loss = loss
	} else if loss != t.loss {
		return fmt.Errorf("the last loss is %v, want %v as in the trainings before, with and without the page", loss, t.loss)
	}
	return nil
}
