package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// frame is an empty plot in the common look: axis lines and labels; header draws the title and the legend.
func frame(xLabel, yLabel string) *plot.Plot {
	p := plot.New()
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle = draw.LineStyle{Color: axisColor, Width: 0.8}
		axis.Padding = 0
		axis.Tick.LineStyle = draw.LineStyle{Color: axisColor, Width: 0.8}
		axis.Tick.Length = 4
		axis.Tick.Label.Font = faceOf(tickSize, false)
		axis.Tick.Label.Color = inkColor
		axis.Label.TextStyle = text.Style{
			Color: inkColor, Font: faceOf(labelSize, false), Handler: plot.DefaultTextHandler,
			XAlign: draw.XCenter, YAlign: draw.YBottom,
		}
		axis.Label.Padding = 4
	}
	p.X.Label.Text, p.Y.Label.Text = clean(xLabel), clean(yLabel)
	return p
}

// tickRoom is the number of labels that fit along the sides of the canvas.
func tickRoom(c draw.Canvas) (x, y int) {
	return int(math.Max(2, float64((c.Max.X-c.Min.X)/70))), int(math.Max(2, float64((c.Max.Y-c.Min.Y)/45)))
}

// grid draws light lines at the labelled ticks.
func grid() *plotter.Grid {
	line := draw.LineStyle{Color: gridColor, Width: 0.8}
	return &plotter.Grid{Vertical: line, Horizontal: line}
}

// onPlot is a function as a plotter.
type onPlot func(c draw.Canvas, p *plot.Plot)

// Plot implements plot.Plotter.
func (f onPlot) Plot(c draw.Canvas, p *plot.Plot) { f(c, p) }

// rectangle is the outline of an upright rectangle.
func rectangle(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}

// boxed is the outline of r.
func boxed(r vg.Rectangle) []vg.Point { return rectangle(r.Min.X, r.Min.Y, r.Max.X, r.Max.Y) }

// border strokes the closed line around an outline.
func border(c draw.Canvas, outline []vg.Point, color color.Color, width vg.Length) {
	c.StrokeLines(draw.LineStyle{Color: color, Width: width}, append(outline, outline[0]))
}
