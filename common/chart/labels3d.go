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
	foreshort    = 70   // a shorter axis is seen nearly end-on
	strayGap     = 16   // on such an axis a label farther from its tick is left out
	tickSpacing  = 26   // an axis has no more ticks than one per this
	endOn        = 14   // a shorter axis is seen end-on and has no labels
	maxTicks3D   = 7    // more would crowd the walls
	outwardSteps = 1000 // points a word may be pushed away from the box
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

// layLabels lays out the ticks and words of all axes, the longest axis first. Each axis takes the largest number of
// ticks whose labels all have room and touch nothing, or else the largest with two such labels: one number alone says
// nothing about a scale. A name is pushed outward until it touches nothing. The result is the outlines of all words.
func (b *box3D) layLabels(room vg.Rectangle) (placed []polygon) {
	order := []int{0, 1, 2}
	for i := range b.axes {
		b.axes[i] = b.layEdge(i)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(b.axes[j].length, b.axes[i].length) })
	free := func(p polygon) bool {
		return !slices.ContainsFunc(placed, func(q polygon) bool { return p.touches(q, labelGap) })
	}
	for _, i := range order {
		a := &b.axes[i]
		if a.length < endOn {
			continue
		}
		others, best := len(placed), min(maxTicks3D, max(2, int(a.length/tickSpacing)))
		for try := range 2*best + 3 {
			most := best - try
			if try >= best { // again from a few more: of many labels two are free sooner
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
		if a.length < endOn {
			continue
		}
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

// layEdge places an axis without its words.
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

// layTick places the label of a tick outside the box. On an axis that is seen nearly end-on that can
// be far from the tick; then it is not near.
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

// layName is the name of an axis along its edge; it starts at the edge and is pushed outward later.
// The name of an edge shorter than it is level.
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
	// Past all of its own tick labels, so that it never stands among them.
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

// pushed is the nearest point outward, in steps of one, where a word is free.
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
