package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Mesh is a translucent surface with thin lines in Scatter3D. NewMesh makes it. It has holes where the function is NaN.
type Mesh struct {
	name string
	x, y []float64   // [n], ascending
	z    [][]float64 // [n][n]
}

// NewMesh samples z = f(x, y) at n x n points of a rectangle.
func NewMesh(name string, f func(x, y float64) float64, xMin, xMax, yMin, yMax float64, n int) (Mesh, error) {
	if n < 2 || n > 200 {
		return Mesh{}, fmt.Errorf("chart: mesh %q: %d points per side, want 2 to 200", name, n)
	}
	if err := checkRanges("mesh", xMin, xMax, yMin, yMax); err != nil {
		return Mesh{}, err
	}
	m := Mesh{name: name, x: make([]float64, n), y: make([]float64, n), z: make([][]float64, n)}
	floats.Span(m.x, xMin, xMax)
	floats.Span(m.y, yMin, yMax)
	finite := false
	for i, x := range m.x {
		m.z[i] = make([]float64, n)
		for j, y := range m.y {
			m.z[i][j] = f(x, y)
			if math.Abs(m.z[i][j]) > largest {
				return Mesh{}, fmt.Errorf("chart: mesh %q: Z at (%g, %g) is %g, want at most %g", name, x, y, m.z[i][j], largest)
			}
			finite = finite || !math.IsNaN(m.z[i][j])
		}
	}
	if !finite {
		return Mesh{}, fmt.Errorf("chart: mesh %q: every Z is NaN, want a number", name)
	}
	return m, nil
}

// each calls f for every point that is not NaN.
func (m Mesh) each(f func(vec3)) {
	for i, row := range m.z {
		for j, z := range row {
			if !math.IsNaN(z) {
				f(vec3{m.x[i], m.y[j], z})
			}
		}
	}
}

// shapes are the quadrangles between neighbouring points, in a colour.
func (m Mesh) shapes(box *box3D, base color.NRGBA) []shape {
	var shapes []shape
	for i := range len(m.x) - 1 {
		for j := range len(m.y) - 1 {
			corners := make([]vg.Point, 0, 5)
			depth := 0.0
			for _, k := range [][2]int{{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}} {
				z := m.z[k[0]][k[1]]
				if math.IsNaN(z) {
					break
				}
				at, d := box.project(vec3{m.x[k[0]], m.y[k[1]], z})
				corners = append(corners, at)
				depth += d / 4
			}
			if len(corners) < 4 {
				continue
			}
			shapes = append(shapes, shape{depth, func(c draw.Canvas) {
				c.FillPolygon(pale(base, 0x38), corners)
				border(c, corners, box.faded(mix(paper, base, 0.75), depth), 0.5)
			}})
		}
	}
	return shapes
}
