// Package model trains nets of layers: Sequential, Compile, Fit, Evaluate, Predict, as in Keras, on
// Gorgonia underneath.
//
// A model owns its parameters. Graphs are built on demand for a mode (training, evaluation,
// prediction) and a number of rows, all on the same parameter tensors: the last, smaller batch of an
// epoch has a graph of its own. Gradients come from gorgonia.Grad, and weights move through a
// gorgonia.Solver.
//
// A layer and a loss of its own need no change here: README.md of the folder common says where to add them.
//
// A seed is that of keras.utils.set_random_seed: initial weights, the order of rows and dropout are those of Keras
// 3.15.1 on TensorFlow's CPU. They are functions of the seed and of counters, not of a random state: see package random.
package model

import (
	"errors"
	"fmt"
	"sync"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/random"
)

// InputShape is the shape of one row, without the axis of the rows.
type InputShape []int

// Input names the shape of one row: Input(28, 28, 1).
func Input(shape ...int) InputShape { return InputShape(shape) }

// Net is a stack of layers. Once it is compiled, its methods may be called from several goroutines;
// beside a Fit another Fit or Compile is an error. Compile itself runs alone.
type Net struct {
	input  tensor.Shape
	layers []stacked
	params []*Param

	trainable []*Param // those of params that the solver moves

	config   Config
	compiled bool

	fitting sync.Mutex   // held by Fit and Compile
	weights sync.RWMutex // write: a training step; read: prediction
	graphs  graphPool

	python        random.Python       // after the seeds of the layers
	step          uint64              // training steps done; dropout is a function of it
	epoch         int                 // epochs done; a reshuffle is a function of it
	run           *Position           // of the running Fit, or of the one to resume
	probabilities func(row []float64) // of logits, in place; nil: the output is none
}

// stacked is a layer with what the layers before it decide.
type stacked struct {
	Layer
	err  error  // why it does not fit
	seed uint32 // of the random numbers that it draws while training; set by Compile

	batchStatistics bool // in training it computes statistics of the whole batch; set by Compile
}

// Param is a weight of the net.
type Param struct {
	Name      string        // layer and parameter: "dense_1.kernel"
	Value     *tensor.Dense // of the model's dtype; change it through SetWeights
	Trainable bool          // the solver moves it; false for moving statistics and frozen layers

	shape       tensor.Shape
	initializer layer.Initializer
	regularizer layer.Regularizer
	nonNegative bool
}

// Sequential stacks layers on an input. What does not fit is reported by Compile.
func Sequential(input InputShape, layers ...layer.Layer) *Net {
	n := &Net{input: tensor.Shape(append([]int(nil), input...))}
	names := layer.Names{}
	shape := n.input
	for _, l := range layers {
		p, output := stacked{Layer: Layer{Layer: l}, err: errors.New("is nil")}, tensor.Shape(nil)
		if l != nil {
			p.Name = names.Next(l.Kind())
			output, p.err = l.OutputShape(shape)
		}
		if p.err != nil {
			n.layers = append(n.layers, p)
			return n
		}
		for _, s := range l.Params(shape) {
			param := &Param{Name: p.Name + "." + s.Name, Trainable: !s.NonTrainable,
				shape: s.Shape, initializer: s.Initializer, regularizer: s.Regularizer, nonNegative: s.NonNegative}
			n.params = append(n.params, param)
			if param.Trainable {
				n.trainable = append(n.trainable, param)
			}
			p.Params = append(p.Params, param)
		}
		p.Output, shape = output, output
		n.layers = append(n.layers, p)
	}
	return n
}

// output is the shape of one row of the prediction.
func (n *Net) output() tensor.Shape { return n.layers[len(n.layers)-1].Output }

// accuracy reports whether the accuracy is measured.
func (n *Net) accuracy() bool { return len(n.config.Metrics) > 0 }

// Params lists the weights in the order of the layers, kernel before bias, those that are not trainable among them.
// The net shares them: read them between steps only.
func (n *Net) Params() []*Param { return n.params }

// Trainable lists those of Params that training changes by gradients, in the same order.
func (n *Net) Trainable() []*Param { return n.trainable }

// Weights copies all parameters, in the order of Params; while a Fit runs, those of its last whole step. It is nil for
// a net that is not compiled.
func (n *Net) Weights() []*tensor.Dense { return n.CopyWeights(nil) }

// CopyWeights is Weights in the memory of an earlier copy of this net's weights; nil is none.
func (n *Net) CopyWeights(earlier []*tensor.Dense) []*tensor.Dense {
	if !n.compiled {
		return nil
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	if earlier == nil {
		earlier = make([]*tensor.Dense, len(n.params))
	}
	for i, p := range n.params {
		if earlier[i] == nil {
			earlier[i] = newTensor(n.config.Dtype, p.shape)
		}
		overwrite(earlier[i], p.Value)
	}
	return earlier
}

// SetWeights copies all parameters from tensors of their dtype, in the order of Params, row-major.
func (n *Net) SetWeights(values []*tensor.Dense) error {
	if !n.compiled {
		return errNotCompiled
	}
	if err := n.checkValues(values); err != nil {
		return err
	}
	n.weights.Lock()
	defer n.weights.Unlock()
	for i, p := range n.params {
		overwrite(p.Value, values[i])
	}
	return nil
}

// checkValues is an error unless each tensor has as many values as its parameter, in the net's dtype, and no variance
// is negative.
func (n *Net) checkValues(values []*tensor.Dense) error {
	if len(values) != len(n.params) {
		return fmt.Errorf("%d weights, want %d", len(values), len(n.params))
	}
	for i, p := range n.params {
		if got, want := values[i].Shape().TotalSize(), p.Size(); got != want {
			return fmt.Errorf("%s: %d values, want %d for the shape %v", p.Name, got, want, p.shape)
		}
		if got := values[i].Dtype(); got != n.config.Dtype {
			return fmt.Errorf("%s: values of %v, want %v", p.Name, got, n.config.Dtype)
		}
		if err := p.Check(values[i]); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// Check is an error for values that the parameter cannot have: a variance below 0.
func (p *Param) Check(values *tensor.Dense) error {
	if !p.nonNegative {
		return nil
	}
	for i, v := range Float64s(values) {
		if v < 0 {
			return fmt.Errorf("value %d is %v, want at least 0: it is a variance", i, v)
		}
	}
	return nil
}

var errNotCompiled = errors.New("the model is not compiled: call Compile first")
