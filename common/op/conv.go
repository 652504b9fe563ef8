package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Window describes how a kernel or a pool slides over an image; sizes and strides are (height, width). With Same the
// image is padded with zeros as in TensorFlow, so that the output has ceil(size/stride) pixels; an odd pixel of padding
// is on the right and at the bottom. Without Same there is no padding.
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
		return nil, fmt.Errorf("Conv2D: x %v does not fit w %v, want (rows, height, width, in) and "+
			"(height, width, in, filters)", x.Shape(), w.Shape())
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

// convolution has the data with which a pooling after it computes both.
type convolution struct {
	window  kernel.Window
	filters int
	relu    bool
}

func conv2D[T kernel.Float](x, w, b *gorgonia.Node, s kernel.Window, relu bool) (*gorgonia.Node, error) {
	filters := w.Shape()[3]
	y, err := affine("Conv2D", x, w, b, relu, tensor.Shape{s.Batch, s.OutHeight, s.OutWidth, filters},
		func(y, x, w, bias []T) func() error {
			return func() error { kernel.Conv2D(y, x, w, bias, s, filters, relu); return nil }
		},
		func(w, dy *gorgonia.Node) (*gorgonia.Node, error) {
			return apply(&function[T]{
				name:  "Conv2D.dx",
				shape: x.Shape(),
				run: withWork(kernel.Conv2DGradInputWork(s, filters), func(dx []T, v [][]T, work []T) {
					kernel.Conv2DGradInput(dx, v[0], v[1], work, s, filters)
				}),
			}, dy, w)
		},
		func(x, dy *gorgonia.Node) (*gorgonia.Node, error) {
			return apply(&function[T]{
				name:  "Conv2D.dw",
				shape: w.Shape(),
				run: withWork(kernel.Conv2DGradKernelWork(s, filters), func(dw []T, v [][]T, work []T) {
					kernel.Conv2DGradKernel(dw, v[0], v[1], work, s, filters)
				}),
			}, x, dy)
		})
	if err != nil {
		return nil, err
	}
	if f, ok := y.Op().(*function[T]); ok {
		f.convolution = &convolution{s, filters, relu}
	}
	return y, nil
}
