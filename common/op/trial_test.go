package op_test

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/vm"
)

// array is the value of one input, row-major.
type array struct {
	shape tensor.Shape
	data  []float64
}

// builder makes the operation under test from its inputs.
type builder func(in ...*gorgonia.Node) (*gorgonia.Node, error)

// trial is an operation in a graph of its own, with the scalar sum(y·upstream) after it and the
// gradients of that scalar with respect to the inputs.
type trial struct {
	in, grads         gorgonia.Nodes
	y, cost, upstream *gorgonia.Node
	machine           *vm.Machine
}

// newTrial differentiates with respect to all inputs but the last fixed ones (targets). Gorgonia's
// own operations make the scalar, so that ours work next to them.
func newTrial(t testing.TB, build builder, dtype tensor.Dtype, fixed int, inputs ...array) *trial {
	t.Helper()
	g := gorgonia.NewGraph()
	tr := &trial{}
	for i, a := range inputs {
		tr.in = append(tr.in, leaf(g, string(rune('a'+i)), dtype, a))
	}
	var err error
	if tr.y, err = build(tr.in...); err != nil {
		t.Fatal(err)
	}
	if tr.y.IsScalar() {
		tr.upstream = gorgonia.NewScalar(g, dtype, gorgonia.WithName("upstream"), gorgonia.WithValue(scalar(dtype, 1.7)))
		tr.cost = gorgonia.Must(gorgonia.Mul(tr.y, tr.upstream))
	} else {
		tr.upstream = leaf(g, "upstream", dtype, random(rand.New(rand.NewPCG(9, 9)), tr.y.Shape()...))
		tr.cost = gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(tr.y, tr.upstream))))
	}
	if tr.grads, err = gorgonia.Grad(tr.cost, tr.in[:len(inputs)-fixed]...); err != nil {
		t.Fatal(err)
	}
	if tr.machine, err = vm.New(g, append(gorgonia.Nodes{tr.y, tr.cost}, tr.grads...)); err != nil {
		t.Fatal(err)
	}
	return tr
}

func (tr *trial) run(t testing.TB) {
	t.Helper()
	if err := tr.machine.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// gradients are copies of all gradients of the newest run.
func (tr *trial) gradients(t testing.TB) [][]float64 {
	t.Helper()
	var all [][]float64
	for _, n := range tr.grads {
		all = append(all, values(t, n))
	}
	return all
}

// checkGradients compares every gradient with central differences of the cost, in float64.
func checkGradients(t *testing.T, build builder, fixed int, inputs ...array) {
	t.Helper()
	tr := newTrial(t, build, tensor.Float64, fixed, inputs...)
	tr.run(t)
	grads := tr.gradients(t)
	forward, err := vm.New(tr.y.Graph(), gorgonia.Nodes{tr.cost})
	if err != nil {
		t.Fatal(err)
	}
	for i, grad := range grads {
		x := floats(t, tr.in[i].Value())
		want := fd.Gradient(nil, func(at []float64) float64 {
			copy(x, at)
			if err := forward.RunAll(); err != nil {
				t.Fatal(err)
			}
			return float64(*tr.cost.Value().(*gorgonia.F64))
		}, inputs[i].data, &fd.Settings{Formula: fd.Central})
		copy(x, inputs[i].data)
		golden.Near(t, "gradient of input "+tr.in[i].Name(), grad, want, 2e-8)
	}
}

// leaf is an input node that owns a copy of the values.
func leaf(g *gorgonia.ExprGraph, name string, dtype tensor.Dtype, a array) *gorgonia.Node {
	if a.shape.Dims() == 0 {
		return gorgonia.NewScalar(g, dtype, gorgonia.WithName(name), gorgonia.WithValue(scalar(dtype, a.data[0])))
	}
	var backing any = append([]float64{}, a.data...)
	if dtype == tensor.Float32 {
		backing = golden.Convert[float32](a.data)
	}
	return gorgonia.NewTensor(g, dtype, a.shape.Dims(), gorgonia.WithName(name), gorgonia.WithShape(a.shape...),
		gorgonia.WithValue(tensor.New(tensor.WithShape(a.shape...), tensor.WithBacking(backing))))
}

func scalar(dtype tensor.Dtype, v float64) any {
	if dtype == tensor.Float32 {
		return float32(v)
	}
	return v
}

// values is a copy of a node's values.
func values(t testing.TB, n *gorgonia.Node) []float64 {
	t.Helper()
	switch v := n.Value().(type) {
	case *gorgonia.F32:
		return []float64{float64(*v)}
	case *gorgonia.F64:
		return []float64{float64(*v)}
	case *tensor.Dense:
		if v.Dtype() == tensor.Float32 {
			return golden.Convert[float64](v.Float32s())
		}
		return append([]float64{}, v.Float64s()...)
	}
	t.Fatalf("%v holds a %T", n, n.Value())
	return nil
}

func floats(t testing.TB, v gorgonia.Value) []float64 {
	t.Helper()
	d, ok := v.(*tensor.Dense)
	if !ok || d.Dtype() != tensor.Float64 {
		t.Fatalf("%T is no tensor of float64", v)
	}
	return d.Float64s()
}

// random draws from the normal distribution.
func random(rng *rand.Rand, shape ...int) array {
	a := array{shape: shape, data: make([]float64, tensor.Shape(shape).TotalSize())}
	for i := range a.data {
		a.data[i] = rng.NormFloat64()
	}
	return a
}

// apart draws values at least 0.05 apart and 0.02 from zero, in random order: central differences
// are right only if no two values swap and none changes its sign.
func apart(rng *rand.Rand, shape ...int) array {
	a := array{shape: shape, data: make([]float64, tensor.Shape(shape).TotalSize())}
	for i, rank := range rng.Perm(len(a.data)) {
		a.data[i] = 0.05*float64(rank-len(a.data)/2) + 0.02
	}
	return a
}

// between draws evenly from [lo, hi).
func between(rng *rand.Rand, lo, hi float64, shape ...int) array {
	a := random(rng, shape...)
	for i := range a.data {
		a.data[i] = lo + (hi-lo)*rng.Float64()
	}
	return a
}

// size draws from lo to hi.
func size(rng *rand.Rand, lo, hi int) int { return lo + rng.IntN(hi-lo+1) }
