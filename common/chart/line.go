package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// maxCorners bounds the places of a line.
const maxCorners = 1_000_000

// Line is a broken line over a Surface: the way of some weights, a border. What lies outside the
// rectangle is not drawn.
type Line struct {
	Name string // in the legend; "": not there
	X, Y []float64

	Color  color.Color // nil: the next one of Palette
	Dashes []vg.Length
	Width  vg.Length // 0: 2 points
}

// Straight is the line on which a·x + b·y + c is 0, long enough for any rectangle within limit of the
// origin. It is an error if a and b are both 0.
func Straight(name string, a, b, c, limit float64) (Line, error) {
	norm := a*a + b*b
	if !(norm > 0 && norm <= largest && c*c <= largest && limit > 0 && limit <= largest) {
		return Line{}, fmt.Errorf("chart: line %q: %g·x + %g·y + %g = 0 within %g, want a direction and finite numbers",
			name, a, b, c, limit)
	}
	// From the foot of the perpendicular from the origin both ways along the line.
	x, y := -a*c/norm, -b*c/norm
	reach := 3 * limit / math.Sqrt(norm)
	dx, dy := -b*reach, a*reach
	return Line{Name: name, X: []float64{x - dx, x + dx}, Y: []float64{y - dy, y + dy}}, nil
}

func (l Line) check(i int) error {
	if len(l.X) != len(l.Y) || len(l.X) < 2 || len(l.X) > maxCorners {
		return fmt.Errorf("chart: surface: line %d has %d X and %d Y, want as many of each, 2 to %d",
			i, len(l.X), len(l.Y), maxCorners)
	}
	for j := range l.X {
		for _, v := range []float64{l.X[j], l.Y[j]} {
			if err := checkFinite(fmt.Sprintf("surface: line %d: place %d", i, j), v); err != nil {
				return err
			}
		}
	}
	if !(l.Width >= 0 && l.Width <= 100) {
		return fmt.Errorf("chart: surface: line %d is %g points wide, want 0 to 100", i, float64(l.Width))
	}
	for _, dash := range l.Dashes {
		if !(dash >= 0.1 && dash <= 1000) {
			return fmt.Errorf("chart: surface: line %d has a dash of %g points, want 0.1 to 1000", i, float64(dash))
		}
	}
	return nil
}

// style is how the i-th line is drawn.
func (l Line) style(i int) draw.LineStyle {
	style := draw.LineStyle{Color: l.Color, Width: l.Width, Dashes: l.Dashes}
	if style.Color == nil {
		style.Color = paletteColor(i + 2) // the first two are those of the classes
	}
	if style.Width == 0 {
		style.Width = 2
	}
	return style
}

// draw draws the line on a rim of paper, which parts it from the colours below.
func (l Line) draw(area draw.Canvas, p *plot.Plot, i int) {
	points := make([]vg.Point, len(l.X))
	for j := range l.X {
		points[j] = vg.Point{X: area.X(p.X.Norm(l.X[j])), Y: area.Y(p.Y.Norm(l.Y[j]))}
	}
	style := l.style(i)
	rim := draw.LineStyle{Color: paper, Width: style.Width + 1.5}
	for _, s := range []draw.LineStyle{rim, style} {
		area.StrokeLines(s, area.ClipLinesXY(points)...)
	}
}
