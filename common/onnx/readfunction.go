package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/layer"
)

// known has the activations that work on each value, and their functions.
var known = []struct {
	activation layer.Activation
	value      func(float64) float64
}{
	{layer.ReLU, kernel.ClippedReLU(0, 0, math.Inf(1)).Value},
	{layer.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
	{layer.Tanh, math.Tanh},
	{layer.ELU, kernel.ELU(1).Value},
	{layer.SELU, kernel.SELU.Value},
	{layer.GELU, kernel.GELU.Value},
	{layer.SiLU, kernel.SiLU.Value},
	{layer.Softplus, kernel.Softplus.Value},
	{layer.Softsign, kernel.Softsign.Value},
	{layer.Exponential, kernel.Exponential.Value},
	{layer.HardSigmoid, kernel.HardSigmoid.Value},
	{layer.ReLU6, kernel.ClippedReLU(0, 0, 6).Value},
}

// maxCalls bounds the operators that are composed into one function.
const maxCalls = 64

// then adds a function of each value of input 0. l is the layer that computes it; nil: a layer is searched by the
// function's values.
func (c *call) then(l layer.Layer, f func(float64) float64) (value, error) {
	in, err := c.folded(0)
	if err != nil {
		return value{}, err
	}
	s, err := c.elementwise(in, l, f)
	return value{step: s}, err
}

// elementwise is then of a step.
func (c *call) elementwise(in *step, l layer.Layer, f func(float64) float64) (*step, error) {
	calls, axes := 1, in
	if in.layer == nil && in.before != nil { // compose with a function that has no layer yet
		outer, inner := f, in.value
		f = func(x float64) float64 { return outer(inner(x)) }
		in, l, calls = in.before, nil, in.calls+1
	}
	to, err := in.then(c.operation, l)
	if err != nil {
		return nil, err
	}
	to.layout, to.folded = axes.layout, axes.folded
	if axes != in {
		to.begin = axes.begin
	}
	if to.value, to.calls = f, calls; l == nil {
		return to.recognized()
	}
	_, err = l.OutputShape(in.shape)
	return to, err
}

// recognized returns the step with the layer that computes its function, or its function composed with those of the
// steps before it; the step itself if no layer does. Exporters write an activation that ONNX lacks as several
// operators, and not all the same ones, so functions are compared by their values.
func (s *step) recognized() (*step, error) {
	if s.calls > maxCalls {
		return nil, fmt.Errorf("a function of more than %d operators", maxCalls)
	}
	var found *step
	f := s.value
	for from, calls := s.before, s.calls; ; from, calls = from.before, calls+from.calls {
		l, value := layerOf(f)
		if l != nil {
			to := *s
			to.before, to.layer, to.value, to.calls, to.depth = from, l, value, 1, from.depth+1
			found = &to
		}
		_, affine := l.(layer.Rescaling)
		if _, again := from.layer.(layer.Rescaling); found != nil && !(affine && again) {
			break // unless two affine functions become one
		}
		if from.value == nil || calls > maxCalls {
			break
		}
		outer, inner := f, from.value
		f = func(x float64) float64 { return outer(inner(x)) }
	}
	switch {
	case found == nil:
		return s, nil
	case found.layer == layer.Layer(layer.ActivationLayer{}): // the identity
		to := *found.before
		to.layout, to.folded = s.layout, s.folded
		return &to, nil
	}
	return found, nil
}

// layerOf returns the layer that computes f and the exact function of that layer; nil if there is none.
func layerOf(f func(float64) float64) (layer.Layer, func(float64) float64) {
	for _, k := range known {
		if equal(f, k.value) {
			return layer.ActivationLayer{Activation: k.activation}, k.value
		}
	}
	offset := f(0)
	scale := short(f(1) - offset)
	identity := func(x float64) float64 { return x }
	if equal(func(x float64) float64 { return (f(x) - offset) / scale }, identity) {
		return rescaling(scale, offset), kernel.Rescaling(scale, offset).Value
	}
	alpha := short(f(-1) / math.Expm1(-1))
	if elu := kernel.ELU(alpha).Value; equal(f, elu) {
		return layer.ELULayer{Alpha: alpha}, elu
	}
	return hinge(f)
}

// hinge is layerOf for a ReLULayer: its slope, threshold and largest value are read off the function.
func hinge(f func(float64) float64) (layer.Layer, func(float64) float64) {
	const far = farthest
	l := layer.ReLULayer{NegativeSlope: short(f(0) - f(-1))}
	if most := f(far); most == f(2*far) {
		l.MaxValue = most
	}
	switch {
	case l.NegativeSlope > 0:
		l.Threshold = short(max(-f(0)/l.NegativeSlope, 0))
	case l.NegativeSlope == 0 && f(0) == 0: // bisect for the threshold, where f leaves 0
		low, high := 0.0, far
		for range 100 {
			if middle := (low + high) / 2; f(middle) == 0 {
				low = middle
			} else {
				high = middle
			}
		}
		l.Threshold = float64(float32(low))
	}
	if _, err := l.OutputShape(tensor.Shape{1}); err != nil || l.MaxValue == 0 && f(far) != far {
		return nil, nil
	}
	want := kernel.ClippedReLU(l.NegativeSlope, l.Threshold, cmp.Or(l.MaxValue, math.Inf(1))).Value
	for _, x := range []float64{l.Threshold, l.MaxValue} {
		for _, x := range []float64{x * 0.999, x * 1.001} {
			if !near(f(x), want(x)) {
				return nil, nil
			}
		}
	}
	if !equal(f, want) {
		return nil, nil
	}
	return l, want
}

// short undoes the rounding of v that was computed from a float32 of the file: it returns the nearest float32 if that
// is within 1e-12 of v, and v if not.
func short(v float64) float64 {
	if s := float64(float32(v)); math.Abs(s-v) <= 1e-12*math.Abs(v) {
		return s
	}
	return v
}

// rescaling is the layer of scale·x + offset.
func rescaling(scale, offset float64) layer.Layer {
	if scale == 1 && offset == 0 {
		return layer.ActivationLayer{}
	}
	return layer.Rescaling{Scale: scale, Offset: offset}
}

// tolerance is the relative error of two functions that are equal in float32.
const tolerance = 1e-6

// bend bounds where activations bend, and farthest where they are compared.
const bend, farthest = 20, 1e6

// samples are where functions are compared: evenly up to bend, and from 0 to farthest so that no threshold is missed,
// as that of a Clip at 255 or of a shrinkage by 0.001.
var samples = func() (list []float64) {
	for x := -float64(bend); x <= bend; x += 0.3125 {
		list = append(list, x)
	}
	for x := tolerance; x <= farthest; x *= 1.5 {
		list = append(list, x, -x)
	}
	return list
}()

// equal compares two functions. Numbers at which the formula overflows, as log(1+exp(x)) does, are left out.
func equal(f, g func(float64) float64) bool {
	for _, x := range samples {
		v := f(x)
		if overflow := v-v != 0 && math.Abs(x) > bend; !overflow && !near(v, g(x)) {
			return false
		}
	}
	return true
}

func near(v, want float64) bool {
	return want-want == 0 && math.Abs(v-want) <= tolerance*max(1, math.Abs(want))
}

// joined adds f of all inputs. Each input is a function of the same value of the net, or a constant.
func (c *call) joined(f func(v []float64) float64) (*step, error) {
	var base, form *step // form has the axes of all of them
	steps := make([]*step, len(c.inputs))
	constants := make([]float64, len(c.inputs))
	for i := range c.inputs {
		v, err := c.input(i)
		if err != nil {
			return nil, err
		}
		if v.step == nil {
			if constants[i], err = c.scalar(i); err != nil {
				return nil, err
			}
			continue
		}
		if steps[i], err = c.folded(i); err != nil {
			return nil, err
		}
		if base = common(base, steps[i]); base == nil {
			return nil, errors.New("it joins two branches of the net, want a chain of layers")
		}
		if form = cmp.Or(form, steps[i]); !form.aligned(steps[i]) {
			return nil, errors.New("it joins values of the net on different axes, want a chain of layers")
		}
	}
	if base == nil {
		return nil, errors.New("it does not depend on the net's input")
	}
	to, err := base.then(c.operation, nil)
	if err != nil {
		return nil, err
	}
	to.layout, to.folded, to.calls = form.layout, form.folded, 1
	parts := make([]func(float64) float64, len(steps))
	for i, s := range steps {
		parts[i] = func(float64) float64 { return constants[i] }
		if s != nil {
			var calls int
			parts[i], calls = s.since(base)
			to.calls += calls
			if s.layer == nil && to.begin == c.operation && s != base {
				to.begin = s.begin
			}
		}
	}
	to.value = func(x float64) float64 {
		list := make([]float64, len(parts))
		for i, part := range parts {
			list[i] = part(x)
		}
		return f(list)
	}
	return to.recognized()
}

// common returns the last step of which both a and b are elementwise functions; nil if there is none. If a is nil, it
// returns b.
func common(a, b *step) *step {
	if a == nil {
		return b
	}
	from := map[*step]bool{a: true}
	for ; a.value != nil; a = a.before {
		from[a.before] = true
	}
	for ; b.value != nil && !from[b]; b = b.before {
	}
	if from[b] {
		return b
	}
	return nil
}

// since composes the functions of the steps after base, up to s. calls counts their operators.
func (s *step) since(base *step) (f func(float64) float64, calls int) {
	f = func(x float64) float64 { return x }
	for ; s != base; s = s.before {
		outer, inner := f, s.value
		f = func(x float64) float64 { return outer(inner(x)) }
		calls += s.calls
	}
	return f, calls
}
