package vm_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/vm"
)

// Any graph runs on the machine, such as one of Gorgonia's own operations: the slope of x² at three
// points.
func Example() {
	g := gorgonia.NewGraph()
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithShape(3))
	sum, err := gorgonia.Sum(gorgonia.Must(gorgonia.Square(x)))
	if err != nil {
		fmt.Println(err)
		return
	}
	slope, err := gorgonia.Grad(sum, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	machine, err := vm.New(g, gorgonia.Nodes{sum, slope[0]})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer machine.Close()
	for _, at := range [][]float64{{1, 2, 3}, {-1, 0, 10}} {
		if err := gorgonia.Let(x, tensor.New(tensor.WithShape(3), tensor.WithBacking(at))); err != nil {
			fmt.Println(err)
			return
		}
		if err := machine.RunAll(); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(sum.Value(), slope[0].Value().Data())
	}
	// Output:
	// 14 [2 4 6]
	// 101 [-2 0 20]
}
