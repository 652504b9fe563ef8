package onnx

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// add adds the nodes of a layer in prediction; none for a layer that is the identity.
func (g *graph) add(l model.Layer, weights []*tensor.Dense) error {
	switch inner := layer.Unwrap(l.Layer).(type) {
	case layer.Dense:
		g.dense(l, weights)
		return g.activate(inner.Activation)
	case layer.Conv2D:
		if err := g.conv(inner, l, weights); err != nil {
			return err
		}
		return g.activate(inner.Activation)
	case layer.BatchNormalization:
		g.batchNormalization(inner, l, weights)
	case layer.Normalization:
		g.normalization(inner, weights)
	case layer.MaxPool2D:
		return g.pool(opMaxPool, inner)
	case layer.AveragePool2D:
		return g.pool(opAveragePool, layer.MaxPool2D(inner))
	case layer.GlobalAveragePool2D:
		g.globalPool(opGlobalAveragePool, inner.KeepDims)
	case layer.GlobalMaxPool2D:
		g.globalPool(opGlobalMaxPool, inner.KeepDims)
	case layer.Flatten:
		if len(g.shape) > 1 {
			g.inOrder()
			g.node(opFlatten, nil, attribute{"axis", 1})
		}
	case layer.Reshape:
		target, err := inner.OutputShape(g.shape)
		if err != nil {
			return err
		}
		g.inOrder()
		g.node(opReshape, g.ints("shape", append([]int{0}, target...)...)) // 0: keep the batch size
	case layer.ZeroPadding2D:
		g.zeroPadding(inner)
	case layer.Rescaling:
		if inner.Scale != 1 {
			g.node(opMul, g.constant("scale", inner.Scale))
		}
		if inner.Offset != 0 {
			g.node(opAdd, g.constant("offset", inner.Offset))
		}
	case layer.ActivationLayer:
		return g.activate(inner.Activation)
	case layer.SoftmaxLayer:
		return g.activate(layer.Softmax)
	case layer.ReLULayer:
		g.relu(inner)
	case layer.LeakyReLULayer:
		g.node(opLeakyRelu, nil, attribute{"alpha", cmp.Or(inner.NegativeSlope, 0.3)})
	case layer.ELULayer:
		g.node(opElu, nil, attribute{"alpha", cmp.Or(inner.Alpha, 1)})
	default:
		if !identity(l.Layer, g.shape) {
			return fmt.Errorf("type %T cannot be saved as ONNX, want a layer of package layer", inner)
		}
	}
	return nil
}

// identity reports whether a layer returns its input in prediction, as dropout and noise do.
func identity(l layer.Layer, input tensor.Shape) (same bool) {
	if len(l.Params(input)) > 0 {
		return false
	}
	defer func() {
		if recover() != nil { // building a graph may panic
			same = false
		}
	}()
	shape := append(tensor.Shape{1}, input...)
	x := gorgonia.NewTensor(gorgonia.NewGraph(), tensor.Float32, len(shape), gorgonia.WithShape(shape...))
	y, err := l.Build(layer.Context{}, x, nil)
	return err == nil && y == x
}

// numbers returns the values of a weight as float32; nil for nil.
func numbers(t *tensor.Dense) func(i int) float32 {
	if t == nil {
		return nil
	}
	if values, ok := t.Data().([]float64); ok {
		return func(i int) float32 { return float32(values[i]) }
	}
	values := t.Float32s()
	return func(i int) float32 { return values[i] }
}

// weight adds a weight of the layer in its own order.
func (g *graph) weight(p *model.Param, t *tensor.Dense) []string {
	return g.floats(p.Name[len(g.layer)+1:], p.Shape(), numbers(t))
}

// dense adds x·kernel + bias: Gemm for rows of one axis, MatMul and Add for rows of several.
func (g *graph) dense(l model.Layer, weights []*tensor.Dense) {
	g.channelsLast()
	var inputs []string
	for i, p := range l.Params {
		inputs = append(inputs, g.weight(p, weights[i])...)
	}
	if len(g.shape) == 1 {
		g.node(opGemm, inputs)
		return
	}
	g.node(opMatMul, inputs[:1])
	if len(inputs) > 1 {
		g.node(opAdd, inputs[1:])
	}
}

// conv adds a convolution. Its kernel (height, width, in, out) is (out, in, height, width) in ONNX.
func (g *graph) conv(c layer.Conv2D, l model.Layer, weights []*tensor.Dense) error {
	window, err := g.window(c.Kernel, cmp.Or(c.Stride, layer.Square(1)), c.Padding)
	if err != nil {
		return err
	}
	pixels, in, out := c.Kernel.Height*c.Kernel.Width, g.shape[2], c.Filters
	var transposed func(i int) float32
	if at := numbers(weights[0]); at != nil {
		transposed = func(i int) float32 {
			pixel, i := i%pixels, i/pixels
			return at((pixel*in+i%in)*out + i/in)
		}
	}
	inputs := g.floats("kernel", []int{out, in, c.Kernel.Height, c.Kernel.Width}, transposed)
	if !c.NoBias {
		inputs = append(inputs, g.weight(l.Params[1], weights[1])...)
	}
	g.node(opConv, inputs, window...)
	return nil
}

// window transposes images to channels first and returns the attributes of a convolution or pool.
func (g *graph) window(size, stride layer.Size, padding layer.Padding) ([]attribute, error) {
	height, width := g.shape[0], g.shape[1]
	w, err := kernel.NewWindow(1, height, width, g.shape[2], size.Height, size.Width, stride.Height, stride.Width,
		padding == layer.Same)
	if err != nil {
		return nil, err
	}
	g.channelsFirst()
	after := func(out, stride, size, in, before int) int { return max((out-1)*stride+size-in-before, 0) }
	return []attribute{
		{"kernel_shape", []int{size.Height, size.Width}},
		{"pads", []int{w.PadTop, w.PadLeft, // equal to those at the end, or one less
			after(w.OutHeight, stride.Height, size.Height, height, w.PadTop),
			after(w.OutWidth, stride.Width, size.Width, width, w.PadLeft)}},
		{"strides", []int{stride.Height, stride.Width}},
	}, nil
}

// pool adds a MaxPool, or an AveragePool whose means leave out the padding.
func (g *graph) pool(op string, l layer.MaxPool2D) error {
	size := cmp.Or(l.Pool, layer.Square(2))
	window, err := g.window(size, cmp.Or(l.Stride, size), l.Padding)
	if err == nil {
		g.node(op, nil, window...)
	}
	return err
}

// globalPool adds the maximum or the mean of each channel; with keepDims the output is images of one pixel.
func (g *graph) globalPool(op string, keepDims bool) {
	g.channelsFirst()
	g.node(op, nil)
	if !keepDims {
		g.node(opFlatten, nil, attribute{"axis", 1})
		g.first = false
	}
}

// zeroPadding adds padding by zeros, with the channels first or last.
func (g *graph) zeroPadding(z layer.ZeroPadding2D) {
	z = cmp.Or(z, layer.ZeroPadding2D{Top: 1, Bottom: 1, Left: 1, Right: 1})
	before, after := []int{0, z.Top, z.Left, 0}, []int{0, z.Bottom, z.Right, 0}
	if g.first {
		before, after = []int{0, 0, z.Top, z.Left}, []int{0, 0, z.Bottom, z.Right}
	}
	// ONNX Runtime 1.17 to 1.31 merges a Pad whose value is four zero bytes into the pads of a MaxPool after it, which
	// do not count as zeros. It does not merge a Pad by -0.
	pads := g.ints("pads", append(before, after...)...)
	g.node(opPad, append(pads, g.constant("value", math.Copysign(0, -1))...))
}

// batchNormalization adds a BatchNormalization with the moving statistics. ONNX normalizes along axis 1, so images with
// the channels last are reshaped to (pixels, channels) and back.
func (g *graph) batchNormalization(b layer.BatchNormalization, l model.Layer, weights []*tensor.Dense) {
	n := g.shape[len(g.shape)-1]
	next := func() []string {
		name := g.weight(l.Params[0], weights[0])
		l.Params, weights = l.Params[1:], weights[1:]
		return name
	}
	or := func(none bool, name string, v float32) []string {
		if none {
			return g.floats(name, []int{n}, func(int) float32 { return v })
		}
		return next()
	}
	inputs := slices.Concat(or(b.NoScale, "gamma", 1), or(b.NoCenter, "beta", 0), next(), next())
	_, epsilon := b.Rates()
	pixels := !g.first && len(g.shape) > 1
	if pixels {
		g.node(opReshape, g.ints("pixels", -1, n))
	}
	g.node(opBatchNorm, inputs, attribute{"epsilon", epsilon})
	if pixels {
		g.node(opReshape, g.ints("shape", append([]int{-1}, g.shape...)...))
	}
}

// minDeviation is the smallest number that Keras divides by (keras.config.epsilon).
const minDeviation = 1e-7

// normalization adds (x - mean)/deviation, or x·deviation + mean if inverted.
func (g *graph) normalization(n layer.Normalization, weights []*tensor.Dense) {
	count := len(n.Mean)
	mean := func(i int) float32 { return float32(n.Mean[i]) }
	variance := func(i int) float32 { return float32(n.Variance[i]) }
	if n.Mean == nil {
		count = g.shape[len(g.shape)-1]
		mean, variance = numbers(weights[0]), numbers(weights[1])
	}
	deviation := func(i int) float32 { return float32(max(math.Sqrt(float64(variance(i))), minDeviation)) }
	center := g.floats("mean", g.perChannel(count), mean)
	scale := g.floats("deviation", g.perChannel(count), deviation)
	if n.Invert {
		g.node(opMul, scale)
		g.node(opAdd, center)
		return
	}
	g.node(opSub, center)
	g.node(opDiv, scale)
}
