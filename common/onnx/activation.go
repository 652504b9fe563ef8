package onnx

import (
	"fmt"
	"math"

	"gorgonia-lectures/common/layer"
)

// activations has the activations that are one operator of ONNX.
var activations = map[layer.Activation]struct {
	op         string
	attributes []attribute
}{
	layer.Sigmoid:     {opSigmoid, nil},
	layer.Tanh:        {opTanh, nil},
	layer.ReLU:        {opRelu, nil},
	layer.ELU:         {opElu, []attribute{{"alpha", 1.0}}},
	layer.SELU:        {opSelu, nil}, // with the same constants, rounded to float32
	layer.Softplus:    {opSoftplus, nil},
	layer.Softsign:    {opSoftsign, nil},
	layer.Exponential: {opExp, nil},
	layer.HardSigmoid: {opHardSigmoid, []attribute{{"alpha", 1. / 6}, {"beta", 0.5}}},
	layer.LeakyReLU:   {opLeakyRelu, []attribute{{"alpha", 0.2}}},
}

// activate adds the nodes of an activation.
func (g *graph) activate(a layer.Activation) error {
	x := []string{g.value}
	switch a {
	case layer.Linear:
	case layer.Softmax:
		g.node(opSoftmax, nil, attribute{"axis", g.axis()})
	case layer.ReLU6:
		g.clip(true, 6)
	case layer.SiLU: // x·sigmoid(x)
		g.node(opSigmoid, nil)
		g.node(opMul, x)
	case layer.GELU: // x·(1 + erf(x/√2))/2; Gelu is in operator set 20
		g.node(opMul, g.constant("root_half", 1/math.Sqrt2))
		g.node(opErf, nil)
		g.node(opAdd, g.constant("one", 1))
		g.node(opMul, x)
		g.node(opMul, g.constant("half", 0.5))
	default:
		known, ok := activations[a]
		if !ok {
			return fmt.Errorf("the activation %v cannot be saved as ONNX, want one of package layer", a)
		}
		g.node(known.op, nil, known.attributes...)
	}
	return nil
}

// clip adds min(x, most), or min(max(x, 0), most) if floor is true.
func (g *graph) clip(floor bool, most float64) {
	low := []string{""} // none
	if floor {
		low = g.constant("min", 0)
	}
	g.node(opClip, append(low, g.constant("max", most)...))
}

// relu adds min(x, MaxValue) from the threshold on, and NegativeSlope·(x - Threshold) below it.
func (g *graph) relu(l layer.ReLULayer) {
	bounded := l.MaxValue > 0
	switch {
	case l.Threshold == 0 && l.NegativeSlope == 0 && bounded:
		g.clip(true, l.MaxValue)
		return
	case l.Threshold == 0 && l.NegativeSlope == 0:
		g.node(opRelu, nil)
		return
	case l.Threshold == 0:
		g.node(opLeakyRelu, nil, attribute{"alpha", l.NegativeSlope})
	case l.NegativeSlope == 0:
		g.node(opThresholdedRelu, nil, attribute{"alpha", l.Threshold})
	default:
		g.hinge(l)
		return
	}
	if bounded { // values below the threshold became at most 0, so the bound does not change them
		g.clip(false, l.MaxValue)
	}
}

// hinge adds a relu with a slope and a threshold: both branches and a Where.
func (g *graph) hinge(l layer.ReLULayer) {
	x, threshold := g.value, g.constant("threshold", l.Threshold)
	g.node(opSub, threshold)
	g.node(opMul, g.constant("negative_slope", l.NegativeSlope))
	below := g.value
	g.value = x
	if l.MaxValue > 0 {
		g.clip(false, l.MaxValue)
	}
	above := g.value
	g.value = x
	g.node(opGreater, threshold)
	g.node(opWhere, []string{above, below})
}
