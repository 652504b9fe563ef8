package chart

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Line is a polyline over a Surface: the trajectory of some weights, a border. The edges of the rectangle clip it.
type Line struct {
	Name string // in the legend; "": no entry
	X, Y []float64
}

// Straight is the line on which a·x + b·y + c is 0, long enough for any rectangle within limit of the origin. It is an
// error if a and b are both 0.
func Straight(name string, a, b, c, limit float64) (Line, error) {
	norm := a*a + b*b
	if !(norm > 0 && norm <= largest && c*c <= largest && limit > 0 && limit <= largest) {
		return Line{}, fmt.Errorf("chart: line %q: %g·x + %g·y + %g = 0 within %g, want a direction and finite numbers",
			name, a, b, c, limit)
	}
	// From the foot of the perpendicular from the origin in both directions along the line.
	x, y := -a*c/norm, -b*c/norm
	reach := 3 * limit / math.Sqrt(norm)
	dx, dy := -b*reach, a*reach
	return Line{Name: name, X: []float64{x - dx, x + dx}, Y: []float64{y - dy, y + dy}}, nil
}

func (l Line) check() error {
	if len(l.X) != len(l.Y) || len(l.X) < 2 {
		return fmt.Errorf("chart: surface: line %q has %d X and %d Y, want the same number, at least 2",
			l.Name, len(l.X), len(l.Y))
	}
	for j := range l.X {
		if isGap(l.X[j]) || isGap(l.Y[j]) {
			return fmt.Errorf("chart: surface: point %d of line %q is at (%g, %g), want finite numbers",
				j, l.Name, l.X[j], l.Y[j])
		}
	}
	return nil
}

// lineStyle is how the i-th line is drawn.
func lineStyle(i int) draw.LineStyle {
	return draw.LineStyle{Color: paletteColor(i + 2), Width: 2} // the first two colours are those of the classes
}

// draw draws the line on a rim of paper, which separates it from the colours below.
func (l Line) draw(area draw.Canvas, p *plot.Plot, i int) {
	points := make([]vg.Point, len(l.X))
	for j := range l.X {
		points[j] = vg.Point{X: area.X(p.X.Norm(l.X[j])), Y: area.Y(p.Y.Norm(l.Y[j]))}
	}
	style := lineStyle(i)
	rim := draw.LineStyle{Color: paper, Width: style.Width + 1.5}
	for _, s := range []draw.LineStyle{rim, style} {
		area.StrokeLines(s, area.ClipLinesXY(points)...)
	}
}
