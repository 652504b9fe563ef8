package op_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// A neuron with two inputs, its squared error, and the gradient of its weights: y = 1·2 + 3·(-1) + 0.5.
func Example() {
	g := gorgonia.NewGraph()
	input := func(name string, rows, cols int, data ...float64) *gorgonia.Node {
		return gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName(name), gorgonia.WithShape(rows, cols),
			gorgonia.WithValue(tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(data))))
	}
	x, w := input("x", 1, 2, 1, 3), input("w", 2, 1, 2, -1)
	b := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("b"), gorgonia.WithShape(1),
		gorgonia.WithValue(tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{.5}))))

	y, err := op.Dense(x, w, b, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	loss, err := op.MeanSquaredError(y, input("target", 1, 1, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	grads, err := gorgonia.Grad(loss, w, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	machine, err := vm.New(g, append(gorgonia.Nodes{loss}, grads...))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := machine.RunAll(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("y", y.Value().Data(), "loss", loss.Value())
	fmt.Println("dw", grads[0].Value().Data(), "db", grads[1].Value().Data())
	// Output:
	// y [-0.5] loss 2.25
	// dw [-3 -9] db [-3]
}
