package cli

import (
	"fmt"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// MNIST is dataset.MNIST from the folder of -data, or dataset.OpenDigits with -stream, and of both sets
// the first digits up to -limit. The inputs have the shape [28 28] and the targets [], the digit.
func (o Options) MNIST() (train, test dataset.Set, err error) {
	open := dataset.MNIST
	if o.Stream {
		open = dataset.OpenDigits
	}
	train, test, err = open(o.Data)
	if err == nil && o.Limit > 0 {
		train, test = train.First(o.Limit), test.First(o.Limit)
	}
	return train, test, err
}

// leastAccuracy is the test accuracy below which a run on MNIST says that it has not learned enough. A linear
// model of all digits is above it.
const leastAccuracy = 0.9

// TestAccuracy prints the score of the test digits, and what to try if it is too low.
func (o Options) TestAccuracy(score model.Score, d Defaults) {
	o.Printf("test accuracy %.2f %%, loss %.4f\n", 100*score.Accuracy, score.Loss)
	if score.Accuracy < leastAccuracy {
		o.Printf("not converged: want at least %.0f %%\n", 100*leastAccuracy)
		o.Printf("train on: %s\n", o.Command("-limit 0", fmt.Sprintf("-lr %g", d.LearningRate),
			fmt.Sprintf("-epochs %d", max(2*o.Epochs, d.Epochs))))
	}
}
