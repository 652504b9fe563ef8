package cli

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/cli/internal/flags"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/solver"
)

// Fit says how to train the net of Compile: by the flags of the run, on all of its ranks, with its checkpoints and
// the page of -live, and with its progress on standard output. The program's own callbacks come first.
func (r *Run) Fit(validation dataset.Data, own ...model.Callback) model.Fit {
	if r.net == nil {
		missing := errors.New("cli: Fit before Compile: give Run.Compile the net to train")
		own = append(own, model.Callback{TrainBegin: func(model.Run) error { return missing }})
	}
	fit := model.Fit{Epochs: r.Epochs, Batch: r.Batch, Reshuffle: r.reshuffle, Check: r.check, Validation: validation}
	if r.group != nil {
		fit.Distribution = ranks.New(r.group)
		own = append(own, r.together())
	}
	own = append(own, r.events()...)
	own = append(own, r.keepers()...)
	if r.warmUp > 0 && r.net != nil && r.Epochs > 0 {
		own = append(own, r.warmUpCallback())
	}
	if r.page != nil {
		own = append(own, r.page.Callback())
	}
	if !r.screen.Silent() {
		own = append(own, r.screen.Callback())
	}
	fit.Callbacks = own
	return fit
}

// keepers are the callbacks that write checkpoints, and save what an interrupted run has done.
func (r *Run) keepers() []model.Callback {
	if r.net == nil || r.helper() {
		return nil
	}
	k := &checkpoint.Keeper{
		Net: r.net, Path: r.checkpointTo, Every: r.checkpointEvery, Rescue: r.Path(rescueName),
		Best: r.keep == "best", Patience: r.patience, Warn: r.later,
	}
	if r.resumed != nil {
		k.Resumed = r.resumed.Best
	}
	r.keeper, r.interruptedIn = k, ""
	list := []model.Callback{k.Callback(), {TrainEnd: r.trainEnd, Interrupted: r.saveInterrupted}}
	if r.checkpointTo != "" {
		k.Info = r.info()
		return list
	}
	// without -checkpoint the rows are read for the Info only when an interrupt needs it
	return slices.Insert(list, 0, model.Callback{Interrupted: func(*model.History) error {
		k.Info = r.info()
		if err := dataset.Err(r.data); err != nil { // the Info is not that of the data
			r.warn(fmt.Errorf("no checkpoint is saved: %w", err))
			k.Rescue = ""
		}
		return nil
	}})
}

// trainEnd prints what -patience and -keep have done, and reports a checkpoint that lacks the last state of the run.
func (r *Run) trainEnd(h *model.History) error {
	if err := r.keeper.Err(); err != nil {
		r.fail(err)
	}
	best, last := r.keeper.BestEpoch(), h.Last().Epoch
	if best > 0 && r.patience > 0 && last-best >= r.patience {
		r.Printf("stopped: the loss has not fallen since epoch %d\n", best)
	}
	if best > 0 && r.keep == "best" && best != last {
		r.Printf("the net has the weights of epoch %d, the best one\n", best)
	}
	return nil
}

// scaleRate sets the learning rate after the warm-up: batches of b times the program's rows train at b times its rate
// (Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017).
func (r *Run) scaleRate() error {
	r.firstRate = r.LearningRate
	if r.rateScale != "linear" {
		return nil
	}
	r.LearningRate *= float64(r.Batch) / float64(r.defaults.Batch)
	if _, err := flags.Rate(fmt.Sprint(r.LearningRate)); err != nil {
		return fmt.Errorf("-lr %g -lr-scale linear -batch %d: a learning rate of %g: %w",
			r.firstRate, r.Batch, r.LearningRate, err)
	}
	return nil
}

// warmUpCallback raises the learning rate of the net's solver before each step of the first epochs, as Goyal et al. do:
// the final one is too large for weights that have just been drawn.
func (r *Run) warmUpCallback() model.Callback {
	rate, steps, all := solver.LearningRate(r.net.Config().Solver), 0, 0
	set := func() {
		*rate = r.LearningRate
		if steps < all {
			*rate = r.firstRate + (r.LearningRate-r.firstRate)*float64(steps)/float64(all)
		}
	}
	return model.Callback{
		TrainBegin: func(run model.Run) error {
			steps, all = len(run.Before)*run.Batches+run.Steps, r.warmUp*run.Batches
			set()
			return nil
		},
		BatchEnd: func(model.Batch) error {
			if steps++; steps <= all {
				set()
			}
			return nil
		},
	}
}
