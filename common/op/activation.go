package op

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// The two activations whose inputs, the logits, a cross-entropy uses instead of their outputs.
const (
	sigmoidName = "Sigmoid"
	softmaxName = "Softmax"
)

// Sigmoid adds y = 1/(1+e^-x), elementwise; its gradient is dy·y·(1-y).
func Sigmoid(x *gorgonia.Node) (*gorgonia.Node, error) {
	return typed(sigmoidName, x,
		elementwise(sigmoidName, x, kernel.Sigmoid[float32], kernel.SigmoidGrad[float32]),
		elementwise(sigmoidName, x, kernel.Sigmoid[float64], kernel.SigmoidGrad[float64]))
}

// Tanh adds y = tanh(x), elementwise; its gradient is dy·(1-y²).
func Tanh(x *gorgonia.Node) (*gorgonia.Node, error) {
	return typed("Tanh", x,
		elementwise("Tanh", x, kernel.Tanh[float32], kernel.TanhGrad[float32]),
		elementwise("Tanh", x, kernel.Tanh[float64], kernel.TanhGrad[float64]))
}

// ReLU adds y = max(x, 0), elementwise; its gradient is dy where y > 0, and 0 elsewhere. Dense and Conv2D can include
// it.
func ReLU(x *gorgonia.Node) (*gorgonia.Node, error) {
	return typed("ReLU", x,
		elementwise("ReLU", x, kernel.ReLU[float32], kernel.ReLUGrad[float32]),
		elementwise("ReLU", x, kernel.ReLU[float64], kernel.ReLUGrad[float64]))
}

// Activate adds y = f(x), elementwise; its gradient is dy·f'(x).
func Activate(x *gorgonia.Node, f kernel.Activation) (*gorgonia.Node, error) {
	if x.IsScalar() {
		return nil, fmt.Errorf("%s: x is a scalar, want a tensor", f.Name)
	}
	return typed(f.Name, x,
		func() (*gorgonia.Node, error) { return activate[float32](x, f) },
		func() (*gorgonia.Node, error) { return activate[float64](x, f) })
}

func activate[T kernel.Float](x *gorgonia.Node, f kernel.Activation) (*gorgonia.Node, error) {
	return apply(&function[T]{
		name:  f.Name,
		shape: x.Shape(),
		run:   func(y []T, v [][]T) { kernel.Activate(y, v[0], f) },
		diff: func(n gorgonia.Nodes, _, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := apply(&function[T]{
				name:  f.Name + ".dx",
				shape: x.Shape(),
				run:   func(dx []T, v [][]T) { kernel.ActivateGrad(dx, v[0], v[1], f) },
			}, n[0], dy)
			return gorgonia.Nodes{dx}, err
		},
	}, x)
}

// elementwise adds an activation whose gradient is a function of its output.
func elementwise[T kernel.Float](name string, x *gorgonia.Node,
	forward func(y, x []T), backward func(dx, y, dy []T)) build {
	return func() (*gorgonia.Node, error) {
		if x.IsScalar() {
			return nil, fmt.Errorf("%s: x is a scalar, want a tensor", name)
		}
		return apply(&function[T]{
			name:  name,
			shape: x.Shape(),
			direct: func(y []T, v [][]T) func() error {
				x := v[0]
				return func() error { forward(y, x); return nil }
			},
			diff: func(_ gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
				dx, err := gradFromOutput(name, y, dy, backward)
				return gorgonia.Nodes{dx}, err
			},
		}, x)
	}
}

func gradFromOutput[T kernel.Float](name string, y, dy *gorgonia.Node,
	backward func(dx, y, dy []T)) (*gorgonia.Node, error) {
	return apply(&function[T]{
		name:  name + ".dx",
		shape: y.Shape(),
		direct: func(dx []T, v [][]T) func() error {
			y, dy := v[0], v[1]
			return func() error { backward(dx, y, dy); return nil }
		},
	}, y, dy)
}

// reluGrad adds dy where y > 0, and 0 elsewhere.
func reluGrad[T kernel.Float](y, dy *gorgonia.Node) (*gorgonia.Node, error) {
	if afterReLU := maskable[T](dy); afterReLU != nil {
		if dx, err := afterReLU(y); dx != nil || err != nil {
			return dx, err
		}
	}
	return gradFromOutput("ReLU", y, dy, kernel.ReLUGrad[T])
}

// maskBefore is afterReLU for a gradient dx that add computes from dy. For each element of dy that it passes on, x > 0
// if and only if y > 0. So masking dy by y, closer to the computation of dy, gives the same as masking dx by x.
func maskBefore[T kernel.Float](x, y, dy *gorgonia.Node,
	add func(dy *gorgonia.Node) (*gorgonia.Node, error)) func(x *gorgonia.Node) (*gorgonia.Node, error) {
	return func(of *gorgonia.Node) (*gorgonia.Node, error) {
		if of != x {
			return nil, nil
		}
		masked, err := reluGrad[T](y, dy)
		if err != nil {
			return nil, err
		}
		return add(masked)
	}
}

// maskable is afterReLU of the gradient dy, or nil.
func maskable[T kernel.Float](dy *gorgonia.Node) func(x *gorgonia.Node) (*gorgonia.Node, error) {
	switch f := dy.Op().(type) {
	case *function[T]:
		return f.afterReLU
	case *view[T]:
		return f.afterReLU
	}
	return nil
}

// Softmax adds y = e^x / sum(e^x) along the last axis.
func Softmax(x *gorgonia.Node) (*gorgonia.Node, error) {
	if x.IsScalar() {
		return nil, fmt.Errorf("Softmax: x is a scalar, want a tensor")
	}
	return typed(softmaxName, x, softmax[float32](x), softmax[float64](x))
}

func softmax[T kernel.Float](x *gorgonia.Node) build {
	rows, cols := flat(x.Shape())
	return elementwise(softmaxName, x,
		func(y, x []T) { kernel.Softmax(y, x, rows, cols) },
		func(dx, y, dy []T) { kernel.SoftmaxGrad(dx, y, dy, rows, cols) })
}

// Logits returns the input of the Softmax or Sigmoid whose output is y; false if y is the output of another operation.
// A cross-entropy computes with it, as in Keras, because the logarithm of a small probability loses digits that the
// logits have.
func Logits(y *gorgonia.Node) (*gorgonia.Node, bool) {
	var name string
	switch f := y.Op().(type) {
	case *function[float32]:
		name = f.name
	case *function[float64]:
		name = f.name
	}
	if name != sigmoidName && name != softmaxName {
		return nil, false
	}
	// a subgraph, because a graph's own index is stale after Gorgonia removes a node (package vm)
	children := y.Graph().ExactSubgraphRoots(y).From(y.ID())
	children.Next()
	x, ok := children.Node().(*gorgonia.Node)
	return x, ok
}
