package cli

import (
	"errors"
	"fmt"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/solver"
)

// Fit says how to train the net of Compile: by the flags of the run, on all of its ranks, with its checkpoints and
// the page of -live, and with its progress on standard output. The program's own callbacks come first.
func (r *Run) Fit(validation model.Data, own ...model.Callback) model.Fit {
	if r.net == nil {
		own = append(own, model.Callback{TrainBegin: func(model.Run) error { return errors.New("cli: Fit wants the net of Compile") }})
	}
	fit := model.Fit{Epochs: r.Epochs, Batch: r.Batch, Check: r.check, Validation: validation, Callbacks: append(own, r.callbacks()...)}
	if r.group != nil {
		fit.Distribution = ranks.New(r.group)
	}
	return fit
}

func (r *Run) callbacks() []model.Callback {
	var list []model.Callback
	if r.group != nil {
		list = append(list, r.together())
	}
	list = append(list, r.keepers()...)
	if r.warmUp > 0 && r.net != nil {
		list = append(list, r.warmUpCallback())
	}
	if r.page != nil {
		list = append(list, r.page.Callback())
	}
	if !r.screen.Silent() {
		list = append(list, r.screen.Callback())
	}
	return list
}

// keepers are the callbacks that keep the run, and leave what there is of an interrupted one.
func (r *Run) keepers() []model.Callback {
	if r.net == nil || r.helper() {
		return nil
	}
	k := &checkpoint.Keeper{
		Net: r.net, Path: r.checkpointTo, Every: r.checkpointEvery, Rescue: r.Path(rescueName),
		Best: r.keep == "best", Patience: r.patience, Warn: func(err error) {
			r.warn(fmt.Errorf("%w: training continues, and tries again after the next epoch", err))
		},
	}
	if r.resumed != nil {
		k.Resumed = r.resumed.Best
	}
	r.keeper, r.breakOff = k, ""
	if r.checkpointTo != "" {
		k.Info = r.info()
	}
	end := model.Callback{TrainEnd: func(h *model.History) error {
		r.printEnd(k, h)
		return nil
	}, Interrupted: r.interrupted}
	// the rows are read for the Info only where it is needed
	return []model.Callback{{Interrupted: func(*model.History) error {
		if r.checkpointTo == "" {
			k.Info = r.info()
			if err := model.DataErr(r.data); err != nil { // the Info is not that of the data
				r.warn(fmt.Errorf("no checkpoint is left: %w", err))
				k.Rescue = ""
			}
		}
		return nil
	}}, k.Callback(), end}
}

// printEnd says what -patience and -keep have done.
func (r *Run) printEnd(k *checkpoint.Keeper, h *model.History) {
	best, last := k.BestEpoch(), h.Last().Epoch
	if best == 0 {
		return
	}
	if r.patience > 0 && last-best >= r.patience {
		r.Printf("stopped: the loss has not fallen since epoch %d\n", best)
	}
	if r.keep == "best" && best != last {
		r.Printf("the net has the weights of epoch %d, the best one\n", best)
	}
}

// scaleRate sets the learning rate that training ends with, for batches of b times the rows b times that of the
// program (Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017).
func (r *Run) scaleRate() error {
	r.firstRate = r.LearningRate
	if r.rateScale != "linear" {
		return nil
	}
	r.LearningRate *= float64(r.Batch) / float64(r.defaults.Batch)
	if _, err := rate(fmt.Sprint(r.LearningRate)); err != nil {
		return fmt.Errorf("-lr %g -lr-scale linear -batch %d: a learning rate of %g: %w", r.firstRate, r.Batch, r.LearningRate, err)
	}
	return nil
}

// warmUpCallback raises the learning rate of the net's solver before each step of the first epochs, as Goyal et al. do: the
// large one is too much for weights that have just been drawn.
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
