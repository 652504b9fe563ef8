package solver

import (
	"fmt"
	"slices"
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// param is a parameter: its weights and gradient in the current step and its slots, all of one size. f32 or f64 has
// them, by dtype; the other is empty.
type param struct {
	dtype tensor.Dtype
	shape tensor.Shape
	f32   vectors[float32]
	f64   vectors[float64]
	zero  bool // the machine adds to the gradient, so it is cleared after the step

	value, gradient held // the tensors of the values in f32 or f64
	isNode          bool // the tensors are those of a *gorgonia.Node

	rows Rows             // computes the gradient, if no tensor has it; nil if one has
	part vectors[float32] // some rows
	run  []float32        // the gradient of some rows
}

type vectors[T float32 | float64] struct {
	w, g  []T    // g is given, or clipped
	slots [3][]T // one for each name of the solver's slots

	given   []T // the gradient of the model
	clipped []T // a copy for the step; empty until the first one is clipped
}

// held is a tensor that a step has checked, and the address of its values. The next step checks it again only if it is
// transposed in place, masked or has other memory under the same header: for a net of a few neurons the checks take
// longer than the step.
type held struct {
	dense  *tensor.Dense
	memory *byte
	bytes  int
	order  tensor.DataOrder
	mask   int
}

func holdOf(t *tensor.Dense) held {
	return held{t, unsafe.SliceData(t.Raw), len(t.Raw), t.DataOrder(), len(t.Mask())}
}

// is reports whether v is the same tensor, unchanged and of the given shape. It does not use tensor.Shape.Eq, for which
// a vector and its row matrix are equal.
func (h *held) is(v gorgonia.Value, shape tensor.Shape) bool {
	t, ok := v.(*tensor.Dense)
	return ok && t != nil && t == h.dense &&
		unsafe.SliceData(t.Raw) == h.memory && len(t.Raw) == h.bytes &&
		t.DataOrder() == h.order && len(t.Mask()) == h.mask && slices.Equal(t.Shape(), shape)
}

// bind sets the weights and the gradient of a parameter, which must have the dtype and shape of the steps before.
func (p *param) bind(vg gorgonia.ValueGrad) error {
	if vg == nil {
		return fmt.Errorf("nil, want a value with a gradient")
	}
	value := vg.Value()
	if rows, ok := vg.(Rows); ok {
		return p.bindRows(rows, value)
	}
	node, isNode := vg.(*gorgonia.Node)
	grad, err := vg.Grad()
	if err == nil && isNode == p.isNode && p.value.is(value, p.shape) && p.gradient.is(grad, p.shape) {
		return nil
	}
	p.value, p.gradient, p.isNode, p.rows = held{}, held{}, isNode, nil
	if err := p.hold(value, grad, err); err != nil {
		return err
	}
	p.zero = isNode && (node.Deriv() == nil || node.Deriv().Value() != grad)
	return nil
}

// bindRows is bind of a parameter whose gradient is computed in rows.
func (p *param) bindRows(rows Rows, value gorgonia.Value) error {
	if p.rows == rows && p.value.is(value, p.shape) {
		return nil
	}
	p.value, p.gradient, p.rows, p.isNode, p.zero = held{}, held{}, nil, false, false
	w, err := dense("value", value)
	if err != nil {
		return err
	}
	if err := p.fits(w); err != nil {
		return err
	}
	if w.Dims() != 2 || p.dtype != tensor.Float32 || len(w.Float32s()) != w.Shape().TotalSize() {
		return fmt.Errorf("value %v of %v, want a matrix of float32 for a gradient in rows", w.Shape(), w.Dtype())
	}
	p.f32.w, p.f32.g, p.f32.given = w.Float32s(), nil, nil
	p.value, p.rows = holdOf(w), rows
	return nil
}

// fits checks that the weights have the dtype and the shape that they had before, if there was a step before.
func (p *param) fits(w *tensor.Dense) error {
	switch {
	case p.shape == nil:
		p.dtype, p.shape = w.Dtype(), append(tensor.Shape{}, w.Shape()...)
	case w.Dtype() != p.dtype:
		return fmt.Errorf("dtype %v, want %v as before", w.Dtype(), p.dtype)
	case !slices.Equal(w.Shape(), p.shape):
		return fmt.Errorf("shape %v, want %v as before", w.Shape(), p.shape)
	}
	return nil
}

// rowNumbers is the number of values of a gradient in rows that are computed at once: they fit into a cache.
const rowNumbers = 1 << 18

// stepInRows makes the step of a parameter whose gradient is computed in rows.
func (p *param) stepInRows(step func(*vectors[float32])) {
	rows, columns := p.shape[0], p.shape[1]
	run := max(1, min(rows, rowNumbers/columns))
	if len(p.run) < run*columns {
		p.run = kernel.Make[float32](run * columns)
	}
	for lo := 0; lo < rows; lo += run {
		hi := min(lo+run, rows)
		p.part.w, p.part.g = p.f32.w[lo*columns:hi*columns], p.run[:(hi-lo)*columns]
		for k, slot := range p.f32.slots {
			if slot != nil {
				p.part.slots[k] = slot[lo*columns : hi*columns]
			}
		}
		p.rows.GradRows(p.part.g, lo, hi)
		step(&p.part)
	}
}

// hold checks and sets tensors that are not those of the step before.
func (p *param) hold(value, grad gorgonia.Value, gradErr error) error {
	w, err := dense("value", value)
	if err != nil {
		return err
	}
	if gradErr != nil {
		return fmt.Errorf("gradient: %w", gradErr)
	}
	g, err := dense("gradient", grad)
	if err != nil {
		return err
	}
	dtype, shape := w.Dtype(), w.Shape()
	if err := p.fits(w); err != nil {
		return err
	}
	if g.Dtype() != dtype {
		return fmt.Errorf("gradient has dtype %v, want the value's %v", g.Dtype(), dtype)
	}
	if !slices.Equal(g.Shape(), shape) {
		return fmt.Errorf("gradient has shape %v, want the value's %v", g.Shape(), shape)
	}
	if dtype == tensor.Float32 {
		p.f32.w, p.f32.given = w.Float32s(), g.Float32s()
		p.f32.g = p.f32.given
	} else {
		p.f64.w, p.f64.given = w.Float64s(), g.Float64s()
		p.f64.g = p.f64.given
	}
	n := p.shape.TotalSize()
	if len(p.f32.w)+len(p.f64.w) != n || len(p.f32.given)+len(p.f64.given) != n {
		return fmt.Errorf("value has %d numbers and gradient %d, want %d for the shape %v",
			len(p.f32.w)+len(p.f64.w), len(p.f32.given)+len(p.f64.given), n, shape)
	}
	p.value, p.gradient = holdOf(w), holdOf(g)
	return nil
}

func (p *param) makeSlots(n int, initial float64) {
	size := p.shape.TotalSize()
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

// dense returns the value as a row-major tensor of floats without gaps.
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

func named(vg gorgonia.ValueGrad) string {
	if n, ok := vg.(gorgonia.Namer); ok && n.Name() != "" {
		return " (" + n.Name() + ")"
	}
	return ""
}
