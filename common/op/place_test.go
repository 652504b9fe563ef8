package op_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// Gradients that were given a place are computed there, run after run, to the same bits as elsewhere.
func TestPlace(t *testing.T) {
	for name, build := range map[string]builder{"Dense": denseOp(true), "Conv2D": convOp([2]int{1, 1}, true, true)} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 3))
			inputs := []array{random(rng, 3, 4), random(rng, 4, 5), random(rng, 5)}
			if name == "Conv2D" {
				inputs = []array{random(rng, 2, 5, 5, 2), random(rng, 3, 3, 2, 4), random(rng, 4)}
			}
			want, got := newTrial(t, build, tensor.Float32, 0, inputs...), newTrial(t, build, tensor.Float32, 0, inputs...)
			places := make([][]float32, len(inputs))
			for i, n := range got.grads {
				places[i] = make([]float32, n.Shape().TotalSize())
				if op.Place(n, places[i][1:]) || op.Place(n, make([]float64, len(places[i]))) {
					t.Errorf("gradient %d has a place that does not fit", i)
				}
				if !op.Place(n, places[i]) {
					t.Errorf("gradient %d has no place", i)
				}
			}
			for _, p := range places {
				for i := range p { // nobody counts on what was there
					p[i] = float32(math.NaN())
				}
			}
			for range 2 {
				want.run(t)
				got.run(t)
				for i, all := range want.gradients(t) {
					if !slices.Equal(values(t, got.grads[i]), all) {
						t.Errorf("gradient %d is %v, want %v", i, values(t, got.grads[i]), all)
					}
					for j, v := range places[i] {
						if float64(v) != all[j] {
							t.Fatalf("gradient %d is not at its place", i)
						}
					}
					clear(places[i])
				}
			}
			if op.Place(got.grads[1], make([]float32, len(places[1]))) {
				t.Error("a gradient that was computed has another place")
			}
		})
	}
	g := gorgonia.NewGraph()
	x := leaf(g, "x", tensor.Float32, array{tensor.Shape{2}, []float64{1, 2}})
	loss, err := op.MeanSquaredError(x, leaf(g, "y", tensor.Float32, array{tensor.Shape{2}, []float64{1, 3}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []*gorgonia.Node{x, gorgonia.Must(gorgonia.Square(x)), loss} {
		if op.Place(n, make([]float32, n.Shape().TotalSize())) {
			t.Errorf("%v has a place", n)
		}
	}
}
