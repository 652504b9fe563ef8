package vm_test

import (
	"errors"
	"hash"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/op"
	"gorgonia-lectures/common/vm"
)

func newRand() *rand.Rand { return rand.New(rand.NewPCG(3, 20)) }

// probe is an operation on a vector that does what a test wants.
type probe struct {
	name string
	do   func(x gorgonia.Value) (gorgonia.Value, error)
}

func (p *probe) Arity() int { return 1 }
func (p *probe) Type() hm.Type {
	v := gorgonia.TensorType{Dims: 1, Of: hm.TypeVariable('a')}
	return hm.NewFnType(v, v)
}
func (p *probe) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return tensor.Shape{3}, nil }
func (p *probe) Do(in ...gorgonia.Value) (gorgonia.Value, error)       { return p.do(in[0]) }
func (p *probe) ReturnsPtr() bool                                      { return true }
func (p *probe) CallsExtern() bool                                     { return false }
func (p *probe) OverwritesInput() int                                  { return -1 }
func (p *probe) WriteHash(h hash.Hash)                                 { _, _ = io.WriteString(h, p.name) }
func (p *probe) String() string                                        { return p.name }
func (p *probe) Hashcode() uint32 {
	h := fnv.New32a()
	p.WriteHash(h)
	return h.Sum32()
}

// vector is an input of three numbers.
func vector(g *gorgonia.ExprGraph, name string, values ...float64) *gorgonia.Node {
	return input(g, name, tensor.New(tensor.WithShape(3), tensor.WithBacking(values)))
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// Only what the outputs need is run, each operation once.
func TestOnlyWhatIsWantedRuns(t *testing.T) {
	g := gorgonia.NewGraph()
	x := vector(g, "x", 1, 2, 3)
	runs := map[string]int{}
	count := func(name string, in *gorgonia.Node) *gorgonia.Node {
		return must(gorgonia.ApplyOp(&probe{name, func(x gorgonia.Value) (gorgonia.Value, error) {
			runs[name]++
			return x, nil
		}}, in))
	}
	shared := count("shared", x)
	left, right := count("left", shared), count("right", shared)
	dead := count("dead", shared)
	count("dead too", dead)
	sum := must(gorgonia.Add(left, right))
	machine := own(t, g, sum, right)
	for run := 1; run <= 3; run++ {
		if err := machine.RunAll(); err != nil {
			t.Fatal(err)
		}
		if len(runs) != 3 || runs["shared"] != run || runs["left"] != run || runs["right"] != run {
			t.Fatalf("after %d runs: %v", run, runs)
		}
	}
	if got := numbers(t, sum.Value()); !slices.Equal(got, []float64{2, 4, 6}) {
		t.Errorf("sum %v", got)
	}
}

func TestMissingValue(t *testing.T) {
	g := gorgonia.NewGraph()
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("pixels"), gorgonia.WithShape(3))
	machine := own(t, g, must(gorgonia.Add(x, vector(g, "y", 1, 2, 3))))
	wording.Check(t, machine.RunAll(), "input", `"pixels"`)
	if err := gorgonia.Let(x, tensor.New(tensor.WithShape(3), tensor.WithBacking([]float64{1, 1, 1}))); err != nil {
		t.Fatal(err)
	}
	if err := machine.RunAll(); err != nil {
		t.Error(err)
	}
}

// An error and a panic in an operation come back as errors that name it; the machine still works.
func TestFailingOperation(t *testing.T) {
	for _, c := range []struct {
		name  string
		fail  func() error
		facts []string
	}{
		{"bounds", func() error { var none []int; none[len(none)] = 1; return nil }, []string{"probe", "index out of range"}},
		{"panic", func() error { panic("out of ink") }, []string{"probe", "out of ink"}},
		{"error", func() error { return errors.New("worn out") }, []string{"worn out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := gorgonia.NewGraph()
			broken := true
			machine := own(t, g, must(gorgonia.ApplyOp(&probe{"probe", func(x gorgonia.Value) (gorgonia.Value, error) {
				if broken {
					return nil, c.fail()
				}
				return x, nil
			}}, vector(g, "x", 1, 2, 3))))
			wording.Check(t, machine.RunAll(), c.facts...)
			broken = false
			if err := machine.RunAll(); err != nil {
				t.Errorf("once mended: %v", err)
			}
		})
	}
}

// No value, and a value of another shape or dtype than the node's, are errors that name the operation.
func TestOperationThatGivesSomethingElse(t *testing.T) {
	for _, c := range []struct {
		v     gorgonia.Value
		facts []string
	}{
		{nil, []string{"probe", "no value"}},
		{tensor.New(tensor.WithShape(2), tensor.Of(tensor.Float64)), []string{"probe", "(3)", "(2)"}},
		{tensor.New(tensor.WithShape(3), tensor.Of(tensor.Float32)), []string{"float64", "float32"}},
	} {
		g := gorgonia.NewGraph()
		give := &probe{"probe", func(gorgonia.Value) (gorgonia.Value, error) { return c.v, nil }}
		y := must(gorgonia.ApplyOp(give, vector(g, "x", 1, 2, 3)))
		wording.Check(t, own(t, g, y).RunAll(), c.facts...)
	}
}

func TestWhatCannotBeCompiled(t *testing.T) {
	g, other := gorgonia.NewGraph(), gorgonia.NewGraph()
	x := vector(g, "x", 1, 2, 3)
	y := must(gorgonia.Tanh(x))
	var seen gorgonia.Value
	read := gorgonia.Read(y, &seen)
	for _, c := range []struct {
		outputs gorgonia.Nodes
		fact    string
	}{
		{nil, "no outputs"}, {gorgonia.Nodes{y, nil}, "output 1"}, {gorgonia.Nodes{vector(other, "x", 1, 2, 3)}, "output 0"},
	} {
		_, err := vm.New(g, c.outputs)
		wording.Check(t, err, c.fact)
	}
	_, err := vm.New(g, gorgonia.Nodes{read}) // names an address
	if err == nil || !strings.Contains(err.Error(), "statement") {
		t.Errorf("error %v, want that the node is a statement", err)
	}
	// a statement elsewhere in the graph is no obstacle
	if err := own(t, g, y).RunAll(); err != nil {
		t.Error(err)
	}
}

// A tensor bound between two runs is the input of the second, also for views of it.
func TestLetBetweenRuns(t *testing.T) {
	g := gorgonia.NewGraph()
	x := gorgonia.NewTensor(g, tensor.Float64, 3, gorgonia.WithName("x"), gorgonia.WithShape(1, 1, 2))
	y := must(op.Flatten(x))
	z := must(op.ReLU(y))
	machine := own(t, g, y, z)
	for _, values := range [][]float64{{1, 2}, {3, 4}, {5, 6}} {
		if err := gorgonia.Let(x, tensor.New(tensor.WithShape(1, 1, 2), tensor.WithBacking(values))); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := machine.RunAll(); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(numbers(t, y.Value()), values) || !slices.Equal(numbers(t, z.Value()), values) {
				t.Errorf("flattened %v, rectified %v, want %v", y.Value().Data(), z.Value().Data(), values)
			}
			values[0]++ // in place is seen too
		}
	}
}

// Node.Grad gives the gradient of the newest run, for our operations and for Gorgonia's.
func TestGradIsTheNewest(t *testing.T) {
	for _, build := range []func(testing.TB, tensor.Dtype, int) *net{newConvNet, newStockNet} {
		n := build(t, tensor.Float64, 2)
		machine := n.own(t)
		var old []float64
		for step := range uint64(3) {
			n.draw(step)
			if err := machine.RunAll(); err != nil {
				t.Fatal(err)
			}
			for i, p := range n.params {
				grad, err := p.Grad()
				if err != nil {
					t.Fatal(err)
				}
				if grad != n.grads[i].Value() {
					t.Errorf("Grad of %s is not the value of its gradient node", p.Name())
				}
			}
			fresh := numbers(t, n.grads[0].Value())
			if slices.Equal(old, fresh) {
				t.Error("other data, but the same gradient")
			}
			old = fresh
		}
	}
}

// Close drops the values, without an error.
func TestClose(t *testing.T) {
	n := newStockNet(t, tensor.Float64, 2)
	machine := n.own(t)
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	want := numbers(t, n.cost.Value())
	if err := machine.Close(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(want, numbers(t, n.cost.Value())) {
		t.Error("closing the machine changed a node's value")
	}
}
