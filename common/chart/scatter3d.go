package chart

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Points is a cloud of one colour in Scatter3D; X, Y and Z are of one length.
type Points struct {
	Name    string
	X, Y, Z []float64
	Front   bool // meshes do not cover the points, which may lie in them
}

// Scatter3D shows points in space, in a box with three walls at the back, as matplotlib's mplot3d does: the X axis on
// the front edge of the floor, the Y axis on the other one, the Z axis on the outer edge between the front and the
// back. Near points cover far ones, which are paler. An axis that is seen end-on has no ticks.
type Scatter3D struct {
	Title                  string
	XLabel, YLabel, ZLabel string
	Meshes                 []Mesh

	// Elevation and Azimuth are the direction of the eye in degrees, as in mplot3d's view_init: above the XY plane,
	// from -90 to 90, and about the Z axis, from X towards Y. Other values are an error of Draw.
	Elevation, Azimuth float64

	Width, Height vg.Length

	clouds []Points
}

// NewScatter3D makes a picture of 12 x 12 inches, seen from an elevation of 15 and an azimuth of 15 degrees as in
// the lecture. It is an error if there are no points, or if a coordinate is not finite.
func NewScatter3D(clouds ...Points) (*Scatter3D, error) {
	points := 0
	for _, cloud := range clouds {
		if len(cloud.X) != len(cloud.Y) || len(cloud.X) != len(cloud.Z) {
			return nil, fmt.Errorf("chart: scatter: points %q have %d X, %d Y and %d Z, want the same number",
				cloud.Name, len(cloud.X), len(cloud.Y), len(cloud.Z))
		}
		points += len(cloud.X)
		for i := range cloud.X {
			if p := cloud.point(i); slices.ContainsFunc(p[:], isGap) {
				return nil, fmt.Errorf("chart: scatter: point %d of %q is at (%g, %g, %g), want finite numbers of at most %g",
					i, cloud.Name, p[0], p[1], p[2], largest)
			}
		}
	}
	if points == 0 {
		return nil, errors.New("chart: scatter: no points, want at least one")
	}
	return &Scatter3D{
		XLabel: "X", YLabel: "Y", ZLabel: "Z", clouds: clouds, Elevation: 15, Azimuth: 15,
		Width: 12 * vg.Inch, Height: 12 * vg.Inch,
	}, nil
}

func (p Points) point(i int) vec3 { return vec3{p.X[i], p.Y[i], p.Z[i]} }

// extent is the limits of the axes, with a little room around the data.
func (s *Scatter3D) extent() (low, high vec3) {
	low, high = vec3{math.Inf(1), math.Inf(1), math.Inf(1)}, vec3{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	include := func(p vec3) {
		for axis, v := range p {
			low[axis], high[axis] = math.Min(low[axis], v), math.Max(high[axis], v)
		}
	}
	for _, cloud := range s.clouds {
		for i := range cloud.X {
			include(cloud.point(i))
		}
	}
	for _, mesh := range s.Meshes {
		mesh.each(include)
	}
	for axis := range low {
		low[axis], high[axis] = widen(low[axis], high[axis], 1.0/24)
	}
	return low, high
}

// Encode is the picture as the content of a .png or .svg file of that name.
func (s *Scatter3D) Encode(name string) ([]byte, error) { return encode(name, s.Width, s.Height, s) }

// Draw fills the canvas with the picture.
func (s *Scatter3D) Draw(c draw.Canvas) error {
	if !(math.Abs(s.Elevation) <= 90) {
		return fmt.Errorf("chart: scatter: elevation %g degrees, want -90 to 90", s.Elevation)
	}
	if isGap(s.Azimuth) {
		return fmt.Errorf("chart: scatter: azimuth %g degrees, want a finite number", s.Azimuth)
	}
	c = header(c, s.Title, s.legend())
	box := layBox(c.Rectangle, s)
	box.drawWalls(c)

	var shapes []shape
	for i, mesh := range s.Meshes {
		shapes = append(shapes, mesh.shapes(box, opaque(paletteColor(len(s.clouds)+i)))...)
	}
	for i, cloud := range s.clouds {
		for j := range cloud.X {
			at, depth := box.project(cloud.point(j))
			order := depth
			if cloud.Front {
				order -= 2 * eyeDistance
			}
			shapes = append(shapes, shape{order, func(c draw.Canvas) {
				drawRimmed(c, at, pointGlyph(box.faded(paletteColor(i), depth)), 0.6)
			}})
		}
	}
	// The painter's order: far shapes first, so that near ones cover them.
	slices.SortStableFunc(shapes, func(a, b shape) int { return cmp.Compare(b.depth, a.depth) })
	for _, shape := range shapes {
		shape.draw(c)
	}
	box.drawLabels(c)
	return nil
}

// shape is something between the walls and the eye.
type shape struct {
	depth float64
	draw  func(c draw.Canvas)
}

func pointGlyph(c color.Color) draw.GlyphStyle {
	return draw.GlyphStyle{Color: c, Shape: draw.CircleGlyph{}, Radius: 4}
}

// legend lists the clouds and meshes that have a name.
func (s *Scatter3D) legend() []entry {
	var entries []entry
	for i, cloud := range s.clouds {
		if cloud.Name != "" {
			entries = append(entries, entry{name: cloud.Name, glyph: pointGlyph(paletteColor(i))})
		}
	}
	for i, mesh := range s.Meshes {
		if mesh.name != "" {
			entries = append(entries, entry{name: mesh.name, filled: mix(paper, opaque(paletteColor(len(s.clouds)+i)), 0.5)})
		}
	}
	return entries
}
