// Package bench is shared by the measuring programs in its folders: it has the trainings of the lecture's programs, and
// runs processes that time themselves. Its benchmarks time each kernel and whole training steps.
//
// The programs print the benchmarks as a table (table), measure the cost of the page of -live (live), time each
// operation of a training step (profile), compare the nets with Keras, PyTorch, JAX and stock Gorgonia (peers), with
// other batch sizes and widths (growth), on two threads and two ranks (mpi), predict steps on more ranks (scale), count
// the instructions of a step on arm64 (count), and attack the suite's programs (attack).
package bench

import (
	"fmt"
	"slices"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Work is a training of the lecture, with the net, the data and the settings of its program. A test proves that both
// have the same losses.
type Work struct {
	Name    string // as in -work
	Program string // the program's folder
	Epochs  int    // the program's default
	Batch   int    // rows per step

	// MultiplyAdds is the number of multiply-adds in the products and convolutions of a training step, for each row:
	// forward, for the gradient of the kernel and, except in the first layer, for that of the input.
	MultiplyAdds int
	Parameters   int

	load func(mnist string) (train, test dataset.Set, err error)
	net  func() (*model.Net, model.Config)
}

// StepsBefore is the number of steps that each net for digits trains before its steps are timed. After them, ReLU and
// pooling give about as many zeros as in most of the training; an untrained net has fewer.
const StepsBefore = 300

// Works returns XOR, iris, the multilayer perceptron and the convolutional network.
func Works() []Work {
	return []Work{
		{Name: "xor", Program: "xor", Epochs: 5000, Batch: 1,
			MultiplyAdds: 2*2*2 + 3*2*1, Parameters: 9, load: xorData, net: xor},
		{Name: "iris", Program: "iris", Epochs: 100, Batch: 32,
			MultiplyAdds: 2*4*32 + 3*(2*32*32+32*3), Parameters: 2371, load: irisData, net: iris},
		{Name: "mlp", Program: "mnistmlp", Epochs: 10, Batch: 100,
			MultiplyAdds: 2*784*1000 + 3*1000*10, Parameters: 795_010, load: dataset.MNIST, net: mlp},
		CNN(1),
	}
}

// CNN returns the convolutional network with width times the lecture's filters and hidden neurons.
func CNN(width float64) Work {
	scaled := func(n float64) int { return max(1, int(width*n)) }
	first, second, hidden := scaled(32), scaled(64), scaled(1000)
	return Work{Name: "cnn", Program: "mnistcnn", Epochs: 5, Batch: 32,
		MultiplyAdds: 2*(28*28*25*first) + 3*(14*14*4*first*second+49*second*hidden+hidden*10),
		Parameters:   26*first + (4*first+1)*second + (49*second+1)*hidden + (hidden+1)*10,
		load:         images, net: func() (*model.Net, model.Config) { return cnn(first, second, hidden) }}
}

func (w Work) String() string { return w.Name }

// WorkNamed returns the work with a name: xor, iris, mlp or cnn.
func WorkNamed(name string) (Work, error) {
	for _, w := range Works() {
		if w.Name == name {
			return w, nil
		}
	}
	return Work{}, fmt.Errorf("work %q: want xor, iris, mlp or cnn", name)
}

// Load reads the training set and the test set, which is empty for XOR. mnist is the folder for dataset.MNIST.
func (w Work) Load(mnist string) (train, test dataset.Set, err error) { return w.load(mnist) }

// Compile returns the compiled net with the initial weights of seed 1.
func (w Work) Compile() (*model.Net, error) { return w.CompileWith(func(*model.Config) {}) }

// CompileWith is Compile with a configuration that change may modify.
func (w Work) CompileWith(change func(*model.Config)) (*model.Net, error) {
	net, config := w.net()
	config.Seed = 1
	change(&config)
	return net, net.Compile(config)
}

// Levels returns the CPU levels that this machine supports, the fastest first.
func Levels() []string {
	var names []string
	for _, l := range slices.Backward(kernel.Levels()) {
		names = append(names, l.String())
	}
	return names
}

func xorData(string) (train, test dataset.Set, err error) { return dataset.XOR(), dataset.Set{}, nil }

func xor() (*model.Net, model.Config) {
	return model.Sequential(model.Input(2),
		layer.Dense{Units: 2, Activation: layer.Sigmoid},
		layer.Dense{Units: 1, Activation: layer.Sigmoid},
	), model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}
}

func irisData(string) (train, test dataset.Set, err error) {
	flowers, err := dataset.OpenIris("")
	if err != nil {
		return train, test, err
	}
	if flowers, err = flowers.OneHot(len(dataset.IrisSpecies), true); err != nil {
		return train, test, err
	}
	return flowers.Split(0.2, 13)
}

func iris() (*model.Net, model.Config) {
	return model.Sequential(model.Input(4),
		layer.Dense{Units: 32, Activation: layer.ReLU},
		layer.Dense{Units: 32, Activation: layer.ReLU},
		layer.Dense{Units: 32, Activation: layer.ReLU},
		layer.Dense{Units: 3, Activation: layer.Softmax},
	), adam(loss.CategoricalCrossentropy)
}

func adam(l loss.Loss) model.Config {
	return model.Config{Loss: l, Solver: solver.NewAdam(0.001), Metrics: []model.Metric{model.Accuracy}}
}

func mlp() (*model.Net, model.Config) {
	return model.Sequential(model.Input(28, 28),
		layer.Flatten{},
		layer.Dense{Units: 1000, Activation: layer.ReLU},
		layer.Dense{Units: 10, Activation: layer.Softmax},
	), adam(loss.SparseCategoricalCrossentropy)
}

func images(mnist string) (train, test dataset.Set, err error) {
	if train, test, err = dataset.MNIST(mnist); err != nil {
		return train, test, err
	}
	if train, err = train.Reshape(28, 28, 1); err != nil {
		return train, test, err
	}
	test, err = test.Reshape(28, 28, 1)
	return train, test, err
}

func cnn(first, second, hidden int) (*model.Net, model.Config) {
	return model.Sequential(model.Input(28, 28, 1),
		layer.Conv2D{Filters: first, Kernel: layer.Square(5), Padding: layer.Same, Activation: layer.ReLU}, // 28x28
		layer.MaxPool2D{}, // 14x14
		layer.Conv2D{Filters: second, Kernel: layer.Square(2), Padding: layer.Same, Activation: layer.ReLU}, // 14x14
		layer.MaxPool2D{}, // 7x7
		layer.Dropout{Rate: 0.25},
		layer.Flatten{}, // 3136 in the lecture
		layer.Dense{Units: hidden, Activation: layer.ReLU},
		layer.Dense{Units: 10, Activation: layer.Softmax},
	), adam(loss.SparseCategoricalCrossentropy)
}
