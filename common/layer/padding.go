package layer

import (
	"cmp"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// ZeroPadding2D pads each image with zeros. The sizes are in pixels; all are 1 if all are zero.
type ZeroPadding2D struct{ Top, Bottom, Left, Right int }

// Kind is Keras' class name.
func (ZeroPadding2D) Kind() string { return "ZeroPadding2D" }

func (z ZeroPadding2D) frame() ZeroPadding2D { return cmp.Or(z, ZeroPadding2D{1, 1, 1, 1}) }

// OutputShape is (Top+height+Bottom, Left+width+Right, channels) for an image (height, width, channels); the error
// names a size that is out of range.
func (z ZeroPadding2D) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	z = z.frame()
	if min(z.Top, z.Bottom, z.Left, z.Right) < 0 || max(z.Top, z.Bottom, z.Left, z.Right) > math.MaxInt16 {
		return nil, fmt.Errorf("padding of %d, %d, %d and %d pixels at the top, bottom, left and right, want 0 to %d",
			z.Top, z.Bottom, z.Left, z.Right, math.MaxInt16)
	}
	if len(input) != 3 {
		return nil, fmt.Errorf("input %v has %d axes, want 3: (height, width, channels)", input, len(input))
	}
	return tensor.Shape{z.Top + input[0] + z.Bottom, z.Left + input[1] + z.Right, input[2]}, nil
}

// Params is nil: the layer learns nothing.
func (ZeroPadding2D) Params(tensor.Shape) []Param { return nil }

// Build adds the padding.
func (z ZeroPadding2D) Build(_ Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	z = z.frame()
	return op.ZeroPadding2D(x, z.Top, z.Bottom, z.Left, z.Right)
}
