package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// maxMeshPoints bounds the work and the memory of a mesh.
const maxMeshPoints = 40000

// Mesh is a surface in Scatter3D: Z over a grid of X and Y, translucent with thin lines. NaN in Z is a hole.
type Mesh struct {
	Name string
	X    []float64   // [nx], ascending
	Y    []float64   // [ny], ascending
	Z    [][]float64 // [nx][ny]

	Color color.Color // nil: the next one of Palette
}

// NewMesh samples z = f(x, y) at n x n points of a rectangle.
func NewMesh(name string, f func(x, y float64) float64, xMin, xMax, yMin, yMax float64, n int) (Mesh, error) {
	if f == nil {
		return Mesh{}, fmt.Errorf("chart: mesh %q: no function", name)
	}
	if n < 2 || n > 200 {
		return Mesh{}, fmt.Errorf("chart: mesh %q: %d points per side, want 2 to 200", name, n)
	}
	m := Mesh{Name: name, X: between(xMin, xMax, n), Y: between(yMin, yMax, n), Z: make([][]float64, n)}
	for i, x := range m.X {
		m.Z[i] = make([]float64, n)
		for j, y := range m.Y {
			m.Z[i][j] = f(x, y)
		}
	}
	return m, m.check()
}

// between gives n points at equal distances from low to high, both included.
func between(low, high float64, n int) []float64 {
	points := make([]float64, n)
	for i := range points {
		t := float64(i) / float64(n-1)
		points[i] = low*(1-t) + high*t
	}
	return points
}

func (m Mesh) check() error {
	nx, ny := len(m.X), len(m.Y)
	if nx < 2 || ny < 2 || nx > maxMeshPoints || ny > maxMeshPoints || nx*ny > maxMeshPoints {
		return fmt.Errorf("chart: mesh %q: %d x %d points, want at least 2 x 2 and at most %d",
			m.Name, nx, ny, maxMeshPoints)
	}
	if len(m.Z) != nx {
		return fmt.Errorf("chart: mesh %q: Z has %d rows, want %d, one per X", m.Name, len(m.Z), nx)
	}
	for axis, values := range [][]float64{m.X, m.Y} {
		for i, v := range values {
			if err := checkFinite(fmt.Sprintf("mesh %q: %c %d", m.Name, "XY"[axis], i), v); err != nil {
				return err
			}
			if i > 0 && v <= values[i-1] {
				return fmt.Errorf("chart: mesh %q: %c %d is %g after %g, want ascending values",
					m.Name, "XY"[axis], i, v, values[i-1])
			}
		}
	}
	holes := 0
	for i, row := range m.Z {
		if len(row) != ny {
			return fmt.Errorf("chart: mesh %q: row %d of Z has %d values, want %d, one per Y", m.Name, i, len(row), ny)
		}
		for _, z := range row {
			if math.IsNaN(z) {
				holes++
				continue
			}
			if err := checkFinite(fmt.Sprintf("mesh %q: Z at X %d", m.Name, i), z); err != nil {
				return err
			}
		}
	}
	if holes == nx*ny {
		return fmt.Errorf("chart: mesh %q: every Z is NaN", m.Name)
	}
	return nil
}

// each calls f for every point that is no hole.
func (m Mesh) each(f func(vec3)) {
	for i, row := range m.Z {
		for j, z := range row {
			if !math.IsNaN(z) {
				f(vec3{m.X[i], m.Y[j], z})
			}
		}
	}
}

// shapes gives the quadrangles between neighbouring points.
func (m Mesh) shapes(box *box3D) []shape {
	var shapes []shape
	base := opaque(m.Color)
	for i := range len(m.X) - 1 {
		for j := range len(m.Y) - 1 {
			corners := make([]vg.Point, 0, 5)
			depth := 0.0
			for _, k := range [][2]int{{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}} {
				z := m.Z[k[0]][k[1]]
				if math.IsNaN(z) {
					break
				}
				at, d := box.place(vec3{m.X[k[0]], m.Y[k[1]], z})
				corners = append(corners, at)
				depth += d / 4
			}
			if len(corners) < 4 {
				continue
			}
			shapes = append(shapes, shape{depth, false, func(c draw.Canvas) {
				fill, line := base, box.faded(mix(paper, base, 0.75), depth)
				fill.A = 0x38
				c.FillPolygon(fill, corners)
				c.StrokeLines(draw.LineStyle{Color: line, Width: 0.5}, append(corners, corners[0]))
			}})
		}
	}
	return shapes
}
