package solver

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// param is one parameter: its weights and gradient in the step at hand and its slots, all of
// one size. One of f32 and f64 is in use, the other empty, so that a step may run on both.
type param struct {
	dtype tensor.Dtype
	shape tensor.Shape
	f32   vectors[float32]
	f64   vectors[float64]
	zero  bool // the gradient accumulates: it is cleared after the step
}

type vectors[T float32 | float64] struct {
	w, g  []T
	slots [2][]T // as many as the solver has names for
}

// bind takes the weights and the gradient of a parameter, which must be as they were before.
func (p *param) bind(vg gorgonia.ValueGrad) error {
	if vg == nil {
		return fmt.Errorf("nil, want a value with a gradient")
	}
	w, err := dense("value", vg.Value())
	if err != nil {
		return err
	}
	grad, err := vg.Grad()
	if err != nil {
		return fmt.Errorf("gradient: %w", err)
	}
	g, err := dense("gradient", grad)
	if err != nil {
		return err
	}
	dtype, shape := w.Dtype(), w.Shape()
	switch {
	case p.shape == nil:
		p.dtype, p.shape = dtype, append(tensor.Shape{}, shape...)
	case dtype != p.dtype:
		return fmt.Errorf("dtype %v, want %v as before", dtype, p.dtype)
	case !equal(shape, p.shape):
		return fmt.Errorf("shape %v, want %v as before", shape, p.shape)
	}
	if g.Dtype() != dtype {
		return fmt.Errorf("gradient has dtype %v, want the value's %v", g.Dtype(), dtype)
	}
	if !equal(g.Shape(), shape) {
		return fmt.Errorf("gradient has shape %v, want the value's %v", g.Shape(), shape)
	}
	if dtype == tensor.Float32 {
		p.f32.w, p.f32.g = w.Float32s(), g.Float32s()
	} else {
		p.f64.w, p.f64.g = w.Float64s(), g.Float64s()
	}
	n := p.size()
	if len(p.f32.w)+len(p.f64.w) != n || len(p.f32.g)+len(p.f64.g) != n {
		return fmt.Errorf("value has %d numbers and gradient %d, want %d for the shape %v",
			len(p.f32.w)+len(p.f64.w), len(p.f32.g)+len(p.f64.g), n, shape)
	}
	node, ok := vg.(*gorgonia.Node)
	p.zero = ok && (node.Deriv() == nil || node.Deriv().Value() != grad)
	return nil
}

// size is the number of weights, 1 for a scalar.
func (p *param) size() int {
	n := 1
	for _, d := range p.shape {
		n *= d
	}
	return n
}

func (p *param) makeSlots(n int, initial float64) {
	size := p.size()
	for k := range n {
		if p.dtype == tensor.Float32 {
			p.f32.slots[k] = filled(size, float32(initial))
		} else {
			p.f64.slots[k] = filled(size, initial)
		}
	}
}

func filled[T float32 | float64](size int, value T) []T {
	s := kernel.Make[T](size)
	if value != 0 {
		for i := range s {
			s[i] = value
		}
	}
	return s
}

// dense is the value as a tensor whose floats lie row by row without gaps.
func dense(what string, v gorgonia.Value) (*tensor.Dense, error) {
	t, ok := v.(*tensor.Dense)
	switch {
	case !ok:
		return nil, fmt.Errorf("%s is a %T, want a *tensor.Dense", what, v)
	case t == nil:
		return nil, fmt.Errorf("%s is a nil *tensor.Dense", what)
	case t.Dtype() != tensor.Float32 && t.Dtype() != tensor.Float64:
		return nil, fmt.Errorf("%s has dtype %v, want float32 or float64", what, t.Dtype())
	case t.RequiresIterator() || t.DataOrder().IsColMajor():
		return nil, fmt.Errorf("%s of shape %v is masked, transposed or a view with gaps, want plain rows", what, t.Shape())
	}
	return t, nil
}

// equal compares element by element: tensor.Shape.Eq takes a vector and its row matrix as equal.
func equal(a, b tensor.Shape) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func named(vg gorgonia.ValueGrad) string {
	if n, ok := vg.(gorgonia.Namer); ok && n.Name() != "" {
		return " (" + n.Name() + ")"
	}
	return ""
}
