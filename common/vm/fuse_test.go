package vm_test

import (
	"slices"
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/op"
)

// A convolution that only its pooling takes is computed with it: it has no value until Compute gives it that of the
// tape machine. As an output, or with a second user, it has one. All else is the same.
func TestConvolutionAndPoolingInOne(t *testing.T) {
	for _, dtype := range dtypes {
		for _, c := range []struct {
			name        string
			user, wants bool
			both        bool // in one operation
		}{{"alone", false, false, true}, {"output", false, true, false}, {"second user", true, false, false}} {
			t.Run(c.name+","+dtype.String(), func(t *testing.T) {
				build := func() (n *net, conv *gorgonia.Node, outputs gorgonia.Nodes) {
					n = newConvNet(t, dtype, 3)
					x := input(n.graph, "images", fill(n.seed, dtype, 3, 7, 8, 2))
					conv = must(op.Conv2D(x, n.param("w", 3, 3, 2, 17), n.param("b", 17), [2]int{1, 1}, true, true))
					outputs = gorgonia.Nodes{must(op.MaxPool2D(conv, op.Window{Size: [2]int{3, 2}, Stride: [2]int{2, 2}, Same: true}))}
					if c.user {
						outputs = append(outputs, must(op.Tanh(conv)))
					}
					if c.wants {
						outputs = append(outputs, conv)
					}
					return n, conv, outputs
				}
				n, conv, outputs := build()
				m := own(t, n.graph, outputs...)
				other, tapeConv, tapeOutputs := build()
				tape := gorgonia.NewTapeMachine(other.graph.ExactSubgraphRoots(tapeOutputs...))
				defer tape.Close()
				for _, machine := range []gorgonia.VM{m, tape} {
					if err := machine.RunAll(); err != nil {
						t.Fatal(err)
					}
				}
				if alone := conv.Value() != nil; alone == c.both {
					t.Errorf("the convolution has a value of its own: %t", alone)
				}
				for i, n := range outputs {
					if !slices.Equal(bits(t, n.Value()), bits(t, tapeOutputs[i].Value())) {
						t.Errorf("output %d is another than on the tape", i)
					}
				}
				for range 2 {
					if err := m.Compute(conv); err != nil {
						t.Fatal(err)
					}
					if !slices.Equal(bits(t, conv.Value()), bits(t, tapeConv.Value())) {
						t.Error("another convolution than on the tape")
					}
					if !c.both {
						break
					}
					if err := gorgonia.UnsafeLet(conv, fill(n.seed, dtype, 3, 7, 8, 17)); err != nil { // of an older run
						t.Fatal(err)
					}
				}
			})
		}
	}
}
