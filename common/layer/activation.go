package layer

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
)

// Activation is the function after a layer's sum.
type Activation int

const (
	Linear      Activation = iota // y = x
	Sigmoid                       // y = 1/(1+e^-x)
	Tanh                          // y = tanh(x)
	ReLU                          // y = max(x, 0)
	Softmax                       // y = e^x / sum(e^x) over the last axis
	ELU                           // y = x above 0, e^x - 1 below
	SELU                          // y = 1.0507·x above 0, 1.7581·(e^x - 1) below
	GELU                          // y = x·Φ(x), Φ(x) the chance that a normal number is below x
	SiLU                          // y = x·sigmoid(x), also called swish
	Softplus                      // y = log(1 + e^x)
	Softsign                      // y = x/(1 + |x|)
	Exponential                   // y = e^x
	HardSigmoid                   // y = x/6 + 1/2, clipped to [0, 1]; in Keras 2 it was x/5 + 1/2
	LeakyReLU                     // y = x above 0, 0.2·x below
	ReLU6                         // y = max(x, 0), at most 6
)

// activations has Keras' name of each activation, and the function that adds it as a node.
var activations = [...]struct {
	name string
	add  func(x *gorgonia.Node) (*gorgonia.Node, error)
}{
	Linear:      {"linear", func(x *gorgonia.Node) (*gorgonia.Node, error) { return x, nil }},
	Sigmoid:     {"sigmoid", op.Sigmoid},
	Tanh:        {"tanh", op.Tanh},
	ReLU:        {"relu", op.ReLU},
	Softmax:     {"softmax", op.Softmax},
	ELU:         {"elu", elementwise(kernel.ELU(1))},
	SELU:        {"selu", elementwise(kernel.SELU)},
	GELU:        {"gelu", elementwise(kernel.GELU)},
	SiLU:        {"silu", elementwise(kernel.SiLU)},
	Softplus:    {"softplus", elementwise(kernel.Softplus)},
	Softsign:    {"softsign", elementwise(kernel.Softsign)},
	Exponential: {"exponential", elementwise(kernel.Exponential)},
	HardSigmoid: {"hard_sigmoid", elementwise(kernel.HardSigmoid)},
	LeakyReLU:   {"leaky_relu", elementwise(kernel.LeakyReLU(leakySlope))},
	ReLU6:       {"relu6", elementwise(kernel.ClippedReLU(0, 0, 6))},
}

// leakySlope is 0.2 as TensorFlow has it for every dtype: rounded to float32.
const leakySlope = float64(float32(0.2))

func elementwise(f kernel.Activation) func(x *gorgonia.Node) (*gorgonia.Node, error) {
	return func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.Activate(x, f) }
}

// ParseActivation finds an activation by Keras' name.
func ParseActivation(name string) (a Activation, ok bool) {
	for a, known := range activations {
		if known.name == name {
			return Activation(a), true
		}
	}
	return 0, false
}

func (a Activation) known() bool { return a >= 0 && int(a) < len(activations) }

// String is Keras' name of the activation.
func (a Activation) String() string {
	if !a.known() {
		return fmt.Sprintf("Activation(%d)", int(a))
	}
	return activations[a].name
}

func (a Activation) check() error {
	if !a.known() {
		return fmt.Errorf("unknown activation %v, want one of the constants of package layer, Linear to ReLU6", a)
	}
	return nil
}

// apply adds the activation as a node of its own.
func (a Activation) apply(x *gorgonia.Node) (*gorgonia.Node, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	return activations[a].add(x)
}

// finish adds the activation of a layer, unless it is ReLU, which the layer's own node includes.
func (a Activation) finish(x *gorgonia.Node) (*gorgonia.Node, error) {
	if a == ReLU {
		return x, nil
	}
	return a.apply(x)
}
