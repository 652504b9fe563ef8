package solver_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/solver"
)

// bowl is a parameter with its gradient.
type bowl struct{ w, g *tensor.Dense }

func (b bowl) Value() gorgonia.Value         { return b.w }
func (b bowl) Grad() (gorgonia.Value, error) { return b.g, nil }

// The minimum of (x-3)² + 10(y+1)², found by following the gradient.
func Example() {
	w := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{0, 0}))
	g := tensor.New(tensor.WithShape(2), tensor.Of(tensor.Float64))
	s := solver.NewSGD(0.02)
	s.Momentum = 0.9
	for range 300 {
		p := w.Float64s()
		g.Float64s()[0], g.Float64s()[1] = 2*(p[0]-3), 20*(p[1]+1)
		if err := s.Step([]gorgonia.ValueGrad{bowl{w, g}}); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("x = %.4f, y = %.4f after %d steps\n", w.Float64s()[0], w.Float64s()[1], s.State().Step)
	// Output: x = 3.0000, y = -1.0000 after 300 steps
}
