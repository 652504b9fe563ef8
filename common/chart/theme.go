package chart

import (
	"image/color"
	"math"
	"strings"
	"unicode"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Palette holds eight colours that readers with any common colour vision can distinguish, from M. Okabe and K. Ito,
// "Color Universal Design", 2008. The order is ours: strong contrast with white and with each other first, yellow,
// which is faint on white, last.
var Palette = []color.Color{blue, vermillion, green, purple, orange, skyBlue, black, yellow}

var (
	blue       = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	vermillion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
	green      = color.NRGBA{0x00, 0x9E, 0x73, 0xFF}
	purple     = color.NRGBA{0xCC, 0x79, 0xA7, 0xFF}
	orange     = color.NRGBA{0xE6, 0x9F, 0x00, 0xFF}
	skyBlue    = color.NRGBA{0x56, 0xB4, 0xE9, 0xFF}
	yellow     = color.NRGBA{0xF0, 0xE4, 0x42, 0xFF}
	black      = color.NRGBA{0x00, 0x00, 0x00, 0xFF}
)

// The greys around the data, from the text to the paper.
var (
	inkColor  = color.NRGBA{0x22, 0x22, 0x22, 0xFF}
	axisColor = color.NRGBA{0x66, 0x66, 0x66, 0xFF}
	gridColor = color.NRGBA{0xE2, 0xE2, 0xE2, 0xFF}
	paneColor = color.NRGBA{0xF5, 0xF5, 0xF5, 0xFF}
	gapColor  = color.NRGBA{0xBB, 0xBB, 0xBB, 0xFF}
	paper     = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
)

const (
	titleSize = vg.Length(14)
	labelSize = vg.Length(12)
	tickSize  = vg.Length(10)
)

// paletteColor is the colour of the i-th thing; the colours repeat after eight.
func paletteColor(i int) color.Color { return Palette[i%len(Palette)] }

// mix is the colour at share t of the straight line from a to b, t in [0, 1].
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	t = math.Max(0, math.Min(1, t))
	at := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + t*(float64(y)-float64(x)))) }
	return color.NRGBA{at(a.R, b.R), at(a.G, b.G), at(a.B, b.B), at(a.A, b.A)}
}

// opaque is c as 8-bit red, green, blue and alpha.
func opaque(c color.Color) color.NRGBA { return color.NRGBAModel.Convert(c).(color.NRGBA) }

// pale is c with an opacity, 0xFF for full.
func pale(c color.Color, opacity uint8) color.NRGBA {
	p := opaque(c)
	p.A = opacity
	return p
}

// faceOf is the font of all pictures.
func faceOf(size vg.Length, bold bool) font.Font {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return f
}

// clean makes a text one line of valid UTF-8: without control characters, which would also make an SVG unreadable, and
// with at most 200 characters.
func clean(s string) string {
	const most = 200
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// lettering is the style of a text.
type lettering struct {
	size  vg.Length
	bold  bool
	color color.Color
	align float64 // where the anchor is: 0 at the left end, 0.5 in the middle, 1 at the right end
	angle float64 // radians, anticlockwise about the anchor
}

// The vertical middle of a line of text is the middle of the capitals; its box reaches from the descenders to the
// accents. Shares of the font size, from the metrics of Liberation Sans.
const (
	middleOfLine = 0.36
	halfOfLine   = 0.57
)

// widest is the width of the widest of some lines.
func (l lettering) widest(lines []string) vg.Length {
	widest := vg.Length(0)
	for _, line := range lines {
		widest = max(widest, l.width(line))
	}
	return widest
}

func (l lettering) face() font.Face {
	return plot.DefaultTextHandler.Cache().Lookup(faceOf(l.size, l.bold), l.size)
}

// width measures one line.
func (l lettering) width(s string) vg.Length {
	face := l.face()
	return face.Width(clean(s))
}

// fit shortens s with an ellipsis until it is no wider than most.
func (l lettering) fit(s string, most vg.Length) string {
	s = clean(s)
	if l.width(s) <= most {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if short := strings.TrimRight(string(runes[:n]), " ") + "…"; l.width(short) <= most {
			return short
		}
	}
	return ""
}

// shrunk is the lettering in a size at which s is no wider than most, or in six tenths of its size if s is wider still.
func (l lettering) shrunk(s string, most vg.Length) lettering {
	if w := l.width(s); w > most {
		l.size *= max(0.6, most/w)
	}
	return l
}

// write draws one line with its anchor, at half its height, at the point.
func (l lettering) write(c draw.Canvas, at vg.Point, s string) {
	s = clean(s)
	if s == "" {
		return
	}
	c.Push()
	defer c.Pop()
	c.SetColor(l.color)
	c.Translate(at)
	if l.angle != 0 {
		c.Rotate(l.angle)
	}
	c.FillString(l.face(), vg.Point{X: -vg.Length(l.align) * l.width(s), Y: -middleOfLine * l.size}, s)
}

// outline is the box that write fills, as a polygon.
func (l lettering) outline(at vg.Point, s string) polygon {
	w, h := l.width(s), halfOfLine*l.size
	left, right := -vg.Length(l.align)*w, (1-vg.Length(l.align))*w
	sin, cos := math.Sincos(l.angle)
	box := polygon{{X: left, Y: -h}, {X: right, Y: -h}, {X: right, Y: h}, {X: left, Y: h}}
	for i, p := range box {
		box[i] = vg.Point{
			X: at.X + p.X*vg.Length(cos) - p.Y*vg.Length(sin),
			Y: at.Y + p.X*vg.Length(sin) + p.Y*vg.Length(cos),
		}
	}
	return box
}
