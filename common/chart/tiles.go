package chart

import (
	"fmt"
	"image"
	"image/color"
	imagedraw "image/draw"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Tile is a matrix to show as a picture: the kernel of a filter, a feature map.
type Tile struct {
	Title  string
	Rows   int
	Values []float64 // row by row
}

// Tiles shows matrices beside each other, each value as a square of colour, on one scale for all: from paper for 0 and
// negative values to ink for the largest; with Signed, as in Network, blue for positive values and vermillion for
// negative ones. NaN is grey.
type Tiles struct {
	Title         string
	Tiles         []Tile // NewTiles checks them: do not change them
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

// NewTiles makes a picture of 12 x 8 inches, with the given number of tiles in a row. It is an error if there are no
// tiles, if a tile has no rows or rows of different lengths, or if a value is infinite.
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

// Encode is the picture as the content of a .png or .svg file of that name.
func (t *Tiles) Encode(name string) ([]byte, error) { return encode(name, t.Width, t.Height, t) }

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

// raster divides a canvas into cells, numbered row by row, for pictures made of squares.
type raster struct {
	canvas        draw.Canvas
	rows, columns int
	edge          vg.Length // a height between two rows of dots
}

// size is the size of a cell.
func (r raster) size() vg.Point {
	all := r.canvas.Size()
	return vg.Point{X: all.X / vg.Length(r.columns), Y: all.Y / vg.Length(r.rows)}
}

// centre is the centre of cell i.
func (r raster) centre(i int) vg.Point {
	row, column := vg.Length(i/r.columns), vg.Length(i%r.columns)
	return vg.Point{X: r.canvas.Min.X + (column+0.5)*r.size().X, Y: r.canvas.Max.Y - (row+0.5)*r.size().Y}
}

// box is the largest box of wide x high squares in the middle of cell i that leaves a gap, below a band for a title,
// and the dots of a side of a square at 96 per inch. Squares of whole dots, at whole dots, are sharp and equal.
func (r raster) box(i, wide, high int, gap vg.Point, band vg.Length) (box vg.Rectangle, zoom int) {
	const dot = vg.Inch / 96
	room := r.size().Sub(gap)
	square := min(room.X/vg.Length(wide), room.Y/vg.Length(high))
	if square > dot {
		square = vg.Length(math.Floor(float64(square/dot))) * dot
	}
	square = max(square, 0.01)
	size := vg.Point{X: vg.Length(wide) * square, Y: vg.Length(high) * square}
	snap := func(v vg.Length) vg.Length { return vg.Length(math.Round(float64(v/dot))) * dot }
	centre := r.centre(i)
	low := vg.Point{X: snap(centre.X - size.X/2), Y: r.edge - snap(r.edge-(centre.Y-(size.Y+band)/2))}
	return vg.Rectangle{Min: low, Max: low.Add(size)}, max(1, int(math.Round(float64(square/dot))))
}

// enlarge fills an image with squares of zoom x zoom dots.
func enlarge(img imagedraw.Image, zoom int, square func(x, y int) color.Color) {
	size := img.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			img.Set(x, y, square(x/zoom, y/zoom))
		}
	}
}
