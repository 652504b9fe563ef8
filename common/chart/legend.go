package chart

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is one name of a legend with what stands for it in the picture.
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

// header fills the canvas with paper, writes the title and the legend on top, and returns what is
// left for the data. Entries flow into as many rows as they need, up to three fifths of the picture.
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
			// The legend leaves most of the room to the data; the rest of it is counted.
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
