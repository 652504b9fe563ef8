package vm_test

import (
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

// net is a small net for training on images (rows, 6, 6, 1) with class numbers 0 to 3, or on rows of
// numbers with targets.
type net struct {
	graph           *gorgonia.ExprGraph
	x, target, cost *gorgonia.Node
	params, grads   gorgonia.Nodes
	step            uint64
	dtype           tensor.Dtype
	seed            *rand.Rand
	images          bool
}

func must(n *gorgonia.Node, err error) *gorgonia.Node { return gorgonia.Must(n, err) }

// fill gives a new tensor of draws from [-0.5, 0.5).
func fill(rng *rand.Rand, dtype tensor.Dtype, shape ...int) *tensor.Dense {
	d := tensor.New(tensor.Of(dtype), tensor.WithShape(shape...))
	draw(rng, d)
	return d
}

func draw(rng *rand.Rand, d *tensor.Dense) {
	for i := range d.Shape().TotalSize() {
		set(d, i, rng.Float64()-.5)
	}
}

func set(d *tensor.Dense, i int, v float64) {
	if d.Dtype() == tensor.Float32 {
		d.Float32s()[i] = float32(v)
	} else {
		d.Float64s()[i] = v
	}
}

func input(g *gorgonia.ExprGraph, name string, d *tensor.Dense) *gorgonia.Node {
	return gorgonia.NewTensor(g, d.Dtype(), d.Dims(), gorgonia.WithName(name), gorgonia.WithShape(d.Shape()...), gorgonia.WithValue(d))
}

func (n *net) param(name string, shape ...int) *gorgonia.Node {
	p := input(n.graph, name, fill(n.seed, n.dtype, shape...))
	n.params = append(n.params, p)
	return p
}

// newConvNet has every kind of operation of package op that a net for images has.
func newConvNet(t testing.TB, dtype tensor.Dtype, rows int) *net {
	t.Helper()
	n := &net{graph: gorgonia.NewGraph(), dtype: dtype, seed: rand.New(rand.NewPCG(1, 20)), images: true}
	n.x = input(n.graph, "x", fill(n.seed, dtype, rows, 6, 6, 1))
	n.target = input(n.graph, "target", tensor.New(tensor.Of(dtype), tensor.WithShape(rows)))
	y := must(op.Conv2D(n.x, n.param("w1", 3, 2, 1, 3), n.param("b1", 3), [2]int{1, 1}, true, true))
	y = must(op.MaxPool2D(y, op.Window{Size: [2]int{2, 2}, Stride: [2]int{2, 2}}))
	y = must(op.Dropout(y, .25, op.Mask{Seed: 4, Step: &n.step}))
	y = must(op.Flatten(y))
	y = must(op.Tanh(must(op.Dense(y, n.param("w2", 27, 8), n.param("b2", 8), false))))
	y = must(op.Dense(y, n.param("w3", 8, 5), nil, true))
	y = must(op.Sigmoid(must(op.Dense(y, n.param("w4", 5, 4), n.param("b4", 4), false))))
	n.finish(t, must(op.SparseCategoricalCrossentropy(must(op.Softmax(y)), n.target)))
	return n
}

// newStockNet is made of Gorgonia's own operations alone.
func newStockNet(t testing.TB, dtype tensor.Dtype, rows int) *net {
	t.Helper()
	n := &net{graph: gorgonia.NewGraph(), dtype: dtype, seed: rand.New(rand.NewPCG(2, 20))}
	n.x = input(n.graph, "x", fill(n.seed, dtype, rows, 3))
	n.target = input(n.graph, "target", fill(n.seed, dtype, rows, 2))
	layer := func(x, w, b *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.BroadcastAdd(must(gorgonia.Mul(x, w)), b, nil, []byte{0}))
	}
	hidden := must(gorgonia.Sigmoid(layer(n.x, n.param("w1", 3, 5), n.param("b1", 1, 5))))
	y := must(gorgonia.Tanh(layer(hidden, n.param("w2", 5, 2), n.param("b2", 1, 2))))
	n.finish(t, must(gorgonia.Mean(must(gorgonia.Square(must(gorgonia.Sub(y, n.target)))))))
	return n
}

func (n *net) finish(t testing.TB, cost *gorgonia.Node) {
	t.Helper()
	n.cost = cost
	var err error
	if n.grads, err = gorgonia.Grad(cost, n.params...); err != nil {
		t.Fatal(err)
	}
}

func (n *net) wanted() gorgonia.Nodes { return append(gorgonia.Nodes{n.cost}, n.grads...) }

func (n *net) own(t testing.TB) *vm.Machine { return own(t, n.graph, n.wanted()...) }

func own(t testing.TB, g *gorgonia.ExprGraph, outputs ...*gorgonia.Node) *vm.Machine {
	t.Helper()
	m, err := vm.New(g, outputs)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// draw fills input and targets with the values of a training step.
func (n *net) draw(step uint64) {
	n.step = step
	rng := rand.New(rand.NewPCG(step, 21))
	draw(rng, n.x.Value().(*tensor.Dense))
	target := n.target.Value().(*tensor.Dense)
	if !n.images {
		draw(rng, target)
		return
	}
	for i := range target.Shape().TotalSize() {
		set(target, i, float64(rng.IntN(4)))
	}
}

// numbers is a copy of what a node holds, widened: equal numbers are equal bits, but for zeros.
func numbers(t testing.TB, v gorgonia.Value) []float64 {
	t.Helper()
	switch v := v.(type) {
	case *gorgonia.F32:
		return []float64{float64(*v)}
	case *gorgonia.F64:
		return []float64{float64(*v)}
	case *tensor.Dense:
		if v.Dtype() == tensor.Float64 {
			return append([]float64{}, v.Float64s()...)
		}
		var wide []float64
		for _, x := range v.Float32s() {
			wide = append(wide, float64(x))
		}
		return wide
	}
	t.Fatalf("a %T is no value of floats", v)
	return nil
}
