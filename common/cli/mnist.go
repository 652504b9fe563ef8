package cli

import "gorgonia-lectures/common/dataset"

// MNIST is dataset.MNIST from the folder of -data, and of both sets the first digits up to -limit.
// The inputs have the shape [28 28] and the targets [], the digit.
func (o Options) MNIST() (train, test dataset.Set, err error) {
	train, test, err = dataset.MNIST(o.Data)
	if err == nil && o.Limit > 0 {
		train, test = train.First(o.Limit), test.First(o.Limit)
	}
	return train, test, err
}
