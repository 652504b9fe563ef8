package loss_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// Two pictures, three classes: the net says class 0 for the first, rightly, and class 2 for the second, which is a 1.
// The loss is a mean, and the mistake makes most of it.
func Example() {
	g := gorgonia.NewGraph()
	logits := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName("logits"), gorgonia.WithShape(2, 3),
		gorgonia.WithValue(tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float64{4, 0, 1, 0, 1, 5}))))
	output, err := op.Softmax(logits)
	if err != nil {
		fmt.Println(err)
		return
	}
	l := loss.SparseCategoricalCrossentropy
	classes := gorgonia.NewTensor(g, tensor.Float64, 1, gorgonia.WithName("classes"),
		gorgonia.WithShape(l.Target(output.Shape())...),
		gorgonia.WithValue(tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{0, 1}))))
	cost, err := l.Build(output, classes)
	if err != nil {
		fmt.Println(err)
		return
	}
	machine, err := vm.New(g, gorgonia.Nodes{output, cost})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := machine.RunAll(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", output.Value().Data())
	fmt.Printf("%v %.3f\n", l, cost.Value())
	// Output:
	// [0.936 0.017 0.047 0.007 0.018 0.976]
	// sparse_categorical_crossentropy 2.045
}
