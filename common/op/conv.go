package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Window is how a kernel or a pool slides over an image: sizes and strides as (height, width), and
// the padding of TensorFlow: Same pads with zeros so that the output has ceil(size/stride) pixels,
// the odd pixel to the right and at the bottom; without it there is no padding.
type Window struct {
	Size, Stride [2]int
	Same         bool
}

func (w Window) over(x tensor.Shape) (kernel.Window, error) {
	return kernel.NewWindow(x[0], x[1], x[2], x[3], w.Size[0], w.Size[1], w.Stride[0], w.Stride[1], w.Same)
}

// Conv2D adds a convolution (as in all deep learning: a cross-correlation) with bias, and ReLU if
// relu is set: x (rows, height, width, in), w (kernel height, kernel width, in, filters), b
// (filters) or nil, y (rows, out height, out width, filters).
func Conv2D(x, w, b *gorgonia.Node, strides [2]int, same, relu bool) (*gorgonia.Node, error) {
	if x.Dims() != 4 || w.Dims() != 4 || x.Shape()[3] != w.Shape()[2] {
		return nil, fmt.Errorf("Conv2D: x %v does not fit w %v, want (rows, height, width, in) and (height, width, in, filters)",
			x.Shape(), w.Shape())
	}
	if b != nil && (b.Dims() != 1 || b.Shape()[0] != w.Shape()[3]) {
		return nil, fmt.Errorf("Conv2D: bias %v, want (%d)", b.Shape(), w.Shape()[3])
	}
	window, err := Window{Size: [2]int{w.Shape()[0], w.Shape()[1]}, Stride: strides, Same: same}.over(x.Shape())
	if err != nil {
		return nil, fmt.Errorf("Conv2D: %w", err)
	}
	return typed("Conv2D", x,
		func() (*gorgonia.Node, error) { return conv2D[float32](x, w, b, window, relu) },
		func() (*gorgonia.Node, error) { return conv2D[float64](x, w, b, window, relu) })
}

func conv2D[T kernel.Float](x, w, b *gorgonia.Node, s kernel.Window, relu bool) (*gorgonia.Node, error) {
	filters := w.Shape()[3]
	f := &function[T]{
		name:  withReLU("Conv2D", relu),
		shape: tensor.Shape{s.Batch, s.OutHeight, s.OutWidth, filters},
		wrt:   trues(inputCount(b)),
		run: func(y []T, v [][]T) error {
			kernel.Conv2D(y, v[0], v[1], bias(v), s, filters, relu)
			return nil
		},
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			return affineGradients[T](n, y, dy, relu,
				func(dy *gorgonia.Node) (*gorgonia.Node, error) { return convGradInput[T](n[0], n[1], dy, s) },
				func(dy *gorgonia.Node) (*gorgonia.Node, error) { return convGradKernel[T](n[0], n[1], dy, s) })
		},
	}
	return applyAffine(f, x, w, b)
}

func convGradInput[T kernel.Float](x, w, dy *gorgonia.Node, s kernel.Window) (*gorgonia.Node, error) {
	filters := w.Shape()[3]
	var work []T
	return apply(&function[T]{
		name:  "Conv2D.dx",
		shape: x.Shape(),
		run: func(dx []T, v [][]T) error {
			work = grow(work, kernel.Conv2DGradInputWork(s, filters))
			kernel.Conv2DGradInput(dx, v[0], v[1], work, s, filters)
			return nil
		},
	}, dy, w)
}

func convGradKernel[T kernel.Float](x, w, dy *gorgonia.Node, s kernel.Window) (*gorgonia.Node, error) {
	filters := w.Shape()[3]
	var work []T
	return apply(&function[T]{
		name:  "Conv2D.dw",
		shape: w.Shape(),
		run: func(dw []T, v [][]T) error {
			work = grow(work, kernel.Conv2DGradKernelWork(s, filters))
			kernel.Conv2DGradKernel(dw, v[0], v[1], work, s, filters)
			return nil
		},
	}, x, dy)
}
