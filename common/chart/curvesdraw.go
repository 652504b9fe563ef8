package chart

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Draw fills the canvas with the picture.
func (c *Curves) Draw(canvas draw.Canvas) error {
	yMin, yMax, err := c.limits()
	if err != nil {
		return err
	}
	styles, markers := c.styles()
	var entries []entry
	listed := map[string]bool{}
	for i, s := range c.series {
		if !listed[s.Name] {
			entries = append(entries, entry{name: s.Name, line: styles[i], glyph: markers[i]})
		}
		listed[s.Name] = true
	}
	for i, r := range c.References {
		entries = append(entries, entry{name: r.Label, line: referenceStyle(i)})
	}
	canvas = header(canvas, c.Title, entries)

	p := frame(c.XLabel, c.YLabel)
	at := vg.Point{X: canvas.Min.X + halfOfLine*labelSize}
	if c.LogY {
		// Gonum centres the label of a logarithmic axis as if the axis were linear.
		p.Y.Label.Text = ""
		if c.YLabel != "" {
			canvas.Min.X += 2*halfOfLine*labelSize + 4
		}
	}
	c.scale(p, canvas, yMin, yMax)
	p.Add(grid(), onPlot(func(area draw.Canvas, p *plot.Plot) {
		for i, r := range c.References {
			if !c.LogY || r.Y > 0 {
				y := area.Y(p.Y.Norm(r.Y))
				area.StrokeLine2(referenceStyle(i), area.Min.X, y, area.Max.X, y)
			}
		}
		for i, s := range c.series {
			c.drawBand(area, p, s, styles[i].Color)
		}
		for i, s := range c.series {
			c.drawSeries(area, p, s, styles[i], markers[i])
		}
	}))
	p.Draw(canvas)
	if c.LogY {
		yLabel := lettering{size: labelSize, color: inkColor, align: 0.5, angle: math.Pi / 2}
		area := p.DataCanvas(canvas)
		at.Y = area.Center().Y
		yLabel.write(canvas, at, yLabel.fit(c.YLabel, canvas.Max.Y-canvas.Min.Y))
	}
	return nil
}

func referenceStyle(i int) draw.LineStyle {
	return draw.LineStyle{Color: axisColor, Width: 1.3, Dashes: []vg.Length{vg.Length(2 + 3*(i%4)), 2}}
}

// limits are the smallest and the largest value of all that is drawn. On a logarithmic axis zeros do not count, and a
// negative value is an error.
func (c *Curves) limits() (low, high float64, err error) {
	low, high = math.Inf(1), math.Inf(-1)
	include := func(name string, values ...float64) {
		for _, v := range values {
			switch {
			case isGap(v) || c.LogY && v == 0:
			case c.LogY && v < 0:
				err = fmt.Errorf("chart: curves: %s is %g, want no negative value on a logarithmic axis", name, v)
			default:
				low, high = math.Min(low, v), math.Max(high, v)
			}
		}
	}
	for _, s := range c.series {
		include(s.Name, s.Values...)
		for j := range s.Low {
			if !isGap(s.Low[j]) && !isGap(s.High[j]) {
				include("the band of "+s.Name, s.Low[j], s.High[j])
			}
		}
	}
	for _, r := range c.References {
		if isGap(r.Y) {
			err = fmt.Errorf("chart: curves: reference %q is %g, want a finite number", r.Label, r.Y)
		}
		include("reference "+r.Label, r.Y)
	}
	if c.YMin != 0 || c.YMax != 0 {
		include("the limit of Y", c.YMin, c.YMax)
	}
	if low > high && err == nil {
		err = errors.New("chart: curves: all values are 0, want a positive one on a logarithmic axis")
	}
	return low, high, err
}

// scale sets the axes of p.
func (c *Curves) scale(p *plot.Plot, canvas draw.Canvas, yMin, yMax float64) {
	longest := 0
	for _, s := range c.series {
		longest = max(longest, len(s.Values))
	}
	xRoom, yRoom := tickRoom(canvas)
	whole := c.First == math.Trunc(c.First) && c.Step == math.Trunc(c.Step)
	p.X.Tick.Marker = ticker{most: xRoom, integers: whole}
	p.X.Min, p.X.Max = widen(c.First, c.x(longest-1), 0.02)
	if longest == 1 {
		p.X.Min, p.X.Max = c.First-0.5*c.Step, c.First+0.5*c.Step
	}
	p.Y.Min, p.Y.Max = widen(yMin, yMax, 0.05)
	p.Y.Tick.Marker = ticker{most: yRoom}
	if c.LogY {
		p.Y.Scale = plot.LogScale{}
		low, high := widen(math.Log10(yMin), math.Log10(yMax), 0.05)
		const least = 1e-307 // near the smallest number of full precision: 0 has no logarithm
		p.Y.Min, p.Y.Max = math.Max(least, math.Pow(10, low)), math.Max(10*least, math.Pow(10, high))
		p.Y.Tick.Marker = logTicker{most: yRoom}
	}
}

// styles chooses the colours and dashes that the series do not set.
func (c *Curves) styles() ([]draw.LineStyle, []draw.GlyphStyle) {
	colors := map[string]color.Color{}
	lines, glyphs := make([]draw.LineStyle, len(c.series)), make([]draw.GlyphStyle, len(c.series))
	for i, s := range c.series {
		base, isValidation := strings.CutPrefix(s.Name, "val_")
		if colors[base] == nil {
			colors[base] = cmp.Or(s.Color, paletteColor(len(colors)))
		}
		lines[i] = draw.LineStyle{Color: cmp.Or(s.Color, colors[base]), Width: c.LineWidth, Dashes: s.Dashes}
		if s.Dashes == nil && isValidation {
			lines[i].Dashes = []vg.Length{6, 3}
		}
		if len(s.Values) <= c.MarkersUpTo || len(s.Values) == 1 {
			glyphs[i] = draw.GlyphStyle{Color: lines[i].Color, Shape: draw.CircleGlyph{}, Radius: c.LineWidth * 1.8}
		}
	}
	return lines, glyphs
}

// onto gives the point of the i-th value v; a value below a logarithmic axis lies on its lower edge.
func (c *Curves) onto(area draw.Canvas, p *plot.Plot) func(i int, v float64) vg.Point {
	return func(i int, v float64) vg.Point {
		if c.LogY {
			v = math.Max(v, p.Y.Min)
		}
		return vg.Point{X: area.X(p.X.Norm(c.x(i))), Y: area.Y(p.Y.Norm(v))}
	}
}

// drawSeries draws one line with its gaps.
func (c *Curves) drawSeries(area draw.Canvas, p *plot.Plot, s Series, line draw.LineStyle, marker draw.GlyphStyle) {
	at := c.onto(area, p)
	columns := int((area.Max.X - area.Min.X) * 96 / vg.Inch)
	for _, run := range runs(s.Values, max(1, columns)) {
		points := make([]vg.Point, len(run))
		for j, i := range run {
			points[j] = at(i, s.Values[i])
			area.DrawGlyphNoClip(marker, points[j])
		}
		if len(points) == 1 {
			// A value between two gaps is a dot, as it has no line.
			dot := draw.GlyphStyle{Color: line.Color, Shape: draw.CircleGlyph{}, Radius: line.Width}
			area.DrawGlyphNoClip(dot, points[0])
			continue
		}
		area.StrokeLines(line, points)
	}
}

// drawBand fills between Low and High; a gap in either interrupts the band. A value between two gaps has a bar a little
// wider than its dot.
func (c *Curves) drawBand(area draw.Canvas, p *plot.Plot, s Series, line color.Color) {
	at := c.onto(area, p)
	var lower, upper []vg.Point
	fill := func() {
		switch n := len(lower); {
		case n == 1:
			half := 2 * c.LineWidth
			area.FillPolygon(pale(line, 0x33), rectangle(lower[0].X-half, lower[0].Y, lower[0].X+half, upper[0].Y))
		case n > 1:
			slices.Reverse(upper)
			area.FillPolygon(pale(line, 0x33), append(lower, upper...))
		}
		lower, upper = nil, nil
	}
	// Corners less than half a point apart look like one: draw the outermost of them.
	every := max(1, len(s.Low)/max(1, int(2*(area.Max.X-area.Min.X))))
	for first := 0; first < len(s.Low); first += every {
		low, high := math.Inf(1), math.Inf(-1)
		for i := first; i < min(first+every, len(s.Low)); i++ {
			if !isGap(s.Low[i]) && !isGap(s.High[i]) {
				low, high = math.Min(low, s.Low[i]), math.Max(high, s.High[i])
			}
		}
		if low > high {
			fill()
			continue
		}
		lower, upper = append(lower, at(first, low)), append(upper, at(first, high))
	}
	fill()
}
