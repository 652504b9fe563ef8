package model

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// message is a range of the vector of all gradients, the last parameter's first, as the backward pass finishes
// them: whole gradients or a piece of one. All ranks send the same messages in the same order, whatever becomes of
// their parts of the batch.
type message struct {
	lo, hi int
	params []int // whose gradients are in it, in falling order
	offset int   // of a piece within the gradient
}

// least is the parameter whose gradient is ready last.
func (m *message) least() int { return m.params[len(m.params)-1] }

// messageValues is how many values a message has at most, for a number of ranks. Two ranks of one machine summed
// 3,156,098 float32 in the least time by messages of 2^17 among those of 2^14 to all of them. In a ring of many ranks
// each passes on a message in as many parts as there are ranks: parts of 2^13, 32 KB, take about as long on a network
// of 10 Gbit/s as its latency, so that smaller ones would take as long.
func messageValues(ranks int) int {
	const least, part, most = 1 << 17, 1 << 13, 1 << 24
	return min(max(least, part*ranks), most)
}

// cut makes messages of up to limit values of gradients of the given sizes.
func cut(sizes []int, limit int) []message {
	var list []message
	open := message{}
	flush := func() {
		if len(open.params) > 0 {
			list = append(list, open)
		}
		open = message{lo: open.hi, hi: open.hi}
	}
	for i := len(sizes) - 1; i >= 0; i-- {
		size := sizes[i]
		if open.hi-open.lo+size > limit {
			flush()
		}
		if size <= limit {
			open.hi += size
			open.params = append(open.params, i)
			continue
		}
		for at := 0; at < size; at += limit {
			open = message{lo: open.hi, hi: open.hi + min(limit, size-at), params: []int{i}, offset: at}
			flush()
		}
	}
	flush()
	return list
}

// moved is a parameter with the gradient by which the solver moves it.
type moved struct{ value, grad *tensor.Dense }

func (m moved) Value() gorgonia.Value         { return m.value }
func (m moved) Grad() (gorgonia.Value, error) { return m.grad, nil }

// vector is the gradients of the whole batch.
type vector interface {
	// exchange sums a message over all ranks: of this rank's gradients, or of zeros without them. own is an error of
	// these, err one of the group.
	exchange(m *message, grads gorgonia.Nodes) (own, err error)
}

// newVector makes the vector, and the tensors of the parameters' gradients in it.
func newVector(n *Net, g Group, messages []message) (vector, []*tensor.Dense) {
	if n.config.Dtype == tensor.Float64 {
		return typedVector(n, messages, g.Sum64, (*tensor.Dense).Float64s)
	}
	return typedVector(n, messages, g.Sum32, (*tensor.Dense).Float32s)
}

func typedVector[T kernel.Float](n *Net, messages []message, sum func(sum, own []T) error, floats func(*tensor.Dense) []T) (vector, []*tensor.Dense) {
	total, longest := 0, 0
	for _, m := range messages {
		total, longest = m.hi, max(longest, m.hi-m.lo)
	}
	v := &vectorOf[T]{kernel.Make[T](total), kernel.Make[T](longest), sum, floats}
	grads := make([]*tensor.Dense, len(n.params))
	end := total
	for i, p := range n.params {
		lo := end - p.shape.TotalSize()
		grads[i] = tensor.New(tensor.WithShape(p.shape...), tensor.WithBacking(v.all[lo:end:end]))
		end = lo
	}
	return v, grads
}

type vectorOf[T kernel.Float] struct {
	all    []T
	own    []T // what is gathered of small gradients, or zeros
	sum    func(sum, own []T) error
	floats func(*tensor.Dense) []T
}

func (v *vectorOf[T]) exchange(m *message, grads gorgonia.Nodes) (own, err error) {
	values, own := v.gather(m, grads)
	return own, v.sum(v.all[m.lo:m.hi], values)
}

// gather gives a message's values: a large gradient from where it is, zeros without gradients and behind an error.
func (v *vectorOf[T]) gather(m *message, grads gorgonia.Nodes) ([]T, error) {
	values := v.own[:m.hi-m.lo]
	clear(values)
	if grads == nil {
		return values, nil
	}
	at := 0
	for _, i := range m.params {
		grad, err := v.gradient(grads[i])
		if err != nil {
			return values, err
		}
		if len(m.params) == 1 {
			return grad[m.offset:][:m.hi-m.lo], nil
		}
		at += copy(values[at:], grad)
	}
	return values, nil
}

func (v *vectorOf[T]) gradient(n *gorgonia.Node) ([]T, error) {
	t, err := denseGradient(n)
	if err != nil {
		return nil, err
	}
	return v.floats(t), nil
}

// denseGradient is the value of a gradient, row by row.
func denseGradient(n *gorgonia.Node) (*tensor.Dense, error) {
	t, ok := n.Value().(*tensor.Dense)
	if !ok {
		return nil, fmt.Errorf("a gradient is a %T, want a dense tensor", n.Value())
	}
	if t.RequiresIterator() || t.DataOrder().IsColMajor() {
		return nil, fmt.Errorf("a gradient of shape %v is masked, transposed or a view with gaps, want plain rows", t.Shape())
	}
	return t, nil
}
