package model

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// What to do about numbers that are not finite.
const (
	smallerRate = "try a smaller learning rate"
	otherData   = "the data must have finite numbers only"
)

// checkLoss is an error if the loss is not finite; blame says why.
func checkLoss(loss float64, blame func() string) error {
	if !math.IsNaN(loss) && !math.IsInf(loss, 0) {
		return nil
	}
	return fmt.Errorf("the loss is %v: %s", loss, blame())
}

// blame names what is the first in a run of the graph that is not finite: the data, or in the order of the layers a
// weight or an output. The caller holds the weights' lock.
func (n *Net) blame(g *Graph) string {
	if bad := broken(g.Input.Value()); bad != "" {
		return "the inputs are the first to go wrong: " + bad + ": " + otherData
	}
	if g.Target != nil {
		if bad := broken(g.Target.Value()); bad != "" {
			return "the targets are the first to go wrong: " + bad + ": " + otherData
		}
	}
	for i, l := range n.layers {
		bad := n.brokenWeight(l)
		if bad == "" {
			if bad = g.brokenOutput(i); bad != "" {
				bad = "its output: " + bad
			}
		}
		if bad != "" {
			return fmt.Sprintf("layer %d (%s) is the first to go wrong: %s: %s", i+1, l.Kind(), bad, smallerRate)
		}
	}
	return "though all layers are finite: " + smallerRate
}

// brokenWeight names a weight of a layer that is not finite; "" if all are. The caller holds the weights' lock.
func (n *Net) brokenWeight(l stacked) string {
	for _, p := range l.Params {
		if bad := broken(p.Value); bad != "" {
			return p.Name + ": " + bad
		}
	}
	return ""
}

// checkWeights is an error if a weight is not finite: after the last step no loss shows it. The caller holds the
// weights' lock.
func (n *Net) checkWeights() error {
	for i, l := range n.layers {
		if bad := n.brokenWeight(l); bad != "" {
			return fmt.Errorf("layer %d (%s): %s: %s", i+1, l.Kind(), bad, smallerRate)
		}
	}
	return nil
}

// lockedCheck is checkWeights under the lock.
func (n *Net) lockedCheck() error {
	n.weights.RLock()
	defer n.weights.RUnlock()
	return n.checkWeights()
}

// blameWeights is blame for a validation, whose rows ran through many graphs: it looks at the weights only.
func (n *Net) blameWeights() string {
	if err := n.lockedCheck(); err != nil {
		return err.Error()
	}
	return "though all weights are finite: " + smallerRate
}

// checkRun is an error if an output of a layer or a gradient is not finite after a run of a training graph. The caller
// holds the weights' lock.
func (n *Net) checkRun(g *Graph) error {
	grads := g.Grads
	for i, l := range n.layers {
		if bad := g.brokenOutput(i); bad != "" {
			return fmt.Errorf("layer %d (%s): its output: %s: %s", i+1, l.Kind(), bad, smallerRate)
		}
		for _, p := range l.Params {
			if !p.Trainable {
				continue
			}
			if bad := broken(grads[0].Value()); bad != "" {
				return fmt.Errorf("layer %d (%s): the gradient of %s: %s: %s", i+1, l.Kind(), p.Name, bad, smallerRate)
			}
			grads = grads[1:]
		}
	}
	return nil
}

// brokenOutput names the first number of a layer's output that is not finite; "" if all are.
func (g *Graph) brokenOutput(layer int) string {
	n := g.Layers[layer]
	if g.own != nil {
		if err := g.own.Compute(n); err != nil {
			return err.Error()
		}
	}
	return broken(n.Value())
}

// broken names the first number of a tensor that is not finite; "" if all are.
func broken(v gorgonia.Value) string {
	t, ok := v.(*tensor.Dense)
	if !ok {
		return ""
	}
	at, value := -1, 0.0
	switch t.Dtype() {
	case tensor.Float32:
		at, value = firstBroken(t.Float32s())
	case tensor.Float64:
		at, value = firstBroken(t.Float64s())
	}
	if at < 0 {
		return ""
	}
	index := make([]int, t.Dims())
	for axis := t.Dims() - 1; axis >= 0; axis-- {
		index[axis] = at % t.Shape()[axis]
		at /= t.Shape()[axis]
	}
	return fmt.Sprintf("the number at %v is %v", index, value)
}

func firstBroken[T kernel.Float](values []T) (int, float64) {
	if kernel.Finite(values) {
		return -1, 0
	}
	for i, v := range values {
		if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
			return i, x
		}
	}
	return -1, 0
}
