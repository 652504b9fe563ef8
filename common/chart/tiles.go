package chart

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Tile is a matrix that is shown as a picture: the kernel of a filter, a feature map.
type Tile struct {
	Title  string
	Rows   int
	Values []float64 // row by row
}

// Tiles shows matrices beside each other, each value a square of colour. All tiles have one scale, so that
// they can be compared: from paper for 0, and for negative ones, to ink for the largest; with Signed as in
// Network, blue for positive and vermillion for negative ones. NaN is grey.
type Tiles struct {
	Title         string
	Tiles         []Tile // as NewTiles has checked them: not to be changed
	Signed        bool
	Width, Height vg.Length

	columns int
	highest float64 // the largest size of a value
}

// The limits of a picture of tiles.
const (
	maxTiles   = 2500
	maxSquares = 4_000_000
)

// NewTiles makes a picture of 12 x 8 inches, with a number of tiles in a row. It is an error if there are no tiles,
// if a tile has no rows or rows of different lengths, or if a value is infinite.
func NewTiles(columns int, tiles ...Tile) (*Tiles, error) {
	if n := len(tiles); n < 1 || n > maxTiles || columns < 1 {
		return nil, fmt.Errorf("chart: tiles: %d tiles in %d columns, want 1 to %d and at least 1 column",
			n, columns, maxTiles)
	}
	squares, highest := 0, 0.0
	for i, tile := range tiles {
		n := len(tile.Values)
		if squares += n; tile.Rows < 1 || n == 0 || n%tile.Rows != 0 || squares > maxSquares {
			return nil, fmt.Errorf("chart: tiles: tile %d has %d values in %d rows, want equal rows and at most %d in all",
				i, n, tile.Rows, maxSquares)
		}
		for j, v := range tile.Values {
			if math.Abs(v) > largest {
				return nil, fmt.Errorf("chart: tiles: value %d of tile %d is %g, want at most %g", j, i, v, largest)
			}
			if !math.IsNaN(v) {
				highest = math.Max(highest, math.Abs(v))
			}
		}
	}
	return &Tiles{
		Tiles: tiles, columns: min(columns, len(tiles)), highest: highest, Width: 12 * vg.Inch, Height: 8 * vg.Inch,
	}, nil
}

// Save writes the picture to path, a .png or .svg file.
func (t *Tiles) Save(path string) error { return save(path, t.Width, t.Height, t) }

// Draw fills the canvas with the picture.
func (t *Tiles) Draw(c draw.Canvas) error {
	var entries []entry
	if t.Signed {
		entries = []entry{{name: "positive", filled: blue}, {name: "negative", filled: vermillion}}
	}
	c = header(c, t.Title, entries)
	cells := raster{c, (len(t.Tiles) + t.columns - 1) / t.columns, t.columns, 0}
	words := lettering{size: max(5, min(tickSize, cells.size().Y/6)), color: inkColor, align: 0.5}
	band := vg.Length(0)
	for _, tile := range t.Tiles {
		if tile.Title != "" {
			band = 1.6 * words.size
		}
	}
	for i, tile := range t.Tiles {
		wide := len(tile.Values) / tile.Rows
		box, zoom := cells.box(i, wide, tile.Rows, vg.Point{X: 5, Y: 5 + band}, band)
		c.DrawImage(box, t.picture(tile, zoom))
		border(c, boxed(box), gridColor, 0.75)
		at := vg.Point{X: cells.centre(i).X, Y: box.Max.Y + band/2}
		words.write(c, at, words.fit(tile.Title, cells.size().X-4))
	}
	return nil
}

// picture is a tile with zoom x zoom dots for each value.
func (t *Tiles) picture(tile Tile, zoom int) image.Image {
	wide := len(tile.Values) / tile.Rows
	zoom = min(zoom, max(1, 1000/wide), max(1, 1000/tile.Rows))
	img := image.NewRGBA(image.Rect(0, 0, wide*zoom, tile.Rows*zoom))
	enlarge(img, zoom, func(x, y int) color.Color { return t.shade(tile.Values[y*wide+x]) })
	return img
}

// shade is the colour of a value.
func (t *Tiles) shade(v float64) color.Color {
	switch {
	case math.IsNaN(v):
		return gapColor
	case t.highest == 0:
		return paper
	case t.Signed && v < 0:
		return mix(paper, vermillion, -v/t.highest)
	case t.Signed:
		return mix(paper, blue, v/t.highest)
	}
	return mix(paper, black, v/t.highest)
}
