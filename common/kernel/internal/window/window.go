// Package window is the geometry of convolution and pooling: how a kernel slides over an image.
package window

import (
	"fmt"
	"math"
)

// Window is how a kernel or a pool slides over NHWC images. All sizes are in pixels; PadTop and PadLeft are the
// rows and columns outside the image that the first window covers.
type Window struct {
	Batch, Height, Width, Channels int
	KernelHeight, KernelWidth      int
	StrideHeight, StrideWidth      int
	PadTop, PadLeft                int
	OutHeight, OutWidth            int
}

// New returns the window of Keras' padding "same" or "valid". Per axis, as TensorFlow defines them:
//
//	valid: out = (in - kernel)/stride + 1, no padding
//	same:  out = ceil(in/stride), padding = max((out-1)*stride + kernel - in, 0), the smaller half before
//
// It is an error if a size or stride is below 1, if a valid kernel is larger than the image, if an image or a kernel
// has more elements than an int32 counts, or if the batch has more than an int counts.
func New(batch, height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth int,
	same bool) (Window, error) {
	w := Window{
		Batch: batch, Height: height, Width: width, Channels: channels,
		KernelHeight: kernelHeight, KernelWidth: kernelWidth,
		StrideHeight: strideHeight, StrideWidth: strideWidth,
	}
	switch {
	case batch < 1:
		return Window{}, fmt.Errorf("batch of %d, want at least 1", batch)
	case height < 1 || width < 1 || channels < 1:
		return Window{}, fmt.Errorf("image of %dx%dx%d, want sizes of at least 1", height, width, channels)
	case kernelHeight < 1 || kernelWidth < 1:
		return Window{}, fmt.Errorf("kernel of %dx%d, want sizes of at least 1", kernelHeight, kernelWidth)
	case strideHeight < 1 || strideWidth < 1:
		return Window{}, fmt.Errorf("stride of %dx%d, want at least 1", strideHeight, strideWidth)
	case !Fits(math.MaxInt32, height, width, channels):
		return Window{}, fmt.Errorf("image of %dx%dx%d has more than %d elements",
			height, width, channels, math.MaxInt32)
	case !Fits(math.MaxInt32, kernelHeight, kernelWidth, channels):
		return Window{}, fmt.Errorf("kernel of %dx%dx%d has more than %d elements",
			kernelHeight, kernelWidth, channels, math.MaxInt32)
	case !Fits(math.MaxInt, batch, height, width, channels):
		return Window{}, fmt.Errorf("batch of %d images of %dx%dx%d has more than %d elements",
			batch, height, width, channels, math.MaxInt)
	case !same && (kernelHeight > height || kernelWidth > width):
		return Window{}, fmt.Errorf("kernel %dx%d does not fit an input of %dx%d without padding",
			kernelHeight, kernelWidth, height, width)
	}
	w.OutHeight, w.PadTop = slide(height, kernelHeight, strideHeight, same)
	w.OutWidth, w.PadLeft = slide(width, kernelWidth, strideWidth, same)
	return w, nil
}

// Fits reports whether the product of the sizes, each at least 1, is at most limit.
func Fits(limit int, sizes ...int) bool {
	for _, size := range sizes {
		if size > limit {
			return false
		}
		limit /= size
	}
	return true
}

// slide returns the output size and the padding before the first pixel of one axis.
func slide(in, kernel, stride int, same bool) (out, before int) {
	if !same {
		return (in-kernel)/stride + 1, 0
	}
	out = (in-1)/stride + 1
	return out, max((out-1)*stride+kernel-in, 0) / 2
}

// Taps returns which taps of a kernel that begins at pixel start lie on the axis of in pixels: lo … hi-1.
func Taps(start, kernel, in int) (lo, hi int) {
	return max(0, -start), min(kernel, in-start)
}

// KernelSize returns the number of weights of a convolution kernel.
func (s *Window) KernelSize(filters int) int {
	return s.KernelHeight * s.KernelWidth * s.Channels * filters
}

// Rows returns the number of output rows of the whole batch.
func (s *Window) Rows() int { return s.Batch * s.OutHeight }
