package chart

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

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

// drawRimmed draws a glyph on a rim of paper, so that it stands out.
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
