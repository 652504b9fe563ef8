package cli

import (
	"fmt"

	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// defineRate offers how the learning rate follows the batch.
func defineRate(c *command, opt *Options) {
	offer(c, "lr-scale", &opt.rateScale, "none", oneOf("none", "linear"),
		"let the learning rate grow with the batch: `none|linear`, by -batch over the program's own (default none)")
	offer(c, "warmup", &opt.warmUp, 0, count(0),
		"raise the learning rate from -lr to that of -lr-scale over the first `N` epochs (default 0)")
}

// scaleRate sets the learning rate that training ends with, for batches of b times the rows b times that of the
// program (Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017).
func (o *Options) scaleRate() error {
	o.firstRate = o.LearningRate
	if o.rateScale != "linear" {
		return nil
	}
	o.LearningRate *= float64(o.Batch) / float64(o.defaults.Batch)
	if _, err := rate(fmt.Sprint(o.LearningRate)); err != nil {
		return fmt.Errorf("-lr %g -lr-scale linear -batch %d: a learning rate of %g: %w", o.firstRate, o.Batch, o.LearningRate, err)
	}
	return nil
}

// warmUpCallback raises the learning rate of the net's solver before each step of the first epochs, as Goyal et al. do: the
// large one is too much for weights that have just been drawn.
func (o Options) warmUpCallback(net *model.Net) model.Callback {
	rate, steps, all := solver.LearningRate(net.Config().Solver), 0, 0
	set := func() {
		*rate = o.LearningRate
		if steps < all {
			*rate = o.firstRate + (o.LearningRate-o.firstRate)*float64(steps)/float64(all)
		}
	}
	return model.Callback{
		TrainBegin: func(run model.Run) error {
			steps, all = len(run.Before)*run.Batches+run.Steps, o.warmUp*run.Batches
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
