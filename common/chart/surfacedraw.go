package chart

import (
	"image"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Draw fills the canvas with the picture.
func (s *Surface) Draw(c draw.Canvas) error {
	return s.drawUnder(c, s.legend())
}

// legend lists the classes, the lines, and the contour at level.
func (s *Surface) legend() []entry {
	entries := classEntries(s.Classes)
	for i, line := range s.Lines {
		if line.Name != "" {
			entries = append(entries, entry{name: line.Name, line: lineStyle(i)})
		}
	}
	if !s.HideLevel {
		entries = append(entries, entry{name: strconv.FormatFloat(level, 'g', 4, 64), line: levelStyle})
	}
	return entries
}

// level is the output of a sigmoid at which its class changes.
const level = 0.5

var levelStyle = draw.LineStyle{Color: inkColor, Width: 1.5, Dashes: []vg.Length{6, 3}}

// drawUnder draws the picture below a legend.
func (s *Surface) drawUnder(c draw.Canvas, entries []entry) error {
	if err := s.check(); err != nil {
		return err
	}
	z, err := s.sample()
	if err != nil {
		return err
	}
	c = header(c, s.Title, entries)
	const scaleWidth = 75
	scaleRoom := c
	scaleRoom.Min.X = c.Max.X - scaleWidth
	c.Max.X -= scaleWidth

	p := frame(s.XLabel, s.YLabel)
	xRoom, yRoom := tickRoom(c)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = s.xMin, s.xMax, s.yMin, s.yMax
	p.X.Tick.Marker, p.Y.Tick.Marker = ticker{most: xRoom}, ticker{most: yRoom}
	p.Add(onPlot(func(area draw.Canvas, p *plot.Plot) {
		area.DrawImage(area.Rectangle, s.picture(z))
		for _, value := range s.Contours {
			drawContour(area, z, value, draw.LineStyle{Color: axisColor, Width: 0.5})
		}
		if !s.HideLevel {
			drawContour(area, z, level, levelStyle)
		}
		for i, line := range s.Lines {
			line.draw(area, p, i)
		}
		for _, point := range s.Points {
			at := vg.Point{X: area.X(p.X.Norm(point.X)), Y: area.Y(p.Y.Norm(point.Y))}
			drawRimmed(area, at, classGlyph(point.Class), 1.5)
		}
	}))
	p.Draw(c)
	area := p.DataCanvas(c)
	scaleRoom.Min.Y, scaleRoom.Max.Y = area.Min.Y, area.Max.Y
	s.drawScale(scaleRoom)
	return nil
}

// picture is the map of colours, one dot per value, the largest Y on top.
func (s *Surface) picture(z [][]float64) image.Image {
	shades := surfaceShades(shadeCount)
	img := image.NewRGBA(image.Rect(0, 0, len(z), len(z)))
	enlarge(img, 1, func(x, y int) color.Color {
		v := z[x][len(z)-1-y]
		if math.IsNaN(v) {
			return gapColor
		}
		t := math.Max(0, math.Min(1, (v-s.Low)/(s.High-s.Low)))
		return shades[int(math.Round(t*float64(len(shades)-1)))]
	})
	return img
}

// drawContour draws the lines on which z has the value.
func drawContour(area draw.Canvas, z [][]float64, value float64, style draw.LineStyle) {
	last := float64(len(z) - 1)
	for _, line := range contour(z, value) {
		points := make([]vg.Point, len(line))
		for i, q := range line {
			points[i] = vg.Point{X: area.X(q.x / last), Y: area.Y(q.y / last)}
		}
		area.StrokeLines(style, points)
	}
}

// shadeCount is the number of shades: a step between two neighbours is invisible.
const shadeCount = 255

// paleness is the share of paper in the colours of a surface, so that points stand out.
const paleness = 0.35

// surfaceShades lists n colours of a surface, from the lowest value to the highest.
func surfaceShades(n int) []color.NRGBA {
	shades := make([]color.NRGBA, n)
	for i, c := range moreland.SmoothBlueRed().Palette(n).Colors() {
		shades[i] = mix(opaque(c), paper, paleness)
	}
	return shades
}

// drawScale draws the bar of colours with its ticks, at the left of the room.
func (s *Surface) drawScale(room draw.Canvas) {
	const gap, width, tick = 18, 14, 4
	shades := surfaceShades(shadeCount)
	img := image.NewRGBA(image.Rect(0, 0, 1, len(shades)))
	for i, shade := range shades {
		img.Set(0, len(shades)-1-i, shade)
	}
	bar := vg.Rectangle{
		Min: vg.Point{X: room.Min.X + gap, Y: room.Min.Y}, Max: vg.Point{X: room.Min.X + gap + width, Y: room.Max.Y},
	}
	room.DrawImage(bar, img)
	line := draw.LineStyle{Color: axisColor, Width: 0.8}
	border(room, boxed(bar), line.Color, line.Width)
	_, most := tickRoom(room)
	words := lettering{size: tickSize, color: inkColor}
	for _, t := range (ticker{most: most}).Ticks(s.Low, s.High) {
		y := bar.Min.Y + vg.Length((t.Value-s.Low)/(s.High-s.Low))*(bar.Max.Y-bar.Min.Y)
		room.StrokeLine2(line, bar.Max.X, y, bar.Max.X+tick, y)
		words.write(room, vg.Point{X: bar.Max.X + tick + 3, Y: y}, words.fit(t.Label, room.Max.X-bar.Max.X-tick-3))
	}
}
