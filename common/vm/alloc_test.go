//go:build !race

package vm_test

import (
	"fmt"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// After the first run, a run of a graph of package op allocates nothing. Shapes are small: a large
// operation starts goroutines.
func TestRunsDoNotAllocate(t *testing.T) {
	const rows = 3
	logits := func(n *net) *gorgonia.Node { return must(op.Dense(n.x, n.param("w", 5, 4), n.param("b", 4), false)) }
	probabilities := func(n *net) *gorgonia.Node { return must(op.Softmax(logits(n))) }
	flat := func(build func(n *net) *gorgonia.Node, target ...int) func(testing.TB, tensor.Dtype) *net {
		return func(t testing.TB, dtype tensor.Dtype) *net {
			n := &net{graph: gorgonia.NewGraph(), dtype: dtype, seed: newRand()}
			n.x = input(n.graph, "x", fill(n.seed, dtype, rows, 5))
			n.target = input(n.graph, "target", tensor.New(tensor.Of(dtype), tensor.WithShape(target...)))
			n.finish(t, build(n))
			return n
		}
	}
	for name, build := range map[string]func(testing.TB, tensor.Dtype) *net{
		"convolution, pooling, dropout, dense": func(t testing.TB, dtype tensor.Dtype) *net { return newConvNet(t, dtype, rows) },
		"MeanSquaredError": flat(func(n *net) *gorgonia.Node {
			return must(op.MeanSquaredError(must(op.ReLU(logits(n))), n.target))
		}, rows, 4),
		"BinaryCrossentropy": flat(func(n *net) *gorgonia.Node {
			return must(op.BinaryCrossentropy(must(op.Sigmoid(logits(n))), n.target))
		}, rows, 4),
		"BinaryCrossentropyLogits": flat(func(n *net) *gorgonia.Node {
			return must(op.BinaryCrossentropyLogits(logits(n), n.target))
		}, rows, 4),
		"CategoricalCrossentropy": flat(func(n *net) *gorgonia.Node {
			return must(op.CategoricalCrossentropy(probabilities(n), n.target))
		}, rows, 4),
		"CategoricalCrossentropyLogits": flat(func(n *net) *gorgonia.Node {
			return must(op.CategoricalCrossentropyLogits(logits(n), n.target))
		}, rows, 4),
		"SparseCategoricalCrossentropyLogits": flat(func(n *net) *gorgonia.Node {
			return must(op.SparseCategoricalCrossentropyLogits(logits(n), n.target))
		}, rows),
	} {
		for _, dtype := range dtypes {
			t.Run(fmt.Sprintf("%s,%v", name, dtype), func(t *testing.T) {
				n := build(t, dtype)
				machine := n.own(t)
				var err error
				run := func() {
					n.step++
					if e := machine.RunAll(); e != nil {
						err = e
					}
					machine.Reset()
				}
				run()
				if allocs := testing.AllocsPerRun(50, run); allocs != 0 || err != nil {
					t.Errorf("%v allocations per run, want 0 (error %v)", allocs, err)
				}
			})
		}
	}
}
