package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/layer"
)

// functions are the operators that compute each value for itself, and the softmax.
var functions = operators{
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

// known are the functions of package layer without settings.
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

// activation is an operator that is an activation.
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

// function is an operator that no layer computes alone.
func function(f func(float64) float64) func(*call) (value, error) {
	return func(c *call) (value, error) { return c.then(nil, f) }
}

// maxCalls bounds the functions in a function.
const maxCalls = 64

// then adds a function of each value of input 0, and the layer that computes it; nil: it is found if there is one.
func (c *call) then(l layer.Layer, f func(float64) float64) (value, error) {
	in, err := c.folded(0)
	if err != nil {
		return value{}, err
	}
	s, err := c.elementwise(in, l, f)
	return value{step: s}, err
}

// elementwise is then for a step.
func (c *call) elementwise(in *step, l layer.Layer, f func(float64) float64) (*step, error) {
	calls := 1
	if in.layer == nil && in.before != nil { // of a function that is not known yet
		outer, inner := f, in.value
		f = func(x float64) float64 { return outer(inner(x)) }
		in, l, calls = in.before, nil, in.calls+1
	}
	to, err := in.then(c.operation, l)
	if err != nil {
		return nil, err
	}
	if to.value, to.calls = f, calls; l == nil {
		return to.recognized()
	}
	_, err = l.OutputShape(in.shape)
	return to, err
}

// recognized is the step with the layer that computes its function, or the function of the steps before it too, if
// there is one. Exporters write activations that ONNX does not have in several ways, as x·sigmoid(x), so the function
// is compared by its values.
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
		_, straight := l.(layer.Rescaling)
		if _, again := from.layer.(layer.Rescaling); found != nil && !(straight && again) {
			break // two straight lines are one
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
	case found.layer == layer.Layer(layer.ActivationLayer{}): // it changes nothing
		to := *found.before
		to.layout, to.folded = s.layout, s.folded
		return &to, nil
	}
	return found, nil
}

// layerOf is the layer that computes a function, and its function; nil if there is none.
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

// hinge is layerOf for a ReLULayer.
func hinge(f func(float64) float64) (layer.Layer, func(float64) float64) {
	const far = 1e6
	l := layer.ReLULayer{NegativeSlope: short(f(0) - f(-1))}
	if most := f(far); most == f(2*far) {
		l.MaxValue = most
	}
	switch {
	case l.NegativeSlope > 0:
		l.Threshold = short(max(-f(0)/l.NegativeSlope, 0))
	case l.NegativeSlope == 0 && f(0) == 0: // up to the threshold
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

// short is the number of few digits next to v: what a float32 of the file was before it was computed with.
func short(v float64) float64 {
	if s := float64(float32(v)); math.Abs(s-v) <= 1e-12*math.Abs(v) {
		return s
	}
	return v
}

// rescaling is scale·x + offset.
func rescaling(scale, offset float64) layer.Layer {
	if scale == 1 && offset == 0 {
		return layer.ActivationLayer{}
	}
	return layer.Rescaling{Scale: scale, Offset: offset}
}

// tolerance is the digits of a float32.
const tolerance = 1e-6

// equal compares two functions between -20 and 20.
func equal(f, g func(float64) float64) bool {
	for x := -20.0; x <= 20; x += 0.3125 {
		if !near(f(x), g(x)) {
			return false
		}
	}
	return true
}

func near(v, want float64) bool { return math.Abs(v-want) <= tolerance*max(1, math.Abs(want)) }

// selu is an activation with the constants of its paper.
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

// celu is an ELU whose slope does not jump at 0, whatever alpha is.
func (c *call) celu() (value, error) {
	alpha := c.number("alpha", 1)
	return c.then(nil, func(x float64) float64 { return max(x, 0) + min(0, alpha*math.Expm1(x/alpha)) })
}

func (c *call) gelu() (value, error) {
	if a := c.word("approximate", "none"); a != "none" {
		return value{}, fmt.Errorf("approximate is %q, want none", a)
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

// pRelu is a leaky ReLU with one slope.
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

// hardSigmoid is alpha·x + beta, clipped to 0 and 1.
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

// clip keeps values between two numbers.
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
		return value{}, fmt.Errorf("it clips to %v and %v, want a range", low, high)
	}
	s, err := c.elementwise(in, nil, func(x float64) float64 { return min(max(x, low), high) })
	if err != nil || s.layer != nil {
		return value{step: s}, err
	}
	const most = 8 // the sum with a larger bound would lose digits
	if math.Abs(low) > most {
		return value{}, fmt.Errorf("it clips to %v and %v, want a lower bound from -%d to %d", low, high, most, most)
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

// reluUpTo is min(max(x, 0), most).
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
		return value{}, cmp.Or(c.err, errors.New("its axis is that of the rows"))
	}
	in, _, err = in.inner(in.layout[axis-1])
	if err != nil {
		return value{}, err
	}
	s, err := in.add(c.operation, layer.ActivationLayer{Activation: layer.Softmax}, in.layout)
	return value{step: s}, err
}

// logSoftmax is the softmax, of which only the net's output may be the logarithm: the net gives probabilities instead.
func (c *call) logSoftmax() (value, error) {
	v, err := c.softmax()
	if err == nil {
		v.step.logs = true
	}
	return v, err
}

// one is the number that all numbers of the tensor are, if they are.
func (c *constant) one() (v float64, ok bool, err error) {
	const most = 1 << 20
	if c.size() == 0 || c.size() > most {
		return 0, false, nil
	}
	list, err := numbersIn[float64](c)
	if err != nil {
		return 0, false, fmt.Errorf("%v: %w", c, err)
	}
	return list[0], !slices.ContainsFunc(list, func(v float64) bool { return v != list[0] }), nil
}

// pairwise is an operator of two values: of the net and a tensor, or both functions of one value of the net.
func pairwise(f func(a, b float64) float64) func(*call) (value, error) {
	return func(c *call) (value, error) {
		a, err := c.input(0)
		if err != nil {
			return value{}, err
		}
		b, err := c.input(1)
		if err != nil {
			return value{}, err
		}
		if len(c.inputs) > 2 {
			return value{}, fmt.Errorf("it has %d inputs, want 2", len(c.inputs))
		}
		var s *step
		switch {
		case a.step == nil && b.step == nil:
			return c.wholeNumbers(f)
		case a.step != nil && b.step != nil:
			s, err = c.joined(func(v []float64) float64 { return f(v[0], v[1]) })
		case a.step != nil:
			s, err = c.withTensor(0, 1, f)
		default:
			s, err = c.withTensor(1, 0, func(b, a float64) float64 { return f(a, b) })
		}
		return value{step: s}, err
	}
}

func truth(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

// where is the second input where the first one is true, and the third one elsewhere.
func (c *call) where() (value, error) {
	if len(c.inputs) != 3 {
		return value{}, fmt.Errorf("it has %d inputs, want 3", len(c.inputs))
	}
	s, err := c.joined(func(v []float64) float64 {
		if v[0] != 0 {
			return v[1]
		}
		return v[2]
	})
	return value{step: s}, err
}

// wholeNumbers computes numbers of a shape.
func (c *call) wholeNumbers(f func(a, b float64) float64) (value, error) {
	a, err := c.known(0)
	if err != nil {
		return value{}, err
	}
	b, err := c.known(1)
	if err != nil {
		return value{}, err
	}
	sa, _ := c.sizes(0)
	if len(a) != 1 || len(b) != 1 {
		return value{}, fmt.Errorf("%d and %d numbers, want one and one", len(a), len(b))
	}
	n := f(float64(a[0]), float64(b[0]))
	if n-n != 0 {
		return value{}, fmt.Errorf("the result is %v, want a whole number", n)
	}
	return value{sizes: &sizes{list: []size{{n: int64(n)}}, scalar: sa.scalar}}, nil
}

// joined is a function of the inputs, which are functions of one value of the net, or numbers.
func (c *call) joined(f func(v []float64) float64) (*step, error) {
	var base *step
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
			return nil, errors.New("it joins two values of the net: want a chain of layers")
		}
	}
	if base == nil {
		return nil, errors.New("it does not depend on the net's input")
	}
	to, err := base.then(c.operation, nil)
	if err != nil {
		return nil, err
	}
	to.calls = 1
	parts := make([]func(float64) float64, len(steps))
	for i, s := range steps {
		parts[i] = func(float64) float64 { return constants[i] }
		if s != nil {
			var calls int
			parts[i], calls = s.since(base)
			to.calls += calls
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

// common is the last step of which both are functions of each value, nil if there is none; of nil it is b.
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

// since is the function that the steps after base compute of each of its values.
func (s *step) since(base *step) (f func(float64) float64, calls int) {
	f = func(x float64) float64 { return x }
	for ; s != base; s = s.before {
		outer, inner := f, s.value
		f = func(x float64) float64 { return outer(inner(x)) }
		calls += s.calls
	}
	return f, calls
}

// withTensor is a function of a value of the net and a tensor, which may have a number for each value of some axes.
func (c *call) withTensor(net, number int, f func(x, number float64) float64) (*step, error) {
	in, err := c.folded(net)
	if err != nil {
		return nil, err
	}
	t, err := c.weights(number)
	if err != nil {
		return nil, err
	}
	parts, err := in.axesOf(t)
	if err != nil {
		return nil, err
	}
	var at []int
	if parts != nil {
		if in, at, err = in.inner(parts); err != nil {
			return nil, err
		}
	}
	if c.op == opAdd && in.unbiased() && at == nil && (parts == nil || sizeOf(parts) == in.shape[len(in.shape)-1]) {
		bias := *t
		bias.dims = []int{t.size()}
		return in.biased(&bias, 1)
	}
	v, same, err := t.one()
	if err != nil {
		return nil, err
	}
	if same {
		return c.elementwise(in, nil, func(x float64) float64 { return f(x, v) })
	}
	// f is a straight line: its value at 0 and its slope are those of a normalization that has nothing to normalize
	straight := []string{opAdd, opSub, opMul, opDiv}
	if !slices.Contains(straight, c.op) || c.op == opDiv && net == 1 {
		return nil, fmt.Errorf("%v has several numbers, want one", t)
	}
	places := places(inverse(at))
	weights := []weight{
		{from: t, at: places, value: func(v float64) float64 { return f(1, v) - f(0, v) }},
		{from: t, at: places, value: func(v float64) float64 { return f(0, v) }},
		filled(0), filled(1),
	}
	return in.add(c.operation, layer.Frozen{Layer: layer.BatchNormalization{Epsilon: -1}}, in.layout, weights...)
}

// filled is a parameter of one number.
func filled(v float64) weight {
	return weight{from: &constant{dims: []int{1}, floats: []float64{v}}, at: func(int) int { return 0 }}
}

// axesOf lists the parts of the axes for whose values the tensor has numbers, which it has for axes beside one another.
func (s *step) axesOf(t *constant) ([]part, error) {
	dims := append([]int{1}, s.layout.dims()...) // one number for all rows
	first, last := len(dims), 0
	skip := len(dims) - len(t.dims)
	if skip < 0 {
		return nil, fmt.Errorf("%v of shape %v has more axes than rows of %v", t, t.dims, s.layout.dims())
	}
	for i, n := range t.dims {
		axis := skip + i
		if n == 1 {
			continue
		}
		if axis < 1 || n != dims[axis] {
			return nil, fmt.Errorf("%v of shape %v does not fit rows of %v", t, t.dims, s.layout.dims())
		}
		first, last = min(first, axis), axis
	}
	var parts []part
	for axis := first; axis <= last; axis++ {
		if t.dims[axis-skip] != dims[axis] {
			return nil, fmt.Errorf("%v of shape %v does not fit rows of %v", t, t.dims, s.layout.dims())
		}
		parts = append(parts, s.layout[axis-1]...)
	}
	return parts, nil
}
