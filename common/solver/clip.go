package solver

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// clip sets the gradients of the step: those of the model, or clipped copies. The norms are summed in float64 in a
// fixed order, so they do not depend on the number of workers. A gradient that is not finite stays so.
func (m *memory) clip(o *Options) error {
	clips := o.clips()
	if !clips && !m.clipped {
		return nil
	}
	if i := slices.IndexFunc(m.params, func(p param) bool { return p.rows != nil }); i >= 0 {
		return fmt.Errorf("solver: the gradient of parameter %d is computed in rows and cannot be clipped", i)
	}
	m.clipped = clips
	global := 0.0
	if o.GlobalClipNorm > 0 {
		for i := range m.params {
			global += m.params[i].squares()
		}
		global = math.Sqrt(global)
	}
	for i := range m.params {
		p, scale := &m.params[i], 1.0
		switch {
		case o.ClipNorm > 0:
			scale = shrink(math.Sqrt(p.squares()), o.ClipNorm)
		case o.GlobalClipNorm > 0:
			scale = shrink(global, o.GlobalClipNorm)
		}
		if p.dtype == tensor.Float32 {
			p.f32.clip(scale, o.ClipValue)
		} else {
			p.f64.clip(scale, o.ClipValue)
		}
	}
	return nil
}

func (o *Options) clips() bool { return o.ClipNorm > 0 || o.ClipValue > 0 || o.GlobalClipNorm > 0 }

// shrink returns the factor that reduces a norm to at most largest.
func shrink(norm, largest float64) float64 {
	if norm > largest {
		return largest / norm
	}
	return 1
}

func (p *param) squares() float64 {
	if p.dtype == tensor.Float32 {
		return squares(p.f32.given)
	}
	return squares(p.f64.given)
}

// squares is the sum of g².
func squares[T kernel.Float](g []T) float64 {
	var sums [4]float64 // independent additions are faster
	for ; len(g) >= 4; g = g[4:] {
		a, b, c, d := float64(g[0]), float64(g[1]), float64(g[2]), float64(g[3])
		sums[0] += float64(a * a)
		sums[1] += float64(b * b)
		sums[2] += float64(c * c)
		sums[3] += float64(d * d)
	}
	for i, x := range g {
		sums[i] += float64(float64(x) * float64(x))
	}
	return (sums[0] + sums[1]) + (sums[2] + sums[3])
}

// clip sets the step's gradient to that of the model times scale, with values clipped to ±largest unless that is 0.
func (v *vectors[T]) clip(scale, largest float64) {
	if v.g = v.given; scale == 1 && largest == 0 {
		return
	}
	if len(v.clipped) != len(v.given) {
		v.clipped = kernel.Make[T](len(v.given))
	}
	v.g = v.clipped
	if largest == 0 {
		for i, g := range v.given {
			v.clipped[i] = g * T(scale)
		}
		return
	}
	most := T(largest)
	for i, g := range v.given {
		v.clipped[i] = max(-most, min(g, most))
	}
}

// decay computes w -= amount*w for all parameters.
func (m *memory) decay(amount float64) {
	for i := range m.params {
		if p := &m.params[i]; p.dtype == tensor.Float32 {
			decay(p.f32.w, float32(amount))
		} else {
			decay(p.f64.w, amount)
		}
	}
}

func decay[T kernel.Float](w []T, amount T) {
	for i, x := range w {
		w[i] = x - T(x*amount)
	}
}
