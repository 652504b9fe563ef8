package chart

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// Distances around the box, in points.
const (
	tickLength   = 4
	labelGap     = 2    // between two words, and between a word and the box
	nameGap      = 5    // between the tick labels and the name of their axis
	foreshort    = 70   // a shorter axis is nearly end-on
	strayGap     = 16   // such an axis has no label farther from its tick
	tickSpacing  = 26   // the least distance of two ticks
	endOn        = 14   // a shorter axis is end-on and has no labels
	maxTicks3D   = 7    // more would crowd the walls
	outwardSteps = 1000 // the most points by which a word is pushed away from the box
)

// edge gives the ends of an axis in coordinates from -1 to 1. As in mplot3d the X and Y axes lie
// on the wall at the back of Z at the front, the Z axis at the front of X and the back of Y.
func (b *box3D) edge(axis int) (from, to vec3) {
	from = vec3{-b.back[0], b.back[1], b.back[2]}
	if axis == 0 {
		from[1] = -b.back[1]
	}
	to = from
	from[axis], to[axis] = -1, 1
	return from, to
}

// onEdge is the point of a value on its axis.
func (b *box3D) onEdge(axis int, value float64) vg.Point {
	q, _ := b.edge(axis)
	q[axis] = b.share(axis, value)
	return b.corner(q)
}

// layLabels lays out the ticks and words of all axes, the longest axis first, and returns the outlines of all words.
// Each axis takes the largest number of ticks whose labels all have room and touch nothing, or else the largest with
// two such labels, as one number alone does not show a scale. A name is pushed outward until it touches nothing.
func (b *box3D) layLabels(room vg.Rectangle) (placed []polygon) {
	var order []int // of the axes with labels
	for i := range b.axes {
		if b.axes[i] = b.layEdge(i); b.axes[i].length >= endOn {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(b.axes[j].length, b.axes[i].length) })
	free := func(p polygon) bool {
		return !slices.ContainsFunc(placed, func(q polygon) bool { return p.touches(q, labelGap) })
	}
	for _, i := range order {
		a := &b.axes[i]
		others, best := len(placed), min(maxTicks3D, max(2, int(a.length/tickSpacing)))
		for try := range 2*best + 3 {
			most := best - try
			if try >= best { // again, from a few more ticks: two of many labels are likely free
				most = 2*best + 3 - try
			}
			a.ticks = ticker{most: most}.Ticks(b.low[i], b.high[i])
			for _, tick := range a.ticks {
				if label, near := b.layTick(i, tick); near && free(label.outline()) {
					a.labels, placed = append(a.labels, label), append(placed, label.outline())
				}
			}
			if n := len(a.labels); n >= 2 && (n == len(a.ticks) || try >= best) {
				break
			}
			a.ticks, a.labels, placed = nil, nil, placed[:others]
		}
	}
	for _, i := range order {
		a := &b.axes[i]
		a.name = b.layName(a, b.names[i], room)
		a.name.at = pushed(a.name, a.outward, func(p polygon) bool {
			return free(p) && !p.touches(b.outline, labelGap)
		})
		if a.name.text != "" {
			placed = append(placed, a.name.outline())
		}
	}
	return placed
}

// layEdge lays out an axis without its words.
func (b *box3D) layEdge(axis int) axis3D {
	from, to := b.edge(axis)
	a := axis3D{from: b.corner(from), to: b.corner(to)}
	along := a.to.Sub(a.from)
	a.length = vg.Length(math.Hypot(float64(along.X), float64(along.Y)))
	if a.length < endOn {
		return a
	}
	a.outward = vg.Point{X: -along.Y / a.length, Y: along.X / a.length}
	middle := a.from.Add(a.to).Scale(0.5)
	if middle.Sub(b.origin).Dot(a.outward) < 0 {
		a.outward = a.outward.Scale(-1)
	}
	return a
}

// layTick lays out the label of a tick outside the box. On an axis that is nearly end-on the label may be far from its
// tick; then it is not near.
func (b *box3D) layTick(axis int, tick plot.Tick) (label word, near bool) {
	a := b.axes[axis]
	start := b.onEdge(axis, tick.Value)
	label = word{lettering{size: tickSize, color: inkColor, align: 0.5}, start, tick.Label}
	from, to := label.outline().shadow(a.outward)
	label.at = pushed(label, a.outward, func(p polygon) bool {
		return !p.touches(polygon{a.from, a.to}, tickLength+labelGap) && !p.touches(b.outline, labelGap)
	})
	return label, a.length >= foreshort || label.at.Sub(start).Dot(a.outward) <= (to-from)/2+tickLength+strayGap
}

// layName lays out the name of an axis along its edge, from where it is pushed outward. A name longer than its edge is
// level.
func (b *box3D) layName(a *axis3D, name string, room vg.Rectangle) word {
	w := word{lettering: lettering{size: labelSize, color: inkColor, align: 0.5}}
	w.text = w.fit(name, min(room.Max.X-room.Min.X, room.Max.Y-room.Min.Y)*0.8)
	w.at = a.from.Add(a.to).Scale(0.5)
	if w.width(w.text) <= a.length {
		along := a.to.Sub(a.from)
		w.angle = math.Atan2(float64(along.Y), float64(along.X))
		// Never upside down; a steep name reads upwards, as on a vertical axis of a plane plot.
		const steep = 75 * math.Pi / 180
		if w.angle > math.Pi-steep {
			w.angle -= math.Pi
		} else if w.angle <= -steep {
			w.angle += math.Pi
		}
	}
	// Beyond all tick labels of its axis.
	near, _ := w.outline().shadow(a.outward)
	reach := near
	for _, label := range a.labels {
		_, far := label.outline().shadow(a.outward)
		reach = max(reach, far)
	}
	if len(a.labels) > 0 {
		w.at = w.at.Add(a.outward.Scale(reach - near + nameGap))
	}
	return w
}

// pushed is the nearest point outward, in steps of one, at which a word is free.
func pushed(w word, outward vg.Point, free func(polygon) bool) vg.Point {
	start := w.outline()
	moved := slices.Clone(start)
	for step := range outwardSteps {
		by := outward.Scale(vg.Length(step))
		for i, p := range start {
			moved[i] = p.Add(by)
		}
		if free(moved) {
			return w.at.Add(by)
		}
	}
	return w.at
}
