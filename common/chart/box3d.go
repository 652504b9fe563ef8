package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// box3D is the box of axes on the paper: it projects the data and holds the positions of all labels.
type box3D struct {
	camera    camera
	back      vec3 // the side of each wall, -1 or +1
	low, high vec3
	names     [3]string

	scale   vg.Length // points per unit of the box
	origin  vg.Point  // the centre of the box
	outline polygon   // the hull of the box
	axes    [3]axis3D
}

// axis3D is one edge with its ticks and labels.
type axis3D struct {
	from, to vg.Point // the ends at the minimum and the maximum
	outward  vg.Point // unit vector away from the box
	length   vg.Length
	ticks    []plot.Tick
	labels   []word // of ticks, if they have room
	name     word
}

// word is a text at a point.
type word struct {
	lettering
	at   vg.Point
	text string
}

func (w word) outline() polygon { return w.lettering.outline(w.at, w.text) }

// layBox finds a large box that fits into the room with all its words. The room for the words depends on the box, so
// the margins around the box grow until nothing sticks out.
func layBox(room vg.Rectangle, s *Scatter3D) *box3D {
	b := &box3D{
		camera: newCamera(s.Elevation, s.Azimuth), back: backWalls(s.Elevation, s.Azimuth),
		names: [3]string{s.XLabel, s.YLabel, s.ZLabel},
	}
	b.low, b.high = s.extent()
	inner := room
	for range 12 {
		b.fit(inner)
		box, reach := bounds(b.outline), bounds(append(b.layLabels(room), b.outline)...)
		if reach.Min.X >= room.Min.X && reach.Max.X <= room.Max.X &&
			reach.Min.Y >= room.Min.Y && reach.Max.Y <= room.Max.Y {
			break
		}
		inner.Min.X = max(inner.Min.X, room.Min.X+box.Min.X-reach.Min.X)
		inner.Max.X = min(inner.Max.X, room.Max.X+box.Max.X-reach.Max.X)
		inner.Min.Y = max(inner.Min.Y, room.Min.Y+box.Min.Y-reach.Min.Y)
		inner.Max.Y = min(inner.Max.Y, room.Max.Y+box.Max.Y-reach.Max.Y)
		const least = 20 // a canvas too small for its words still has a box
		if inner.Max.X-inner.Min.X < least || inner.Max.Y-inner.Min.Y < least {
			break
		}
	}
	return b
}

// fit scales the box to the room and centres it.
func (b *box3D) fit(room vg.Rectangle) {
	b.scale, b.origin = 1, vg.Point{}
	extent := bounds(polygon(b.corners()))
	size := extent.Size()
	b.scale = min((room.Max.X-room.Min.X)/size.X, (room.Max.Y-room.Min.Y)/size.Y)
	b.origin = vg.Point{
		X: (room.Min.X+room.Max.X)/2 - b.scale*(extent.Min.X+extent.Max.X)/2,
		Y: (room.Min.Y+room.Max.Y)/2 - b.scale*(extent.Min.Y+extent.Max.Y)/2,
	}
	b.outline = hull(b.corners())
}

func (b *box3D) corners() []vg.Point {
	var corners []vg.Point
	for i := range 8 {
		corners = append(corners, b.corner(vec3{float64(i>>2)*2 - 1, float64(i>>1&1)*2 - 1, float64(i&1)*2 - 1}))
	}
	return corners
}

// corner is a point of the box on the paper.
func (b *box3D) corner(q vec3) vg.Point {
	at, _ := b.paper(q)
	return at
}

// paper projects a point of the box, coordinates from -1 to 1.
func (b *box3D) paper(q vec3) (at vg.Point, depth float64) {
	for i := range q {
		q[i] *= halfBox[i]
	}
	x, y, depth := b.camera.project(q)
	return vg.Point{X: b.origin.X + b.scale*vg.Length(x), Y: b.origin.Y + b.scale*vg.Length(y)}, depth
}

// project projects a point of the data.
func (b *box3D) project(p vec3) (at vg.Point, depth float64) {
	var q vec3
	for i := range q {
		q[i] = b.share(i, p[i])
	}
	return b.paper(q)
}

// share is the position of v on an axis, from -1 to 1.
func (b *box3D) share(axis int, v float64) float64 {
	return 2*(v-b.low[axis])/(b.high[axis]-b.low[axis]) - 1
}

// faded pales a colour with the distance from the eye: not in front, by half at the back.
func (b *box3D) faded(c color.Color, depth float64) color.Color {
	reach := math.Sqrt(halfBox.dot(halfBox))
	far := (depth - (eyeDistance - reach)) / (2 * reach)
	return mix(opaque(c), paper, 0.55*math.Max(0, far-0.15))
}

// drawWalls draws the three walls at the back with a grid at the ticks.
func (b *box3D) drawWalls(c draw.Canvas) {
	for axis := range 3 {
		u, v := (axis+1)%3, (axis+2)%3
		at := func(s, t float64) vg.Point {
			var q vec3
			q[axis], q[u], q[v] = b.back[axis], s, t
			return b.corner(q)
		}
		wall := []vg.Point{at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)}
		c.FillPolygon(paneColor, wall)
		line := draw.LineStyle{Color: color.NRGBA{0xD4, 0xD4, 0xD4, 0xFF}, Width: 0.8}
		for _, tick := range b.axes[u].ticks {
			s := b.share(u, tick.Value)
			c.StrokeLines(line, []vg.Point{at(s, -1), at(s, 1)})
		}
		for _, tick := range b.axes[v].ticks {
			t := b.share(v, tick.Value)
			c.StrokeLines(line, []vg.Point{at(-1, t), at(1, t)})
		}
		border(c, wall, line.Color, line.Width)
	}
}

// drawLabels draws the three axes, which lie outside the data, with their labels.
func (b *box3D) drawLabels(c draw.Canvas) {
	line := draw.LineStyle{Color: axisColor, Width: 1}
	for axis, a := range b.axes {
		c.StrokeLines(line, []vg.Point{a.from, a.to})
		for _, tick := range a.ticks {
			at := b.onEdge(axis, tick.Value)
			c.StrokeLines(line, []vg.Point{at, at.Add(a.outward.Scale(tickLength))})
		}
		for _, label := range a.labels {
			label.write(c, label.at, label.text)
		}
		a.name.write(c, a.name.at, a.name.text)
	}
}
