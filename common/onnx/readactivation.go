package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/layer"
)

// functionOperators are the elementwise operators, and the softmax.
var functionOperators = operators{
	opRelu:            activation(layer.ReLU),
	opSigmoid:         activation(layer.Sigmoid),
	opTanh:            activation(layer.Tanh),
	opSoftplus:        activation(layer.Softplus),
	opSoftsign:        activation(layer.Softsign),
	opExp:             activation(layer.Exponential),
	opSelu:            (*call).selu,
	opElu:             (*call).elu,
	"Celu":            (*call).celu,
	opGelu:            (*call).gelu,
	opLeakyRelu:       (*call).leakyRelu,
	"PRelu":           (*call).pRelu,
	"ThresholdedRelu": (*call).thresholdedRelu,
	opHardSigmoid:     (*call).hardSigmoid,
	"HardSwish":       function(func(x float64) float64 { return x * kernel.HardSigmoid.Value(x) }),
	opClip:            (*call).clip,
	opSoftmax:         (*call).softmax,
	"LogSoftmax":      (*call).logSoftmax,
	opErf:             function(math.Erf),
	"Abs":             function(math.Abs),
	"Neg":             function(func(x float64) float64 { return -x }),
	"Log":             function(math.Log),
	"Sqrt":            function(math.Sqrt),
	"Reciprocal":      function(func(x float64) float64 { return 1 / x }),
	opAdd:             pairwise(func(a, b float64) float64 { return a + b }),
	opSub:             pairwise(func(a, b float64) float64 { return a - b }),
	opMul:             pairwise(func(a, b float64) float64 { return a * b }),
	opDiv:             pairwise(func(a, b float64) float64 { return a / b }),
	"Max":             pairwise(math.Max),
	"Min":             pairwise(math.Min),
	"Pow":             pairwise(math.Pow),
	opGreater:         pairwise(func(a, b float64) float64 { return truth(a > b) }),
	"GreaterOrEqual":  pairwise(func(a, b float64) float64 { return truth(a >= b) }),
	"Less":            pairwise(func(a, b float64) float64 { return truth(a < b) }),
	"LessOrEqual":     pairwise(func(a, b float64) float64 { return truth(a <= b) }),
	"Not":             function(func(x float64) float64 { return truth(x == 0) }),
	opWhere:           (*call).where,
}

// activation reads an operator that is the activation a.
func activation(a layer.Activation) func(*call) (value, error) {
	return func(c *call) (value, error) { return c.activate(a) }
}

func (c *call) activate(a layer.Activation) (value, error) {
	for _, k := range known {
		if k.activation == a {
			return c.then(layer.ActivationLayer{Activation: a}, k.value)
		}
	}
	return value{}, fmt.Errorf("no function is known for %v", a)
}

// function reads an operator that no layer computes alone.
func function(f func(float64) float64) func(*call) (value, error) {
	return func(c *call) (value, error) { return c.then(nil, f) }
}

// selu reads a SELU, which must have the constants of Klambauer et al., Self-Normalizing Neural Networks (2017).
func (c *call) selu() (value, error) {
	const alpha, gamma = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
	if a, g := c.number("alpha", alpha), c.number("gamma", gamma); math.Abs(a-alpha) > 1e-6 || math.Abs(g-gamma) > 1e-6 {
		return value{}, fmt.Errorf("alpha is %v and gamma %v, want %.7g and %.7g", a, g, alpha, gamma)
	}
	return c.activate(layer.SELU)
}

func (c *call) elu() (value, error) {
	switch alpha := c.number("alpha", 1); alpha {
	case 0:
		return c.activate(layer.ReLU)
	case 1:
		return c.activate(layer.ELU)
	default:
		return c.then(layer.ELULayer{Alpha: alpha}, kernel.ELU(alpha).Value)
	}
}

// celu reads max(x, 0) + min(0, alpha·(exp(x/alpha) - 1)) (Barron, Continuously Differentiable Exponential Linear
// Units, 2017).
func (c *call) celu() (value, error) {
	alpha := c.number("alpha", 1)
	return c.then(nil, func(x float64) float64 { return max(x, 0) + min(0, alpha*math.Expm1(x/alpha)) })
}

func (c *call) gelu() (value, error) {
	if a := c.word("approximate", "none"); a != "none" {
		return value{}, fmt.Errorf("approximate is %q, want \"none\"", a)
	}
	return c.activate(layer.GELU)
}

func (c *call) leakyRelu() (value, error) { return c.leaky(c.number("alpha", 0.01)) }

func (c *call) leaky(slope float64) (value, error) {
	f := kernel.LeakyReLU(slope).Value
	switch slope {
	case 0:
		return c.activate(layer.ReLU)
	case float64(float32(0.2)):
		return c.then(layer.ActivationLayer{Activation: layer.LeakyReLU}, f)
	}
	return c.then(layer.LeakyReLULayer{NegativeSlope: slope}, f)
}

// pRelu reads a PRelu with one slope, which is a leaky ReLU.
func (c *call) pRelu() (value, error) {
	t, err := c.weights(1)
	if err != nil {
		return value{}, err
	}
	slope, ok, err := t.one()
	if err == nil && !ok {
		err = fmt.Errorf("%v has several slopes, want one", t)
	}
	if err != nil {
		return value{}, err
	}
	return c.leaky(slope)
}

func (c *call) thresholdedRelu() (value, error) {
	alpha := c.number("alpha", 1)
	return c.then(layer.ReLULayer{Threshold: alpha}, kernel.ClippedReLU(0, alpha, math.Inf(1)).Value)
}

// hardSigmoid reads alpha·x + beta, clipped to [0, 1].
func (c *call) hardSigmoid() (value, error) {
	alpha, beta := c.number("alpha", 0.2), c.number("beta", 0.5)
	if alpha == float64(float32(1./6)) && beta == 0.5 {
		return c.activate(layer.HardSigmoid)
	}
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	line := kernel.Rescaling(alpha, beta).Value
	if in, err = c.elementwise(in, layer.Rescaling{Scale: alpha, Offset: beta}, line); err != nil {
		return value{}, err
	}
	s, err := c.elementwise(in, layer.ReLULayer{MaxValue: 1}, kernel.ClippedReLU(0, 0, 1).Value)
	return value{step: s}, err
}

// clip reads min(max(x, low), high): one layer if there is one, or a ReLU between two shifts by the lower bound.
func (c *call) clip() (value, error) {
	bounds := [2]float64{math.Inf(-1), math.Inf(1)}
	for i := range bounds {
		if !c.has(1 + i) {
			continue
		}
		v, err := c.scalar(1 + i)
		if err != nil {
			return value{}, err
		}
		bounds[i] = v
	}
	low, high := bounds[0], bounds[1]
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	if !(low < high) {
		return value{}, fmt.Errorf("it clips to [%v, %v], want the lower bound first", low, high)
	}
	s, err := c.elementwise(in, nil, func(x float64) float64 { return min(max(x, low), high) })
	if err != nil || s.layer != nil || s.before == nil { // it is known, or changes nothing
		return value{step: s}, err
	}
	const most = 8 // adding a larger bound would lose digits
	if math.Abs(low) > most {
		return value{}, fmt.Errorf("it clips to [%v, %v], want a lower bound from -%d to %d", low, high, most, most)
	}
	for _, part := range []struct {
		l layer.Layer
		f func(float64) float64
	}{
		{rescaling(1, -low), kernel.Rescaling(1, -low).Value},
		{reluUpTo(high - low), kernel.ClippedReLU(0, 0, high-low).Value},
		{rescaling(1, low), kernel.Rescaling(1, low).Value},
	} {
		if part.l == layer.Layer(layer.ActivationLayer{}) {
			continue
		}
		if in, err = c.elementwise(in, part.l, part.f); err != nil {
			return value{}, err
		}
	}
	return value{step: in}, nil
}

// reluUpTo is the layer of min(max(x, 0), most).
func reluUpTo(most float64) layer.Layer {
	if math.IsInf(most, 1) {
		return layer.ActivationLayer{Activation: layer.ReLU}
	}
	return layer.ReLULayer{MaxValue: most}
}

func (c *call) softmax() (value, error) {
	in, err := c.net(0)
	if err != nil {
		return value{}, err
	}
	axis := c.axis(c.integer("axis", -1), len(in.layout)+1)
	if axis == 0 || c.err != nil {
		return value{}, cmp.Or(c.err, errors.New("its axis is the batch axis, want another one"))
	}
	in, _, err = in.inner(in.layout[axis-1])
	if err != nil {
		return value{}, err
	}
	s, err := in.add(c.operation, layer.ActivationLayer{Activation: layer.Softmax}, in.layout)
	return value{step: s}, err
}

// logSoftmax reads a LogSoftmax, which must be the last node, as a softmax: the net gives probabilities instead of
// their logarithms.
func (c *call) logSoftmax() (value, error) {
	v, err := c.softmax()
	if err == nil {
		v.step.logs = true
	}
	return v, err
}
