package chart

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Panels shows several pictures in rows and columns. Surfaces share one legend on top, that of the first of them.
type Panels struct {
	Title         string
	Heights       []float64 // share of each row in the height; nil: equal
	Width, Height vg.Length

	columns  int
	pictures []Picture // row by row
}

// NewPanels makes a picture of 12 x 8 inches. It is an error if there are no pictures, or more than a hundred. It is an
// error of Draw if a panel is too small for its axes, or if there is not one height for each row.
func NewPanels(columns int, pictures ...Picture) (*Panels, error) {
	if n := len(pictures); n < 1 || n > maxPanels || columns < 1 || columns > maxPanels || slices.Contains(pictures, nil) {
		return nil, fmt.Errorf("chart: panels: %d pictures in %d columns, want 1 to %d of each and no nil",
			n, columns, maxPanels)
	}
	return &Panels{columns: columns, pictures: pictures, Width: 12 * vg.Inch, Height: 8 * vg.Inch}, nil
}

// maxPanels bounds the pictures in a picture, leastPanel the side of each: a smaller one has no room for its axes.
const (
	maxPanels  = 100
	leastPanel = 0.5 * vg.Inch
)

// Encode is the picture as the content of a .png or .svg file of that name.
func (p *Panels) Encode(name string) ([]byte, error) { return encode(name, p.Width, p.Height, p) }

// Draw fills the canvas with the picture.
func (p *Panels) Draw(c draw.Canvas) error {
	heights := p.Heights
	if rows := (len(p.pictures) + p.columns - 1) / p.columns; heights == nil {
		heights = slices.Repeat([]float64{1}, rows)
	} else if len(heights) != rows {
		return fmt.Errorf("chart: panels: %d heights, want one for each of %d rows", len(heights), rows)
	}
	var shared []entry
	for _, picture := range p.pictures {
		if surface, ok := picture.(*Surface); ok {
			shared = surface.legend()
			break
		}
	}
	c = header(c, p.Title, shared)
	total, above, width := 0.0, 0.0, (c.Max.X-c.Min.X)/vg.Length(p.columns)
	for _, height := range heights {
		total += height
	}
	for i, picture := range p.pictures {
		row, column := i/p.columns, vg.Length(i%p.columns)
		if column == 0 && row > 0 {
			above += heights[row-1]
		}
		cell := c
		cell.Min.X, cell.Max.X = c.Min.X+column*width, c.Min.X+(column+1)*width
		cell.Max.Y = c.Max.Y - vg.Length(above/total)*(c.Max.Y-c.Min.Y)
		cell.Min.Y = cell.Max.Y - vg.Length(heights[row]/total)*(c.Max.Y-c.Min.Y)
		if side := min(cell.Max.X-cell.Min.X, cell.Max.Y-cell.Min.Y); !(side >= leastPanel) {
			return fmt.Errorf("chart: panels: no room for picture %d: %.2g inches, want %g: make Width or Height larger",
				i, float64(side/vg.Inch), float64(leastPanel/vg.Inch))
		}
		var err error
		if surface, ok := picture.(*Surface); ok {
			err = surface.drawUnder(cell, nil)
		} else {
			err = picture.Draw(cell)
		}
		if err != nil {
			return fmt.Errorf("panel %d: %w", i, err)
		}
	}
	return nil
}
