package layer_test

import (
	"fmt"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
)

// The lecture's convolutional net from layer to layer: the shape of one image, and what is learned.
func Example() {
	shape, total := tensor.Shape{28, 28, 1}, 0
	for _, l := range []layer.Layer{
		layer.Conv2D{Filters: 32, Kernel: layer.Square(5), Padding: layer.Same, Activation: layer.ReLU},
		layer.MaxPool2D{},
		layer.Conv2D{Filters: 64, Kernel: layer.Square(2), Padding: layer.Same, Activation: layer.ReLU},
		layer.MaxPool2D{},
		layer.Dropout{Rate: 0.25},
		layer.Flatten{},
		layer.Dense{Units: 1000, Activation: layer.ReLU},
		layer.Dense{Units: 10, Activation: layer.Softmax},
	} {
		output, err := l.OutputShape(shape)
		if err != nil {
			fmt.Println(err)
			return
		}
		count := 0
		for _, p := range l.Params(shape) {
			count += p.Shape.TotalSize()
		}
		fmt.Printf("%-12s %-12s %7d\n", l.Kind(), fmt.Sprint(output), count)
		shape, total = output, total+count
	}
	fmt.Println(total)
	// Output:
	// Conv2D       (28, 28, 32)     832
	// MaxPooling2D (14, 14, 32)       0
	// Conv2D       (14, 14, 64)    8256
	// MaxPooling2D (7, 7, 64)         0
	// Dropout      (7, 7, 64)         0
	// Flatten      (3136)             0
	// Dense        (1000)       3137000
	// Dense        (10)           10010
	// 3156098
}
