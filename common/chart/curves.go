package chart

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// maxSeries keeps the legend from filling the picture, and maxLines the picture from filling the memory.
const maxSeries, maxLines = 40, 10000

// Series is one line of Curves. Values holds one number per epoch; NaN and the infinities are gaps.
// Series of one picture may differ in length; all start at the same epoch. Those of one name look alike
// and share one place in the legend: the same run from many seeds.
type Series struct {
	Name   string
	Values []float64

	// Low and High are the edges of a pale band around the line, as the range over some seeds; nil: none.
	Low, High []float64

	// Color and Dashes are chosen by Curves if nil: each name has the next colour of Palette,
	// and "val_loss" has the colour of "loss", dashed.
	Color  color.Color
	Dashes []vg.Length
}

// Reference is a horizontal line to compare the series with, such as the loss of least squares. Its
// label stands in the legend.
type Reference struct {
	Label string
	Y     float64
}

// Curves shows values over the epochs of a run.
//
// A logarithmic axis has no place for zero: there the line runs off the lower edge, as
// matplotlib clips it. A negative value on it is an error.
//
// A long series is thinned to the first, smallest, largest and last value of each column of pixels, which
// gives the same picture (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation",
// VLDB 2014), so a spike of a single epoch stays.
type Curves struct {
	Title, XLabel, YLabel string
	Series                []Series
	References            []Reference
	First, Step           float64   // the epoch of the first value, and from one value to the next
	LogY                  bool      // a logarithmic axis for the values
	YMin, YMax            float64   // the Y axis reaches at least this far; both 0: as far as the data
	LineWidth             vg.Length // of the series
	MarkersUpTo           int       // series of at most this many values have a dot at each value
	Width, Height         vg.Length // of the file that Save writes
}

// NewCurves makes a picture of 12 x 8 inches with an X axis "epoch" that starts at 1. It is an error if
// there is no series, or one without a name or without a finite value.
func NewCurves(series ...Series) (*Curves, error) {
	c := &Curves{
		XLabel: "epoch", Series: series, First: 1, Step: 1, LineWidth: 1.8, MarkersUpTo: 30,
		Width: 12 * vg.Inch, Height: 8 * vg.Inch,
	}
	if _, err := c.extent(); err != nil {
		return nil, err
	}
	return c, nil
}

// History is what a training run measured: the names in order, and each one's values over the
// epochs. model.History is one.
type History interface {
	Names() []string
	Series(name string) []float64
}

// NewHistoryCurves makes the picture of everything that a run measured.
func NewHistoryCurves(h History) (*Curves, error) {
	var series []Series
	for _, name := range h.Names() {
		series = append(series, Series{Name: name, Values: h.Series(name)})
	}
	return NewCurves(series...)
}

// extent checks everything and finds the smallest rectangle around the data.
func (c *Curves) extent() (box struct{ xMin, xMax, yMin, yMax float64 }, err error) {
	if len(c.Series) == 0 {
		return box, errors.New("chart: curves: no series, want at least one")
	}
	names := map[string]bool{}
	for _, s := range c.Series {
		names[s.Name] = true
	}
	if n := len(names) + len(c.References); n > maxSeries {
		return box, fmt.Errorf("chart: curves: %d names of series and references, want at most %d", n, maxSeries)
	}
	if len(c.Series) > maxLines {
		return box, fmt.Errorf("chart: curves: %d series, want at most %d", len(c.Series), maxLines)
	}
	if !(c.Step > 0 && c.Step <= largest) || !(math.Abs(c.First) <= largest) {
		return box, fmt.Errorf("chart: curves: first epoch %g and step %g, want finite numbers and a positive step",
			c.First, c.Step)
	}
	if !(c.LineWidth > 0 && c.LineWidth <= 100) {
		return box, fmt.Errorf("chart: curves: line width %g points, want more than 0 and at most 100", float64(c.LineWidth))
	}
	box.yMin, box.yMax = math.Inf(1), math.Inf(-1)
	longest := 0
	include := func(name string, v float64) error {
		switch {
		case math.Abs(v) > largest:
			return fmt.Errorf("chart: curves: %s is %g, want at most %g", name, v, largest)
		case c.LogY && v < 0:
			return fmt.Errorf("chart: curves: %s is %g, want no negative value on a logarithmic axis", name, v)
		case c.LogY && v == 0:
			return nil
		}
		box.yMin, box.yMax = math.Min(box.yMin, v), math.Max(box.yMax, v)
		return nil
	}
	for i, s := range c.Series {
		if strings.TrimSpace(s.Name) == "" {
			return box, fmt.Errorf("chart: curves: series %d has no name", i)
		}
		for _, dash := range s.Dashes {
			if !(dash >= 0.1 && dash <= 1000) {
				return box, fmt.Errorf("chart: curves: series %q has a dash of %g points, want 0.1 to 1000", s.Name, float64(dash))
			}
		}
		finite := 0
		for j, v := range s.Values {
			if isGap(v) {
				continue
			}
			finite++
			if err := include(fmt.Sprintf("%s at epoch %g", s.Name, c.x(j)), v); err != nil {
				return box, err
			}
		}
		if finite == 0 {
			return box, fmt.Errorf("chart: curves: series %q has %d values and none of them is finite, want at least one",
				s.Name, len(s.Values))
		}
		if err := c.includeBand(s, include); err != nil {
			return box, err
		}
		longest = max(longest, len(s.Values))
	}
	for _, r := range c.References {
		if err := checkFinite("curves: reference "+r.Label, r.Y); err != nil {
			return box, err
		}
		if err := include("reference "+r.Label, r.Y); err != nil {
			return box, err
		}
	}
	if math.IsInf(box.yMin, 1) {
		return box, errors.New("chart: curves: all values are 0, want a positive one on a logarithmic axis")
	}
	if c.YMin != 0 || c.YMax != 0 {
		for _, limit := range []float64{c.YMin, c.YMax} {
			if err := checkFinite("curves: limit of Y", limit); err != nil {
				return box, err
			}
			if err := include("limit of Y", limit); err != nil {
				return box, err
			}
		}
	}
	box.xMin, box.xMax = c.First, c.x(longest-1)
	return box, nil
}

// isGap tells whether there is nothing to draw for a value.
func isGap(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// x is the epoch of value i.
func (c *Curves) x(i int) float64 { return c.First + float64(i)*c.Step }

// Save writes the picture to path, a .png or .svg file.
func (c *Curves) Save(path string) error { return save(path, c.Width, c.Height, c) }

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
		p.Y.Min, p.Y.Max = math.Pow(10, low), math.Pow(10, high)
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
