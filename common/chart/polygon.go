package chart

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// polygon is a convex polygon, such as the outline of a label.
type polygon []vg.Point

// touches reports whether two convex polygons are nearer than gap, by the separating axis theorem: they are apart if
// and only if their shadows are apart in the direction of the normal of some edge.
func (p polygon) touches(q polygon, gap vg.Length) bool {
	for _, side := range []polygon{p, q} {
		for i, a := range side {
			b := side[(i+1)%len(side)]
			n := vg.Point{X: a.Y - b.Y, Y: b.X - a.X}
			length := vg.Length(math.Hypot(float64(n.X), float64(n.Y)))
			if length < 1e-9 {
				continue
			}
			pMin, pMax := p.shadow(n)
			qMin, qMax := q.shadow(n)
			if pMax+gap*length <= qMin || qMax+gap*length <= pMin {
				return false
			}
		}
	}
	return true
}

// shadow is the extent of p along n, in units of n's length.
func (p polygon) shadow(n vg.Point) (from, to vg.Length) {
	from, to = vg.Length(math.Inf(1)), vg.Length(math.Inf(-1))
	for _, a := range p {
		d := a.X*n.X + a.Y*n.Y
		from, to = min(from, d), max(to, d)
	}
	return from, to
}

// hull is the convex hull of points by Andrew's monotone chain (Information Processing Letters 9, 1979).
func hull(points []vg.Point) polygon {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b vg.Point) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y))
	})
	var h polygon
	for range 2 { // the lower half, then the upper one
		start := len(h)
		for _, p := range sorted {
			for n := len(h); n >= start+2; n-- {
				a, b := h[n-2], h[n-1]
				if (b.X-a.X)*(p.Y-a.Y)-(b.Y-a.Y)*(p.X-a.X) > 0 {
					break
				}
				h = h[:n-1]
			}
			h = append(h, p)
		}
		h = h[:len(h)-1]
		slices.Reverse(sorted)
	}
	return h
}

// bounds is the smallest upright rectangle around all polygons.
func bounds(polygons ...polygon) vg.Rectangle {
	inf := vg.Length(math.Inf(1))
	r := vg.Rectangle{Min: vg.Point{X: inf, Y: inf}, Max: vg.Point{X: -inf, Y: -inf}}
	for _, p := range polygons {
		for _, a := range p {
			r.Min.X, r.Min.Y = min(r.Min.X, a.X), min(r.Min.Y, a.Y)
			r.Max.X, r.Max.Y = max(r.Max.X, a.X), max(r.Max.Y, a.Y)
		}
	}
	return r
}
