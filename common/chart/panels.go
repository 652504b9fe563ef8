package chart

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Panels shows several pictures in rows and columns. Surfaces, which are drawn alike, share one legend
// on top: that of the first of them.
type Panels struct {
	Title         string
	Columns       int
	Pictures      []Picture // row by row
	Heights       []float64 // share of each row in the height; nil: all alike
	Width, Height vg.Length
}

// NewPanels makes a picture of 12 x 8 inches. It is an error if there are no pictures, or more than a hundred.
func NewPanels(columns int, pictures ...Picture) (*Panels, error) {
	p := &Panels{Columns: columns, Pictures: pictures, Width: 12 * vg.Inch, Height: 8 * vg.Inch}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

// maxPanels bounds the pictures in a picture, leastPanel the side of each: a smaller one has no room for its axes.
const (
	maxPanels  = 100
	leastPanel = 0.5 * vg.Inch
)

func (p *Panels) rows() int { return (len(p.Pictures) + p.Columns - 1) / p.Columns }

func (p *Panels) check() error {
	if len(p.Pictures) == 0 || len(p.Pictures) > maxPanels {
		return fmt.Errorf("chart: panels: %d pictures, want 1 to %d", len(p.Pictures), maxPanels)
	}
	if p.Columns < 1 || p.Columns > maxPanels {
		return fmt.Errorf("chart: panels: %d columns, want 1 to %d", p.Columns, maxPanels)
	}
	for i, picture := range p.Pictures {
		if picture == nil {
			return fmt.Errorf("chart: panels: picture %d is nil", i)
		}
	}
	if p.Heights != nil && len(p.Heights) != p.rows() {
		return fmt.Errorf("chart: panels: %d heights, want one for each of %d rows", len(p.Heights), p.rows())
	}
	for i, height := range p.Heights {
		if !(height > 0 && height <= 1000) {
			return fmt.Errorf("chart: panels: row %d has the height %g, want more than 0 and at most 1000", i, height)
		}
	}
	return nil
}

// Save writes the picture to path, a .png or .svg file.
func (p *Panels) Save(path string) error { return save(path, p.Width, p.Height, p) }

// Draw fills the canvas with the picture.
func (p *Panels) Draw(c draw.Canvas) error {
	if err := p.check(); err != nil {
		return err
	}
	var shared []entry
	for _, picture := range p.Pictures {
		if surface, ok := picture.(*Surface); ok {
			shared = surface.legend()
			break
		}
	}
	c = header(c, p.Title, shared)
	total := 0.0
	for row := range p.rows() {
		total += p.share(row)
	}
	above := 0.0
	width := (c.Max.X - c.Min.X) / vg.Length(p.Columns)
	for i, picture := range p.Pictures {
		row, column := i/p.Columns, vg.Length(i%p.Columns)
		if i%p.Columns == 0 && row > 0 {
			above += p.share(row - 1)
		}
		cell := c
		cell.Min.X, cell.Max.X = c.Min.X+column*width, c.Min.X+(column+1)*width
		cell.Max.Y = c.Max.Y - vg.Length(above/total)*(c.Max.Y-c.Min.Y)
		cell.Min.Y = cell.Max.Y - vg.Length(p.share(row)/total)*(c.Max.Y-c.Min.Y)
		if side := min(cell.Max.X-cell.Min.X, cell.Max.Y-cell.Min.Y); side < leastPanel {
			return fmt.Errorf("chart: panels: no room for picture %d: a side of %.2g inches, want at least %g: make Width or Height larger",
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

func (p *Panels) share(row int) float64 {
	if p.Heights == nil {
		return 1
	}
	return p.Heights[row]
}
