package chart

import (
	"fmt"
	"image"
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// digitSide is the height and width of a picture of MNIST.
const digitSide = 28

// Digit is one tile: 28x28 pixels row by row, 0 for paper and 255 for full ink, and the text above them.
type Digit struct {
	Pixels []uint8 // [28*28]
	Title  string
}

// Wrong is the lecture's tile for a digit that a net misreads: "Label : 4 | predict : 9".
func Wrong(pixels []uint8, label, predicted string) Digit {
	return Digit{Pixels: pixels, Title: fmt.Sprintf("Label : %s | predict : %s", label, predicted)}
}

// DigitGrid shows digits in rows and columns, dark ink on white paper, without axes.
type DigitGrid struct {
	Title         string
	Width, Height vg.Length

	rows, columns int
	digits        []Digit // row by row
}

// NewDigitGrid makes a picture of 14 x 12 inches. It is an error if there is no digit, if one does not have 28*28
// pixels, or if there are more digits than cells; the last cells may be empty.
func NewDigitGrid(rows, columns int, digits []Digit) (*DigitGrid, error) {
	n := len(digits)
	if n == 0 || min(rows, columns) < 1 || max(rows, columns, rows*columns) > maxTiles || n > rows*columns {
		return nil, fmt.Errorf("chart: digit grid: %d digits in %d rows and %d columns, want at least 1 and up to %d cells",
			n, rows, columns, maxTiles)
	}
	for i, d := range digits {
		if len(d.Pixels) != digitSide*digitSide {
			return nil, fmt.Errorf("chart: digit grid: digit %d has %d pixels, want %d",
				i, len(d.Pixels), digitSide*digitSide)
		}
	}
	return &DigitGrid{rows: rows, columns: columns, digits: digits, Width: 14 * vg.Inch, Height: 12 * vg.Inch}, nil
}

// Encode is the picture as the content of a .png or .svg file of that name.
func (g *DigitGrid) Encode(name string) ([]byte, error) { return encode(name, g.Width, g.Height, g) }

// Draw fills the canvas with the picture.
func (g *DigitGrid) Draw(c draw.Canvas) error {
	top := c.Max.Y
	c = header(c, g.Title, nil)
	cells := raster{c, g.rows, g.columns, top}
	cell := cells.size()
	words := lettering{size: max(5, min(labelSize, cell.Y/8, cell.X/12)), color: inkColor, align: 0.5}
	band := 2 * words.size
	for i, d := range g.digits {
		box, zoom := cells.box(i, digitSide, digitSide, vg.Point{X: 10, Y: band + 6}, band)
		c.DrawImage(box, d.picture(zoom))
		border(c, boxed(box), gridColor, 0.75)
		at := vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: box.Max.Y + band/2}
		words.write(c, at, words.fit(d.Title, cell.X-4))
	}
	return nil
}

// picture is the digit as dark ink on white paper, each pixel zoom x zoom dots.
func (d Digit) picture(zoom int) image.Image {
	img := image.NewGray(image.Rect(0, 0, digitSide*zoom, digitSide*zoom))
	enlarge(img, zoom, func(x, y int) color.Color { return color.Gray{Y: 255 - d.Pixels[y*digitSide+x]} })
	return img
}
