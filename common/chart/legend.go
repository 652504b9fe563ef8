package chart

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is one name of a legend with its sign in the picture.
type entry struct {
	name   string
	line   draw.LineStyle  // drawn if its width is positive
	glyph  draw.GlyphStyle // drawn if its shape is set
	filled color.Color     // a small square if set
}

const (
	margin     = vg.Length(12) // paper around every picture
	thumbWidth = vg.Length(26)
	legendGap  = vg.Length(18)
	legendRow  = vg.Length(17)
)

// header fills the canvas with paper, writes the title and the legend on top, and returns the rest for the data. The
// rows of the legend take at most three fifths of the picture.
func header(c draw.Canvas, title string, entries []entry) draw.Canvas {
	c.SetColor(paper)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	if title != "" {
		bold := lettering{size: titleSize, bold: true, color: inkColor, align: 0.5}
		at := vg.Point{X: c.Center().X, Y: c.Max.Y - halfOfLine*titleSize}
		bold.write(c, at, bold.fit(title, c.Max.X-c.Min.X))
		c.Max.Y -= 2*halfOfLine*titleSize + 6
	}
	words := lettering{size: tickSize + 1, color: inkColor}
	room := c.Max.X - c.Min.X
	width := func(e entry) vg.Length { return e.thumb() + 5 + words.width(e.name) }
	for i := range entries {
		entries[i].name = words.fit(entries[i].name, room-thumbWidth-5)
	}
	lowest := c.Max.Y - 0.6*(c.Max.Y-c.Min.Y)
	for len(entries) > 0 {
		if len(entries) > 1 && c.Max.Y-2*legendRow < lowest {
			// No room for another row and the data: say how many entries are missing.
			more := fmt.Sprintf("and %d more", len(entries))
			words.write(c, vg.Point{X: c.Center().X - words.width(more)/2, Y: c.Max.Y - legendRow/2}, more)
			c.Max.Y -= legendRow + 6
			break
		}
		total, n := width(entries[0]), 1
		for n < len(entries) && total+legendGap+width(entries[n]) <= room {
			total += legendGap + width(entries[n])
			n++
		}
		at := vg.Point{X: c.Center().X - total/2, Y: c.Max.Y - legendRow/2}
		for _, e := range entries[:n] {
			e.draw(c, at)
			words.write(c, vg.Point{X: at.X + e.thumb() + 5, Y: at.Y}, e.name)
			at.X += width(e) + legendGap
		}
		c.Max.Y -= legendRow
		entries = entries[n:]
		if len(entries) == 0 {
			c.Max.Y -= 6
		}
	}
	return c
}

// thumb is the width of the thumbnail.
func (e entry) thumb() vg.Length {
	if e.line.Width > 0 {
		return thumbWidth
	}
	return 12
}

// draw draws the thumbnail with its left middle at the point.
func (e entry) draw(c draw.Canvas, at vg.Point) {
	middle := vg.Point{X: at.X + e.thumb()/2, Y: at.Y}
	if e.filled != nil {
		const half = 5
		c.FillPolygon(e.filled, rectangle(middle.X-half, middle.Y-half, middle.X+half, middle.Y+half))
	}
	if e.line.Width > 0 {
		c.StrokeLine2(e.line, at.X, at.Y, at.X+thumbWidth, at.Y)
	}
	c.DrawGlyphNoClip(e.glyph, middle)
}

// classGlyph is the sign of a class: colour and shape both differ.
func classGlyph(class int) draw.GlyphStyle {
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, squareGlyph{}, draw.PyramidGlyph{}}
	return draw.GlyphStyle{Color: paletteColor(class), Shape: shapes[class%len(shapes)], Radius: 6}
}

// classEntries is the legend of classes.
func classEntries(names []string) []entry {
	var entries []entry
	for i, name := range names {
		entries = append(entries, entry{name: name, glyph: classGlyph(i)})
	}
	return entries
}

// drawRimmed draws a glyph with a rim of paper, so that it stands out.
func drawRimmed(c draw.Canvas, at vg.Point, glyph draw.GlyphStyle, rim vg.Length) {
	under := glyph
	under.Color, under.Radius = paper, glyph.Radius+rim
	c.DrawGlyphNoClip(under, at)
	c.DrawGlyphNoClip(glyph, at)
}

// squareGlyph is a filled square.
type squareGlyph struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (squareGlyph) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	r := style.Radius * 0.88
	c.FillPolygon(style.Color, rectangle(at.X-r, at.Y-r, at.X+r, at.Y+r))
}
