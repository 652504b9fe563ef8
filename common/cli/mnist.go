package cli

import (
	"context"
	"fmt"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/show"
)

// MNIST is dataset.MNIST from the folder of -data, or dataset.OpenDigits with -stream, and of both sets the first
// digits up to -limit. An input has the given shape, of 784 pixels from 0 to 1; a target is the digit.
func (r *Run) MNIST(shape ...int) (train, test dataset.Set, err error) {
	open := dataset.MNIST
	if r.Stream {
		open = dataset.OpenDigits
	}
	if train, test, err = open(r.Data); err != nil {
		return train, test, err
	}
	if r.Limit > 0 {
		train, test = train.First(r.Limit), test.First(r.Limit)
	}
	if train, err = train.Reshape(shape...); err == nil {
		test, err = test.Reshape(shape...)
	}
	return train, test, err
}

// leastAccuracy is the test accuracy of a run on MNIST that has converged: a linear model of all digits is above it.
const leastAccuracy = 0.9

// TestAccuracy prints the score of the test digits, and what to try if it is too low.
func (r *Run) TestAccuracy(_ context.Context, out show.Output, t show.Trained) error {
	out.Printf("test accuracy %.2f %%, loss %.4f\n", 100*t.Score.Accuracy, t.Score.Loss)
	if t.Score.Accuracy < leastAccuracy {
		out.Printf("not converged: want at least %.0f %%\n", 100*leastAccuracy)
		out.Printf("train on: %s\n", r.Command("-limit 0", fmt.Sprintf("-lr %g", r.defaults.LearningRate),
			fmt.Sprintf("-epochs %d", max(2*r.Epochs, r.defaults.Epochs))))
	}
	return nil
}
