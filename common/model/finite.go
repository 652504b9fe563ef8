package model

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// smallerRate is what to do about numbers that are not finite.
const smallerRate = "try a smaller learning rate"

// checkLoss is an error if the loss is not finite; blame says why.
func checkLoss(loss float64, blame func() error) error {
	if !math.IsNaN(loss) && !math.IsInf(loss, 0) {
		return nil
	}
	return fmt.Errorf("the loss is %v: %w", loss, blame())
}

// blame names what is the first in a run of a training graph that is not finite: the data, or in the order of the
// layers a weight or an output. The caller holds the weights' lock.
func (n *Net) blame(g *Graph) error {
	for i, in := range []*gorgonia.Node{g.Input, g.Target} {
		if err := broken(in.Value()); err != nil {
			return fmt.Errorf("the %s are the first to go wrong: %w: the data must have finite numbers only",
				[]string{"inputs", "targets"}[i], err)
		}
	}
	return cmp.Or(n.firstBroken(" is the first to go wrong", n.brokenWeight, g.brokenOutput),
		errors.New("though all layers are finite: "+smallerRate))
}

// blameWeights is blame for a validation, whose rows ran through many graphs: it looks at the weights only.
func (n *Net) blameWeights() error {
	return cmp.Or(n.reading(n.checkWeights), errors.New("though all weights are finite: "+smallerRate))
}

// checkWeights is an error if a weight is not finite: after the last step no loss shows it. The caller holds the
// weights' lock.
func (n *Net) checkWeights() error { return n.firstBroken("", n.brokenWeight) }

// checkRun is an error if an output of a layer or a gradient is not finite after a run of a training graph. The caller
// holds the weights' lock.
func (n *Net) checkRun(g *Graph) error {
	return n.firstBroken("", g.brokenOutput, func(l stacked, _ int) error {
		for _, p := range l.Params {
			if i := slices.Index(n.trainable, p); i >= 0 {
				if err := broken(g.Grads[i].Value()); err != nil {
					return fmt.Errorf("the gradient of %s: %w", p.Name, err)
				}
			}
		}
		return nil
	})
}

// firstBroken is an error for the first layer of which one of the looks finds a number that is not finite. is follows
// the name of the layer.
func (n *Net) firstBroken(is string, looks ...func(l stacked, index int) error) error {
	for i, l := range n.layers {
		for _, look := range looks {
			if err := look(l, i); err != nil {
				return fmt.Errorf("layer %d (%s)%s: %w: %s", i+1, l.Kind(), is, err, smallerRate)
			}
		}
	}
	return nil
}

// brokenWeight is an error for a weight of a layer that is not finite. The caller holds the weights' lock.
func (n *Net) brokenWeight(l stacked, _ int) error {
	for _, p := range l.Params {
		if err := broken(p.Value); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// brokenOutput is an error for an output of a layer that is not finite.
func (g *Graph) brokenOutput(_ stacked, index int) (err error) {
	n := g.Layers[index]
	if g.own != nil {
		err = g.own.Compute(n)
	}
	if err = cmp.Or(err, broken(n.Value())); err != nil {
		return fmt.Errorf("its output: %w", err)
	}
	return nil
}

// broken is an error that names the first number of a tensor that is not finite.
func broken(v gorgonia.Value) error {
	t, ok := v.(*tensor.Dense)
	if !ok {
		return nil
	}
	at, value := -1, 0.0
	switch t.Dtype() {
	case tensor.Float32:
		at, value = firstNot(t.Float32s())
	case tensor.Float64:
		at, value = firstNot(t.Float64s())
	}
	if at < 0 {
		return nil
	}
	index, _ := tensor.Itol(at, t.Shape(), t.Strides()) // an error if at were none of the tensor's
	return fmt.Errorf("the number at %v is %v", index, value)
}

// firstNot is the place of the first number that is not finite, and that number; -1 if all are.
func firstNot[T kernel.Float](values []T) (int, float64) {
	if kernel.Finite(values) {
		return -1, 0
	}
	at := slices.IndexFunc(values, func(v T) bool { return v-v != 0 })
	return at, float64(values[at])
}
