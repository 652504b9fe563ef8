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

// followers is the number of viewers of a training that is timed.
const followers = 10

// training is that of the perceptron, as in its program, and what was measured of it.
type training struct {
	train, test dataset.Set
	epochs      int

	with, without report.Samples // seconds of an epoch, with the page and without
	loss          float64        // the last one, the same in all trainings
}

// viewed is the training with the page and its viewers, or without.
type viewed struct {
	*training
	page bool
}

func (v *viewed) String() string {
	if v.page {
		return "with the page"
	}
	return "without the page"
}

// run times an epoch, from the end of the first epoch to the end of the last one. The pictures of an epoch are drawn
// while the next one trains.
func (v *viewed) run() (err error) {
	work, err := bench.WorkNamed("mlp")
	if err != nil {
		return err
	}
	net, err := work.Compile()
	if err != nil {
		return err
	}
	var ends []time.Time
	fit := model.Fit{Epochs: v.epochs, Batch: work.Batch, Validation: v.test}
	if v.page {
		view := live.View{Program: work.Program, Net: net, Labels: show.Pictures(28, 28).Labels,
			Pictures: []show.Picture{show.LiveWrong(v.test), show.LiveNetwork(nil, nil)}}
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
	runtime.GC() // sweep the garbage of the training before now, not during this one
	history, err := net.Fit(context.Background(), v.train, fit)
	if err != nil {
		return err
	}
	seconds := ends[v.epochs-1].Sub(ends[0]).Seconds() / float64(v.epochs-1)
	if v.page {
		v.with = append(v.with, seconds)
	} else {
		v.without = append(v.without, seconds)
	}
	if loss := history.Last().Loss; v.loss == 0 {
		v.loss = loss
	} else if loss != v.loss {
		return fmt.Errorf("the last loss is %v, want %v: the same with the page and without", loss, v.loss)
	}
	return nil
}
