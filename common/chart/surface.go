package chart

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Point is a row of data on a Surface: its class chooses colour and shape (0: blue circle, 1:
// vermillion square, and so on), its label stands beside it.
type Point struct {
	X, Y  float64
	Class int
	Label string
}

// Surface shows a function of two variables, such as what a network answers over its two inputs, as a
// map of colours from blue (Low) over white to red (High), with a line where it has the value Level.
//
// The colours are K. Moreland's smooth blue-red ("Diverging Color Maps for Scientific Visualization",
// 2009), which readers with any colour vision can order, paled so that points stand out. Values
// beyond Low and High have the colour of the nearer one; NaN is grey.
type Surface struct {
	Title, XLabel, YLabel  string
	F                      func(x, y float64) float64
	All                    func(x, y []float64) ([]float64, error) // if F is nil: all places in one call
	XMin, XMax, YMin, YMax float64
	Low, High, Level       float64
	HideLevel              bool
	Contours               []float64 // thin lines at further values
	HideScale              bool
	Lines                  []Line
	Resolution             int // the function is computed at Resolution x Resolution points, 2 to 1000
	Points                 []Point
	Classes                []string // names for the legend; nil: none
	Width, Height          vg.Length
}

// NewSurface makes a picture of 10 x 9 inches of f over a rectangle, from 0 to 1 with a line at 0.5. It is an
// error if the rectangle is empty or not finite. f is computed when the picture is drawn; then it
// is an error if it is NaN everywhere.
func NewSurface(f func(x, y float64) float64, xMin, xMax, yMin, yMax float64) (*Surface, error) {
	return newSurface(Surface{F: f, XMin: xMin, XMax: xMax, YMin: yMin, YMax: yMax})
}

// NewBatchSurface is NewSurface of a function that takes all places in one call, as a net predicts for
// many rows at once: all x, and all y, one value for each pair.
func NewBatchSurface(all func(x, y []float64) ([]float64, error), xMin, xMax, yMin, yMax float64) (*Surface, error) {
	return newSurface(Surface{All: all, XMin: xMin, XMax: xMax, YMin: yMin, YMax: yMax})
}

func newSurface(s Surface) (*Surface, error) {
	s.XLabel, s.YLabel, s.High, s.Level = "x", "y", 1, 0.5
	s.Resolution, s.Width, s.Height = 160, 10*vg.Inch, 9*vg.Inch
	if err := s.check(); err != nil {
		return nil, err
	}
	return &s, nil
}

func (s *Surface) check() error {
	if s.F == nil && s.All == nil {
		return errors.New("chart: surface: no function")
	}
	for i, line := range s.Lines {
		if err := line.check(i); err != nil {
			return err
		}
	}
	if n := len(s.Lines) + len(s.Classes); n > maxSeries || len(s.Contours) > maxSeries {
		return fmt.Errorf("chart: surface: %d lines and classes and %d contours, want at most %d of each",
			n, len(s.Contours), maxSeries)
	}
	for _, v := range s.Contours {
		if err := checkFinite("surface: contour", v); err != nil {
			return err
		}
	}
	for _, limit := range []struct {
		name      string
		low, high float64
	}{{"X", s.XMin, s.XMax}, {"Y", s.YMin, s.YMax}, {"value", s.Low, s.High}} {
		for _, v := range []float64{limit.low, limit.high} {
			if err := checkFinite("surface: limit of "+limit.name, v); err != nil {
				return err
			}
		}
		if size := math.Max(math.Abs(limit.low), math.Abs(limit.high)); !(limit.high-limit.low > 1e-9*size) {
			return fmt.Errorf("chart: surface: %s from %g to %g, want a range", limit.name, limit.low, limit.high)
		}
	}
	if err := checkFinite("surface: level", s.Level); err != nil {
		return err
	}
	if s.Resolution < 2 || s.Resolution > 1000 {
		return fmt.Errorf("chart: surface: resolution %d, want 2 to 1000", s.Resolution)
	}
	for i, p := range s.Points {
		if !(p.X >= s.XMin && p.X <= s.XMax && p.Y >= s.YMin && p.Y <= s.YMax) {
			return fmt.Errorf("chart: surface: point %d at (%g, %g) lies outside [%g, %g] x [%g, %g]",
				i, p.X, p.Y, s.XMin, s.XMax, s.YMin, s.YMax)
		}
		classes := maxSeries
		if s.Classes != nil {
			classes = len(s.Classes)
		}
		if p.Class < 0 || p.Class >= classes {
			return fmt.Errorf("chart: surface: point %d has class %d, want 0 to %d", i, p.Class, classes-1)
		}
	}
	return nil
}

// sample computes the function: [Resolution][Resolution], X first.
func (s *Surface) sample() ([][]float64, error) {
	xs, ys := between(s.XMin, s.XMax, s.Resolution), between(s.YMin, s.YMax, s.Resolution)
	var all []float64
	if s.F == nil {
		var x, y []float64
		for i := range xs {
			for j := range ys {
				x, y = append(x, xs[i]), append(y, ys[j])
			}
		}
		var err error
		if all, err = s.All(x, y); err != nil {
			return nil, err
		}
		if len(all) != len(x) {
			return nil, fmt.Errorf("chart: surface: the function gave %d values for %d places", len(all), len(x))
		}
	}
	z := make([][]float64, s.Resolution)
	finite := false
	for i, x := range xs {
		z[i] = make([]float64, s.Resolution)
		for j, y := range ys {
			var v float64
			if s.F != nil {
				v = s.F(x, y)
			} else {
				v = all[i*len(ys)+j]
			}
			finite = finite || !math.IsNaN(v)
			// The interpolation of the line needs differences of two values to be finite.
			z[i][j] = math.Max(-largest, math.Min(largest, v))
		}
	}
	if !finite {
		return nil, errors.New("chart: surface: the function is NaN everywhere")
	}
	return z, nil
}

// Save writes the picture to path, a .png or .svg file.
func (s *Surface) Save(path string) error { return save(path, s.Width, s.Height, s) }

// Draw fills the canvas with the picture.
func (s *Surface) Draw(c draw.Canvas) error {
	return s.drawUnder(c, s.legend())
}

// legend lists the classes, the lines, and the line at Level.
func (s *Surface) legend() []entry {
	var entries []entry
	for i, name := range s.Classes {
		entries = append(entries, entry{name: name, glyph: classGlyph(i)})
	}
	for i, line := range s.Lines {
		if line.Name != "" {
			entries = append(entries, entry{name: line.Name, line: line.style(i)})
		}
	}
	if !s.HideLevel {
		entries = append(entries, entry{name: strconv.FormatFloat(s.Level, 'g', 4, 64), line: levelStyle})
	}
	return entries
}

// levelStyle is the line at Level.
var levelStyle = draw.LineStyle{Color: inkColor, Width: 1.5, Dashes: []vg.Length{6, 3}}

// drawUnder draws the picture under a legend.
func (s *Surface) drawUnder(c draw.Canvas, entries []entry) error {
	if err := s.check(); err != nil {
		return err
	}
	z, err := s.sample()
	if err != nil {
		return err
	}
	c = header(c, s.Title, entries)
	scaleRoom := c
	if !s.HideScale {
		const scaleWidth = 75
		scaleRoom.Min.X = c.Max.X - scaleWidth
		c.Max.X -= scaleWidth
	}

	p := frame(s.XLabel, s.YLabel)
	xRoom, yRoom := tickRoom(c)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = s.XMin, s.XMax, s.YMin, s.YMax
	p.X.Tick.Marker, p.Y.Tick.Marker = ticker{most: xRoom}, ticker{most: yRoom}
	p.Add(onPlot(func(area draw.Canvas, p *plot.Plot) {
		area.DrawImage(area.Rectangle, s.picture(z))
		for _, level := range s.Contours {
			s.drawLevel(area, z, level, draw.LineStyle{Color: axisColor, Width: 0.5})
		}
		if !s.HideLevel {
			s.drawLevel(area, z, s.Level, levelStyle)
		}
		for i, line := range s.Lines {
			line.draw(area, p, i)
		}
		s.drawPoints(area, p)
	}))
	p.Draw(c)
	if s.HideScale {
		return nil
	}
	area := p.DataCanvas(c)
	scaleRoom.Min.Y, scaleRoom.Max.Y = area.Min.Y, area.Max.Y
	s.drawScale(scaleRoom)
	return nil
}

// picture is the map of colours, one point per value, the largest Y on top.
func (s *Surface) picture(z [][]float64) image.Image {
	shades := s.shades()
	img := image.NewRGBA(image.Rect(0, 0, len(z), len(z)))
	for i, column := range z {
		for j, v := range column {
			shade := gapColor
			if !math.IsNaN(v) {
				t := math.Max(0, math.Min(1, (v-s.Low)/(s.High-s.Low)))
				shade = shades[int(math.Round(t*float64(len(shades)-1)))]
			}
			img.Set(i, len(z)-1-j, shade)
		}
	}
	return img
}

func (s *Surface) drawLevel(area draw.Canvas, z [][]float64, level float64, style draw.LineStyle) {
	for _, line := range contour(z, level) {
		points := make([]vg.Point, len(line))
		for i, q := range line {
			last := float64(s.Resolution - 1)
			points[i] = vg.Point{X: area.X(q.x / last), Y: area.Y(q.y / last)}
		}
		area.StrokeLines(style, points)
	}
}

// classGlyph is the sign of a class: colour and shape both tell it.
func classGlyph(class int) draw.GlyphStyle {
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, squareGlyph{}, draw.PyramidGlyph{}}
	return draw.GlyphStyle{Color: paletteColor(class), Shape: shapes[class%len(shapes)], Radius: 6}
}

// squareGlyph is a filled square.
type squareGlyph struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (squareGlyph) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	r := style.Radius * 0.88
	c.FillPolygon(style.Color, rectangle(at.X-r, at.Y-r, at.X+r, at.Y+r))
}

func (s *Surface) drawPoints(area draw.Canvas, p *plot.Plot) {
	words := lettering{size: tickSize + 1, bold: true, color: inkColor}
	for _, point := range s.Points {
		at := vg.Point{X: area.X(p.X.Norm(point.X)), Y: area.Y(p.Y.Norm(point.Y))}
		glyph := classGlyph(point.Class)
		rim := glyph
		rim.Color, rim.Radius = color.Color(paper), glyph.Radius+1.5
		area.DrawGlyphNoClip(rim, at)
		area.DrawGlyphNoClip(glyph, at)
		if point.Label == "" {
			continue
		}
		// The label stands on the side with more room, on paper, so that no colour hides it.
		room := area.Max.X - at.X - 14
		if at.X > area.Center().X {
			room = at.X - area.Min.X - 14
		}
		text := words.fit(point.Label, room)
		w := words.width(text)
		x := at.X + 12
		if at.X > area.Center().X {
			x = at.X - 12 - w
		}
		y := max(area.Min.Y+9, min(area.Max.Y-9, at.Y))
		area.FillPolygon(color.NRGBA{0xFF, 0xFF, 0xFF, 0xC8}, rectangle(x-2, y-7.5, x+w+2, y+7.5))
		words.write(area, vg.Point{X: x, Y: y}, text)
	}
}
