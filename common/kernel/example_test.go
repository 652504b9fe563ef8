package kernel_test

import (
	"fmt"

	"gorgonia-lectures/common/kernel"
)

// A matrix product with the second factor stored transposed, as in the gradient of a dense layer.
func ExampleMatMul() {
	a := []float32{
		1, 2, 3,
		4, 5, 6,
	}
	bT := []float32{
		1, 0, 0,
		0, 1, 1,
	}
	c := make([]float32, 2*2)
	work := make([]float32, kernel.MatMulWork(2, 3, 2, false, true))
	kernel.MatMul(c, a, bT, work, 2, 3, 2, false, true)
	fmt.Println(c)
	// Output: [1 5 4 11]
}

// A 2x2 kernel over one 3x3 image, without padding.
func ExampleConv2D() {
	window, err := kernel.NewWindow(1, 3, 3, 1, 2, 2, 1, 1, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	image := []float32{
		1, 2, 3,
		4, 5, 6,
		7, 8, 9,
	}
	sobel := []float32{-1, 1, -1, 1}
	y := make([]float32, window.OutHeight*window.OutWidth)
	kernel.Conv2D(y, image, sobel, nil, window, 1, false)
	fmt.Println(y)
	// Output: [2 2 2 2]
}
