package chart

import (
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Draw fills the canvas with the picture.
func (c *Curves) Draw(canvas draw.Canvas) error {
	box, err := c.extent()
	if err != nil {
		return err
	}
	styles, markers := c.styles()
	var entries []entry
	listed := map[string]bool{}
	for i, s := range c.Series {
		if !listed[s.Name] {
			entries = append(entries, entry{name: s.Name, line: styles[i], glyph: markers[i]})
		}
		listed[s.Name] = true
	}
	var floors []draw.LineStyle
	for i, r := range c.References {
		dash := vg.Length(2 + 3*(i%4))
		floors = append(floors, draw.LineStyle{Color: axisColor, Width: 1.3, Dashes: []vg.Length{dash, 2}})
		entries = append(entries, entry{name: r.Label, line: floors[i]})
	}
	canvas = header(canvas, c.Title, entries)

	p := frame(c.XLabel, c.YLabel)
	yLabel := lettering{size: labelSize, color: inkColor, align: 0.5, angle: math.Pi / 2}
	at := vg.Point{X: canvas.Min.X + halfOfLine*labelSize}
	if c.LogY {
		// Gonum makes room for the label as if the middle of a logarithmic axis were that of its limits.
		p.Y.Label.Text = ""
		if c.YLabel != "" {
			canvas.Min.X += 2*halfOfLine*labelSize + 4
		}
	}
	xRoom, yRoom := tickRoom(canvas)
	whole := c.First == math.Trunc(c.First) && c.Step == math.Trunc(c.Step)
	p.X.Tick.Marker = ticker{most: xRoom, integers: whole}
	p.X.Min, p.X.Max = widen(box.xMin, box.xMax, 0.02)
	if box.xMin == box.xMax {
		p.X.Min, p.X.Max = box.xMin-0.5*c.Step, box.xMax+0.5*c.Step
	}
	if c.LogY {
		p.Y.Scale = plot.LogScale{}
		low, high := widen(math.Log10(box.yMin), math.Log10(box.yMax), 0.05)
		const least = 1e-307 // near the smallest number of full precision; a limit of 0 has no logarithm
		p.Y.Min, p.Y.Max = math.Max(least, math.Pow(10, low)), math.Max(10*least, math.Pow(10, high))
		p.Y.Tick.Marker = logTicker{most: yRoom}
	} else {
		p.Y.Min, p.Y.Max = widen(box.yMin, box.yMax, 0.05)
		p.Y.Tick.Marker = ticker{most: yRoom}
	}
	p.Add(grid(true, true), onPlot(func(area draw.Canvas, p *plot.Plot) {
		for i, r := range c.References {
			if !c.LogY || r.Y > 0 {
				y := area.Y(p.Y.Norm(r.Y))
				area.StrokeLine2(floors[i], area.Min.X, y, area.Max.X, y)
			}
		}
		for i := range c.Series {
			c.drawBand(area, p, c.Series[i], styles[i].Color)
		}
		for i := range c.Series {
			c.drawSeries(area, p, i, styles[i], markers[i])
		}
	}))
	p.Draw(canvas)
	if c.LogY {
		area := p.DataCanvas(canvas)
		at.Y = area.Center().Y
		yLabel.write(canvas, at, yLabel.fit(c.YLabel, canvas.Max.Y-canvas.Min.Y))
	}
	return nil
}

// styles chooses what the series left open.
func (c *Curves) styles() ([]draw.LineStyle, []draw.GlyphStyle) {
	const validation = "val_"
	colors := map[string]color.Color{}
	lines, glyphs := make([]draw.LineStyle, len(c.Series)), make([]draw.GlyphStyle, len(c.Series))
	for i, s := range c.Series {
		base, isValidation := strings.CutPrefix(s.Name, validation)
		if colors[base] == nil {
			colors[base] = paletteColor(len(colors))
			if s.Color != nil {
				colors[base] = s.Color
			}
		}
		lines[i] = draw.LineStyle{Color: s.Color, Width: c.LineWidth, Dashes: s.Dashes}
		if s.Color == nil {
			lines[i].Color = colors[base]
		}
		if s.Dashes == nil && isValidation {
			lines[i].Dashes = []vg.Length{6, 3}
		}
		if len(s.Values) <= c.MarkersUpTo || len(s.Values) == 1 {
			glyphs[i] = draw.GlyphStyle{Color: lines[i].Color, Shape: draw.CircleGlyph{}, Radius: c.LineWidth * 1.8}
		}
	}
	return lines, glyphs
}

// drawSeries draws one line with its gaps.
func (c *Curves) drawSeries(area draw.Canvas, p *plot.Plot, i int, line draw.LineStyle, marker draw.GlyphStyle) {
	at := func(v sample) vg.Point {
		y := v.value
		if c.LogY {
			y = math.Max(y, p.Y.Min)
		}
		return vg.Point{X: area.X(p.X.Norm(c.x(v.index))), Y: area.Y(p.Y.Norm(y))}
	}
	columns := int((area.Max.X - area.Min.X) * 96 / vg.Inch)
	for _, run := range runs(c.Series[i].Values, max(1, columns)) {
		points := make([]vg.Point, len(run))
		for j, v := range run {
			points[j] = at(v)
			area.DrawGlyphNoClip(marker, points[j])
		}
		if len(points) == 1 {
			// A value between two gaps has no line to be part of.
			dot := draw.GlyphStyle{Color: line.Color, Shape: draw.CircleGlyph{}, Radius: line.Width}
			area.DrawGlyphNoClip(dot, points[0])
			continue
		}
		area.StrokeLines(line, points)
	}
}
