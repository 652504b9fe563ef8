package chart

import (
	"image"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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
