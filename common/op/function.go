// Package op has the Gorgonia operations that the layers and losses are made of. Each adds one node
// to a graph; its forward work and its gradients run in package kernel.
//
// Each operation owns its output: it allocates it in the first run and overwrites it in later ones, so a training step
// allocates nothing. No operation writes to its inputs or to the output of another one. Gorgonia's elementwise
// operations allocate in each step and write into inputs that they assume to be unused, and some are wrong (dropout's
// gradient is scaled by 1/p, pooling pads the wrong side).
//
// An operation works in float32 or float64, the dtype of its first node. It checks shapes when it adds the
// node; an error names the operation, the actual and the expected shape.
//
// # To add an operation
//
// An exported function checks shapes, and typed adds a function of the dtype. Its run computes the output from the
// inputs, in package kernel. Its diff adds the nodes of the gradients and lists them by input, with nil for those that
// wrt leaves out. A gradient that uses what the forward run has kept takes the output as an input too, so that it runs
// after it. gradient_test.go compares gradients with differences.
package op

import (
	"fmt"
	"hash"
	"hash/fnv"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// function is an operation with one output. It implements gorgonia.SDOp, which the tape machine, package vm and
// gorgonia.Grad need.
type function[T kernel.Float] struct {
	name   string
	id     uint64         // distinguishes nodes with one name, so that Gorgonia does not merge them
	inputs []tensor.Shape // an empty shape is a scalar
	shape  tensor.Shape   // of the output; empty for a scalar

	// run computes the output from the inputs, all row-major.
	run func(out []T, in [][]T)
	// direct, instead of run, returns a function that computes the output from slices that stay the same: for a few
	// values, passing slices would take as long as computing.
	direct func(out []T, in [][]T) func() error
	// check checks the inputs' values before each run. nil: all values are valid; nil with direct.
	check func(in [][]T) error
	// diff returns the gradients with respect to the inputs that wrt marks (nil: all). It is nil for an operation that
	// is itself a gradient.
	diff func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error)
	wrt  []bool
	// afterReLU, of a gradient, returns the same gradient masked by x > 0, where x is the output of a ReLU. It is nil,
	// or returns nil, if masking the finished gradient is as cheap.
	afterReLU func(x *gorgonia.Node) (*gorgonia.Node, error)

	// rows, if not nil, returns two functions on slices that stay the same: begin prepares the output, and rows
	// computes its rows lo … hi-1.
	rows func(in [][]T) (begin func(), rows func(out []T, lo, hi int))

	convolution *convolution // set if it is a convolution
	// fused returns the function that computes the output from the inputs of the convolution before it. nil: there is
	// none.
	fused func(c *convolution) *function[T]

	value gorgonia.Value // the output, made at the first run
	out   []T
	in    [][]T // room for the inputs' memory
	last  *binding[T]
}

// binding is a function with its inputs' memory. It never changes: two machines that run one graph on different inputs
// have a binding each.
type binding[T kernel.Float] struct {
	in      [][]T
	compute func() error
}

// bind returns a binding to the inputs in f.in.
func (f *function[T]) bind() *binding[T] {
	out, in := f.out, slices.Clone(f.in)
	if f.direct != nil {
		return &binding[T]{in, f.direct(out, in)}
	}
	return &binding[T]{in, func() error {
		if f.check != nil {
			if err := f.check(in); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
		f.run(out, in)
		return nil
	}}
}

var lastID atomic.Uint64

// apply adds f to the graph of its inputs.
func apply[T kernel.Float](f *function[T], inputs ...*gorgonia.Node) (*gorgonia.Node, error) {
	shapes := make([]tensor.Shape, len(inputs))
	for i, n := range inputs {
		shapes[i] = n.Shape()
	}
	f.own(shapes)
	return gorgonia.ApplyOp(f, inputs...)
}

// own gives f a new id and the given inputs.
func (f *function[T]) own(inputs []tensor.Shape) {
	f.id, f.inputs, f.in = lastID.Add(1), inputs, make([][]T, len(inputs))
}

func (f *function[T]) Arity() int { return len(f.inputs) }

// Type returns a new type for each call, because Gorgonia puts it into a pool.
func (f *function[T]) Type() hm.Type {
	terms := make([]hm.Type, 0, len(f.inputs)+1)
	for _, s := range f.inputs {
		terms = append(terms, typeOf(s))
	}
	return hm.NewFnType(append(terms, typeOf(f.shape))...)
}

func typeOf(s tensor.Shape) hm.Type {
	a := hm.TypeVariable('a')
	if s.Dims() == 0 {
		return a
	}
	return gorgonia.TensorType{Dims: s.Dims(), Of: a}
}

func (f *function[T]) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	if f.shape.Dims() == 0 {
		return tensor.ScalarShape(), nil
	}
	return f.shape.Clone(), nil
}

func (f *function[T]) Do(values ...gorgonia.Value) (gorgonia.Value, error) {
	v, compute, err := f.Bind(values...)
	if err != nil {
		return nil, err
	}
	if err := compute(); err != nil {
		return nil, err
	}
	return v, nil
}

// Bind makes the function a vm.Binder.
func (f *function[T]) Bind(values ...gorgonia.Value) (gorgonia.Value, func() error, error) {
	if f.value == nil {
		f.value, f.out = newValue[T](f.shape)
	}
	if err := f.take(values); err != nil {
		return nil, nil, err
	}
	if f.last == nil || !slices.EqualFunc(f.last.in, f.in, sameMemory) {
		f.last = f.bind()
	}
	return f.value, f.last.compute, nil
}

// take sets the inputs' memory.
func (f *function[T]) take(values []gorgonia.Value) (err error) {
	if len(values) != len(f.inputs) {
		return fmt.Errorf("%s: %d inputs, want %d", f, len(values), len(f.inputs))
	}
	for i, v := range values {
		if f.in[i], err = f.floats(i, v); err != nil {
			return err
		}
	}
	return nil
}

// InRows makes the function a vm.RowBinder.
func (f *function[T]) InRows() bool {
	_, single := any(f).(*function[float32])
	return single && f.rows != nil
}

// BindRows makes the function a vm.RowBinder.
func (f *function[T]) BindRows(values ...gorgonia.Value) (begin func(), rows func(out []float32, lo, hi int), err error) {
	g, ok := any(f).(*function[float32])
	if !ok || g.rows == nil {
		return nil, nil, fmt.Errorf("%s does not compute rows", f)
	}
	if err := f.take(values); err != nil {
		return nil, nil, err
	}
	begin, rows = g.rows(slices.Clone(g.in))
	return begin, rows, nil
}

// Fuse makes the function a vm.Fuser.
func (f *function[T]) Fuse(argument gorgonia.Op) gorgonia.Op {
	before, ok := argument.(*function[T])
	if !ok || before.convolution == nil || f.fused == nil {
		return nil
	}
	both := f.fused(before.convolution)
	both.name, both.shape = before.name+"+"+f.name, f.shape
	both.own(before.inputs)
	return both
}

func sameMemory[T kernel.Float](a, b []T) bool {
	return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// floats returns the memory of input i.
func (f *function[T]) floats(i int, v gorgonia.Value) ([]T, error) {
	if t, ok := v.(*tensor.Dense); ok {
		x, ok := memoryOf[T](t)
		if want := f.inputs[i].TotalSize(); !ok || len(x) != want {
			layout := ""
			if t.RequiresIterator() || t.DataOrder().IsColMajor() {
				layout = ", transposed or with gaps"
			}
			return nil, fmt.Errorf("%s: input %d has %d values of %v%s, want %d of %T, row-major without gaps",
				f, i, t.Shape().TotalSize(), t.Dtype(), layout, want, *new(T))
		}
		return x, nil
	}
	if x, ok := scalarOf[T](v); ok {
		return x, nil
	}
	return nil, fmt.Errorf("%s: input %d is a %T, want a dense tensor or a scalar of %T", f, i, v, *new(T))
}

func (f *function[T]) ReturnsPtr() bool     { return true }
func (f *function[T]) CallsExtern() bool    { return false }
func (f *function[T]) OverwritesInput() int { return -1 }
func (f *function[T]) String() string       { return f.name }

func (f *function[T]) WriteHash(h hash.Hash) { fmt.Fprintf(h, "gorgonia-lectures %s %d", f.name, f.id) }

func (f *function[T]) Hashcode() uint32 {
	h := fnv.New32a()
	f.WriteHash(h)
	return h.Sum32()
}

// DiffWRT returns true for all inputs, even of an operation that is itself a gradient, so that Gorgonia calls SymDiff,
// which returns an error: for false, Gorgonia would silently leave the term out of a sum.
func (f *function[T]) DiffWRT(inputs int) []bool {
	if f.wrt == nil {
		return slices.Repeat([]bool{true}, inputs)
	}
	return f.wrt
}

func (f *function[T]) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if f.diff == nil {
		return nil, fmt.Errorf("%s is a gradient: second derivatives are not supported", f)
	}
	return f.diff(in, out, grad)
}

// build adds one node.
type build func() (*gorgonia.Node, error)

// typed adds the node for n's dtype.
func typed(name string, n *gorgonia.Node, float32s, float64s build) (*gorgonia.Node, error) {
	switch n.Dtype() {
	case tensor.Float32:
		return float32s()
	case tensor.Float64:
		return float64s()
	}
	return nil, fmt.Errorf("%s: dtype %v, want float32 or float64", name, n.Dtype())
}
