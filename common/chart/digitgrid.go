package chart

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// digitSide is the height and width of a picture of MNIST.
const digitSide = 28

// maxTiles bounds the cells of a grid.
const maxTiles = 2500

// Digit is one tile: 28x28 pixels row by row, 0 for paper and 255 for full ink, and the words above
// them.
type Digit struct {
	Pixels []uint8 // [28*28]
	Title  string
}

// Wrong is the tile of the lecture for a digit that was taken for another: "Label : 4 | predict : 9".
func Wrong(pixels []uint8, label, predicted int) Digit {
	return Digit{Pixels: pixels, Title: fmt.Sprintf("Label : %d | predict : %d", label, predicted)}
}

// DigitGrid shows digits in rows and columns, dark ink on white paper, without axes.
type DigitGrid struct {
	Title         string
	Rows, Columns int
	Digits        []Digit // row by row; at most Rows*Columns
	Width, Height vg.Length
}

// NewDigitGrid makes a picture of 14 x 12 inches. It is an error if there is no digit, one has not
// 28*28 pixels, or the grid is too small for them; a larger grid has empty places.
func NewDigitGrid(rows, columns int, digits []Digit) (*DigitGrid, error) {
	g := &DigitGrid{
		Rows: rows, Columns: columns, Digits: digits, Width: 14 * vg.Inch, Height: 12 * vg.Inch,
	}
	if err := g.check(); err != nil {
		return nil, err
	}
	return g, nil
}

func (g *DigitGrid) check() error {
	if len(g.Digits) == 0 {
		return errors.New("chart: digit grid: no digits, so there is nothing to draw")
	}
	if g.Rows < 1 || g.Columns < 1 || g.Rows > maxTiles || g.Columns > maxTiles || g.Rows*g.Columns > maxTiles {
		return fmt.Errorf("chart: digit grid: %d rows and %d columns, want at least 1 of each and at most %d places",
			g.Rows, g.Columns, maxTiles)
	}
	if len(g.Digits) > g.Rows*g.Columns {
		return fmt.Errorf("chart: digit grid: %d digits, want at most %d for %d rows and %d columns",
			len(g.Digits), g.Rows*g.Columns, g.Rows, g.Columns)
	}
	for i, d := range g.Digits {
		if len(d.Pixels) != digitSide*digitSide {
			return fmt.Errorf("chart: digit grid: digit %d has %d pixels, want %d", i, len(d.Pixels), digitSide*digitSide)
		}
	}
	return nil
}

// Save writes the picture to path, a .png or .svg file.
func (g *DigitGrid) Save(path string) error { return save(path, g.Width, g.Height, g) }

// Draw fills the canvas with the picture.
func (g *DigitGrid) Draw(c draw.Canvas) error {
	if err := g.check(); err != nil {
		return err
	}
	top := c.Max.Y
	c = header(c, g.Title, nil)
	cellWidth := (c.Max.X - c.Min.X) / vg.Length(g.Columns)
	cellHeight := (c.Max.Y - c.Min.Y) / vg.Length(g.Rows)
	words := lettering{size: labelSize, color: inkColor, align: 0.5}
	words.size = max(5, min(words.size, cellHeight/8, cellWidth/12))
	band := 2 * words.size

	// A whole number of picture points per pixel, on whole points, keeps the pixels sharp and alike.
	const point = vg.Inch / 96
	zoom := int(math.Max(1, math.Floor(float64(min(cellWidth-10, cellHeight-band-6)/(digitSide*point)))))
	side := vg.Length(zoom*digitSide) * point
	snap := func(v vg.Length) vg.Length { return vg.Length(math.Round(float64(v/point))) * point }
	for i, d := range g.Digits {
		row, column := i/g.Columns, i%g.Columns
		centre := vg.Point{
			X: c.Min.X + (vg.Length(column)+0.5)*cellWidth,
			Y: c.Max.Y - (vg.Length(row)+0.5)*cellHeight,
		}
		left := snap(centre.X - side/2)
		lower := top - snap(top-(centre.Y-(side+band)/2))
		box := vg.Rectangle{
			Min: vg.Point{X: left, Y: lower}, Max: vg.Point{X: left + side, Y: lower + side},
		}
		c.DrawImage(box, d.picture(zoom))
		edge := append(rectangle(box.Min.X, box.Min.Y, box.Max.X, box.Max.Y), box.Min)
		c.StrokeLines(draw.LineStyle{Color: gridColor, Width: 0.75}, edge)
		at := vg.Point{X: left + side/2, Y: lower + side + band/2}
		words.write(c, at, words.fit(d.Title, cellWidth-4))
	}
	return nil
}

// picture is the digit as dark ink on white paper, each pixel zoom x zoom points.
func (d Digit) picture(zoom int) image.Image {
	img := image.NewGray(image.Rect(0, 0, digitSide*zoom, digitSide*zoom))
	for y := range digitSide * zoom {
		for x := range digitSide * zoom {
			ink := d.Pixels[y/zoom*digitSide+x/zoom]
			img.SetGray(x, y, color.Gray{Y: 255 - ink})
		}
	}
	return img
}
