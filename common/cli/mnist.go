package cli

import (
	"context"
	"fmt"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// MNIST is dataset.ReadDigits of -data, which is MNIST from the module cache without that flag, or dataset.OpenDigits
// with -stream, and of both sets the first pictures up to -limit. An input has the given shape, of 784 pixels from 0 to
// 1; a target is the number of a class. It prints what was read from -data.
func (r *Run) MNIST(shape ...int) (train, test dataset.Set, err error) {
	names, err := r.classNames()
	if err != nil {
		return train, test, err
	}
	read := dataset.ReadDigits
	if r.Stream {
		read = dataset.OpenDigits
	}
	if train, test, err = read(r.Data, names...); err != nil {
		return train, test, err
	}
	r.PrintSource(train)
	r.classes = train.Classes()
	if r.Limit > 0 {
		train, test = train.First(r.Limit), test.First(r.Limit)
	}
	if train, err = train.Reshape(shape...); err == nil {
		test, err = test.Reshape(shape...)
	}
	return train, test, err
}

// classNames are those of -labels, a list or a file; nil: none.
func (r *Run) classNames() ([]string, error) {
	if r.labels == "" {
		return nil, nil
	}
	names, err := dataset.ReadNames(r.labels)
	if err != nil {
		return nil, fmt.Errorf("-labels: %w", err)
	}
	return names, nil
}

// prediction is that of the program. A net that reads pictures has as many labels as outputs: the names of -labels or
// of the data, else numbers from 0.
func (r *Run) prediction(net *model.Net) (*show.Prediction, error) {
	p := r.defaults.Predict
	if p == nil || p.Inputs != nil {
		return p, nil
	}
	names, err := r.classes, error(nil)
	if names == nil {
		if names, err = r.classNames(); err != nil {
			return nil, err
		}
	}
	outputs := 1
	if shape := net.OutputShape(); len(shape) == 1 {
		outputs = shape[0]
	}
	switch {
	case outputs < 2 || outputs > dataset.MaxClasses: // which is no net for pictures
		return p, nil
	case names == nil:
		names = show.Numbers(outputs)
	case len(names) != outputs:
		return nil, fmt.Errorf("-labels: %d names of classes, want %d: one for each output of the net", len(names), outputs)
	}
	return p.Named(names), nil
}

// leastAccuracy is the test accuracy of a run on MNIST that has converged: a linear model of all digits is above it.
const leastAccuracy = 0.9

// TestAccuracy prints the score of the test digits, and what to try if it is too low.
func (r *Run) TestAccuracy(_ context.Context, out show.Output, t show.Trained) error {
	out.Printf("test accuracy %.2f %%, loss %.4f\n", 100*t.Score.Accuracy, t.Score.Loss)
	if t.Test.Name() == dataset.NameOfMNIST && t.Score.Accuracy < leastAccuracy {
		out.Printf("not converged: want at least %.0f %%\n", 100*leastAccuracy)
		out.Printf("train on: %s\n", r.Command("-limit 0", fmt.Sprintf("-lr %g", r.defaults.LearningRate),
			fmt.Sprintf("-epochs %d", max(2*r.Epochs, r.defaults.Epochs))))
	}
	return nil
}
