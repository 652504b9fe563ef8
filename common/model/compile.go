package model

import (
	"errors"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/shape"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/random"
	"gorgonia-lectures/common/solver"
)

// Config is what Compile needs beside the layers.
type Config struct {
	Loss    loss.Loss
	Solver  gorgonia.Solver // package solver has Keras'; any other works too, for this net alone
	Metrics []Metric
	Seed    uint32       // of keras.utils.set_random_seed: weights, order of rows and dropout are Keras' from then on
	Dtype   tensor.Dtype // tensor.Float32 if zero; tensor.Float64 for proofs
	Machine MachineFunc  // package vm's machine if nil
	Start   *State       // continue from here instead of drawing weights; its seed replaces Seed

	Unmeasured []string // Keras' names of a loaded file's metrics that are not in Metrics; Compile ignores them
}

// Compile checks the net, draws the parameters and builds a graph of one row. An error names the layer, counted
// from 1: `layer 3 (Conv2D): kernel 5x5 does not fit an input of 4x4`. After an error the net is not compiled, even
// if it was before. Compile fails during a Fit, also from its callbacks.
func (n *Net) Compile(c Config) error {
	if !n.fitting.TryLock() {
		return errFitting
	}
	defer n.fitting.Unlock()
	n.weights.Lock()
	defer n.weights.Unlock()
	n.compiled = false
	if err := n.check(&c); err != nil {
		return err
	}
	n.config = c
	n.config.Start = nil // frees its weights
	n.graphs.reset()
	if err := n.start(c.Start); err != nil {
		return err
	}
	mode := Train
	if loss.Computable(c.Loss) != nil {
		mode = Forward
	}
	g, err := n.buildLocked(graphKey{mode: mode, Shard: whole(1)})
	if err != nil {
		return err
	}
	n.graphs.put(g)
	var layers []layer.Layer
	for _, l := range n.layers {
		layers = append(layers, l.Layer.Layer)
	}
	n.probabilities = loss.Probabilities(c.Loss, g.Output, layer.LinearOutput(layers))
	n.compiled = true
	return nil
}

var errFitting = errors.New("a Fit of this net is running")

// start gives the parameters their first values: those of the state, or drawn ones if it is nil.
func (n *Net) start(state *State) error {
	if state != nil {
		return n.resume(*state)
	}
	n.step, n.epoch, n.run = 0, 0, nil
	seeds := n.drawSeeds()
	for i, p := range n.params {
		values := p.initializer.Init(p.shape, n.config.Dtype, random.NewDraw(uint64(seeds[i]), 0))
		if got, want := len(values), p.Size(); got != want {
			return fmt.Errorf("%s: the initializer gave %d values, want %d for the shape %v",
				p.Name, got, want, p.shape)
		}
		p.Value = newTensor(n.config.Dtype, p.shape)
		SetFloat64s(p.Value, values)
	}
	return nil
}

// drawSeeds gives a seed to each layer that draws random numbers, and lists those of the initializers of all
// parameters.
func (n *Net) drawSeeds() (params []uint32) {
	n.python = *random.NewPython(n.config.Seed)
	input := n.input
	for i := range n.layers {
		l := &n.layers[i]
		own, training := layer.Seeds(l.Layer.Layer, input, &n.python)
		params, l.seed, input = append(params, own...), training, l.Output
	}
	return params
}

// Random is Python's generator as it is after set_random_seed and the making of the net: what the program draws next.
// The net must be compiled.
func (n *Net) Random() *random.Python {
	python := n.python
	return &python
}

// Validate returns the error that Compile would give for the layers. It draws no weights.
func (n *Net) Validate() error {
	if _, err := shape.Size(n.input, 1, math.MaxInt32); err != nil {
		return fmt.Errorf("input %v: %w", n.input, err)
	}
	if len(n.input) == 0 || len(n.layers) == 0 {
		return errors.New("a net needs an input shape and at least one layer")
	}
	for i, l := range n.layers {
		if err := l.check(); err != nil {
			return n.layerError(i, err)
		}
	}
	return nil
}

// check validates the layers and the configuration, and fills in the defaults.
func (n *Net) check(c *Config) error {
	if err := n.Validate(); err != nil {
		return err
	}
	if c.Loss == nil {
		return errors.New("compile: no loss: set Config.Loss")
	}
	if c.Solver == nil {
		return errors.New("compile: no solver: set Config.Solver")
	}
	if err := solver.Validate(c.Solver); err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	for _, m := range c.Metrics {
		if m != Accuracy {
			return fmt.Errorf("compile: unknown metric %v", m)
		}
		if len(n.output()) > 1 {
			return fmt.Errorf("compile: the accuracy of an output of %v is not defined, want one axis, (classes): "+
				"put a Flatten before the last layer", n.output())
		}
	}
	switch c.Dtype {
	case tensor.Dtype{}:
		c.Dtype = tensor.Float32
	case tensor.Float32, tensor.Float64:
	default:
		return fmt.Errorf("compile: dtype %v, want float32 or float64", c.Dtype)
	}
	if c.Machine == nil {
		c.Machine = OwnMachine
	}
	return nil
}

// check is an error if the layer does not fit, or has impossible parameters: a mistyped size is found before memory is
// allocated.
func (l stacked) check() error {
	if l.err != nil {
		return l.err
	}
	if _, err := shape.Size(l.Output, 1, math.MaxInt32); err != nil {
		return fmt.Errorf("output %v: %w", tensor.Shape(l.Output), err)
	}
	for _, p := range l.Params {
		if _, err := shape.Size(p.shape, 1, math.MaxInt32); err != nil {
			return fmt.Errorf("%s %v: %w", p.Name, p.shape, err)
		}
		if len(p.shape) == 0 {
			return fmt.Errorf("%s is a scalar, want at least one axis", p.Name)
		}
		if p.initializer == nil {
			return fmt.Errorf("%s has no initializer", p.Name)
		}
	}
	return nil
}

func (n *Net) layerError(i int, err error) error {
	l := n.layers[i]
	if l.Layer.Layer == nil {
		return fmt.Errorf("layer %d %w", i+1, err)
	}
	return fmt.Errorf("layer %d (%s): %w", i+1, l.Kind(), err)
}
