package kernel

import "gorgonia-lectures/common/kernel/internal/window"

// Window is how a kernel or a pool slides over NHWC images: the sizes of both, of the strides, of the padding and of
// the output, in pixels.
type Window = window.Window

// NewWindow returns the window of Keras' padding "same" or "valid". It is an error if a size or stride is below 1, if a
// valid kernel is larger than the image, if an image or a kernel has more elements than an int32 counts, or if the
// batch has more than an int counts.
func NewWindow(batch, height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth int,
	same bool) (Window, error) {
	return window.New(batch, height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth, same)
}
