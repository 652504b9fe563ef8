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

	Color  color.Color      // nil: the next one of Palette
	Shape  draw.GlyphDrawer // nil: a filled circle
	Radius vg.Length        // 0: 4 points
	Front  bool             // not covered by meshes, in which the points may lie
}

// Scatter3D shows points in space, in a box with three walls behind them, as matplotlib's mplot3d
// does: the X axis on the front edge of the floor, the Y axis on the other one, the Z axis on the
// outer edge between the front and the back. What is nearer covers what is farther, and far points
// are paler. An axis that is seen end-on has no ticks.
type Scatter3D struct {
	Title                  string
	XLabel, YLabel, ZLabel string
	Clouds                 []Points
	Meshes                 []Mesh

	// Elevation and Azimuth are the direction of the eye in degrees, as in mplot3d's view_init: above
	// the XY plane, from -90 to 90, and about the Z axis, from X towards Y.
	Elevation, Azimuth float64

	Orthographic  bool // parallel lines of sight; otherwise perspective, as in mplot3d
	Width, Height vg.Length
}

// NewScatter3D makes a picture of 12 x 12 inches, seen from an elevation of 15 and an azimuth of 15 degrees as in
// the lecture. It is an error if there are no points, or if a coordinate is not finite.
func NewScatter3D(clouds ...Points) (*Scatter3D, error) {
	s := &Scatter3D{
		XLabel: "X", YLabel: "Y", ZLabel: "Z", Clouds: clouds, Elevation: 15, Azimuth: 15,
		Width: 12 * vg.Inch, Height: 12 * vg.Inch,
	}
	if _, _, err := s.extent(); err != nil {
		return nil, err
	}
	return s, nil
}

// extent checks everything and gives the limits of the axes, with a little room around the data.
func (s *Scatter3D) extent() (low, high vec3, err error) {
	low, high = vec3{math.Inf(1), math.Inf(1), math.Inf(1)}, vec3{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	include := func(axis int, v float64) {
		low[axis], high[axis] = math.Min(low[axis], v), math.Max(high[axis], v)
	}
	for _, cloud := range s.Clouds {
		if len(cloud.X) != len(cloud.Y) || len(cloud.X) != len(cloud.Z) {
			return low, high, fmt.Errorf("chart: scatter: points %q have %d X, %d Y and %d Z, want as many of each",
				cloud.Name, len(cloud.X), len(cloud.Y), len(cloud.Z))
		}
		if !(cloud.Radius >= 0 && cloud.Radius <= 100) {
			return low, high, fmt.Errorf("chart: scatter: points %q have a radius of %g points, want 0 to 100",
				cloud.Name, float64(cloud.Radius))
		}
		for axis, values := range [][]float64{cloud.X, cloud.Y, cloud.Z} {
			for i, v := range values {
				if err := checkFinite(fmt.Sprintf("scatter: %q: %c of point %d", cloud.Name, "XYZ"[axis], i), v); err != nil {
					return low, high, err
				}
				include(axis, v)
			}
		}
	}
	for _, mesh := range s.Meshes {
		if err := mesh.check(); err != nil {
			return low, high, err
		}
		mesh.each(func(p vec3) {
			for axis, v := range p {
				include(axis, v)
			}
		})
	}
	switch {
	case math.IsInf(low[0], 1):
		return low, high, errors.New("chart: scatter: no points, so there is nothing to draw")
	case len(s.Clouds)+len(s.Meshes) > maxSeries:
		return low, high, fmt.Errorf("chart: scatter: %d clouds and meshes, want at most %d",
			len(s.Clouds)+len(s.Meshes), maxSeries)
	case !(math.Abs(s.Elevation) <= 90):
		return low, high, fmt.Errorf("chart: scatter: elevation %g degrees, want -90 to 90", s.Elevation)
	case math.IsNaN(s.Azimuth) || math.IsInf(s.Azimuth, 0):
		return low, high, fmt.Errorf("chart: scatter: azimuth %g degrees, want a finite number", s.Azimuth)
	}
	for axis := range low {
		low[axis], high[axis] = widen(low[axis], high[axis], 1.0/24)
	}
	return low, high, nil
}

// Save writes the picture to path, a .png or .svg file.
func (s *Scatter3D) Save(path string) error { return save(path, s.Width, s.Height, s) }

// Draw fills the canvas with the picture.
func (s *Scatter3D) Draw(c draw.Canvas) error {
	low, high, err := s.extent()
	if err != nil {
		return err
	}
	clouds, meshes, entries := s.styled()
	c = header(c, s.Title, entries)
	box := layBox(c.Rectangle, s, low, high)
	box.drawWalls(c)

	var shapes []shape
	for _, mesh := range meshes {
		shapes = append(shapes, mesh.shapes(box)...)
	}
	for _, cloud := range clouds {
		for i := range cloud.X {
			at, depth := box.place(vec3{cloud.X[i], cloud.Y[i], cloud.Z[i]})
			shapes = append(shapes, shape{depth, cloud.Front, func(c draw.Canvas) {
				style := draw.GlyphStyle{Color: box.faded(cloud.Color, depth), Radius: cloud.Radius, Shape: cloud.Shape}
				rim := style
				rim.Color, rim.Radius = paper, cloud.Radius+0.6
				c.DrawGlyphNoClip(rim, at)
				c.DrawGlyphNoClip(style, at)
			}})
		}
	}
	// The painter's order: what is far first, so that what is near covers it.
	slices.SortStableFunc(shapes, func(a, b shape) int {
		if a.front != b.front {
			if a.front {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.depth, a.depth)
	})
	for _, shape := range shapes {
		shape.draw(c)
	}
	box.drawLabels(c)
	return nil
}

// shape is something between the walls and the eye.
type shape struct {
	depth float64
	front bool
	draw  func(c draw.Canvas)
}

// styled gives copies of the clouds and meshes with nothing left open, and the legend of those that
// have a name.
func (s *Scatter3D) styled() ([]Points, []Mesh, []entry) {
	clouds, meshes := slices.Clone(s.Clouds), slices.Clone(s.Meshes)
	var entries []entry
	for i := range clouds {
		cloud := &clouds[i]
		if cloud.Color == nil {
			cloud.Color = paletteColor(i)
		}
		if cloud.Shape == nil {
			cloud.Shape = draw.CircleGlyph{}
		}
		if cloud.Radius == 0 {
			cloud.Radius = 4
		}
		if cloud.Name != "" {
			glyph := draw.GlyphStyle{Color: cloud.Color, Shape: cloud.Shape, Radius: min(cloud.Radius, legendRow/2)}
			entries = append(entries, entry{name: cloud.Name, glyph: glyph})
		}
	}
	for i := range meshes {
		mesh := &meshes[i]
		if mesh.Color == nil {
			mesh.Color = paletteColor(len(clouds) + i)
		}
		if mesh.Name != "" {
			entries = append(entries, entry{name: mesh.Name, filled: mix(paper, opaque(mesh.Color), 0.5)})
		}
	}
	return clouds, meshes, entries
}
