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
	Columns       int // tiles in a row
	Tiles         []Tile
	Signed        bool
	Width, Height vg.Length
}

// maxSquares bounds the values in a picture.
const maxSquares = 4_000_000

// NewTiles makes a picture of 12 x 8 inches. It is an error if there are no tiles, if a tile has no rows or
// rows of different lengths, or if a value is infinite.
func NewTiles(columns int, tiles ...Tile) (*Tiles, error) {
	t := &Tiles{Columns: columns, Tiles: tiles, Width: 12 * vg.Inch, Height: 8 * vg.Inch}
	if _, err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// check gives the largest size of a value.
func (t *Tiles) check() (highest float64, err error) {
	if len(t.Tiles) == 0 {
		return 0, errors.New("chart: tiles: no tiles, so there is nothing to draw")
	}
	if t.Columns < 1 || t.Columns > maxTiles || len(t.Tiles) > maxTiles {
		return 0, fmt.Errorf("chart: tiles: %d tiles in %d columns, want at most %d and at least 1 column",
			len(t.Tiles), t.Columns, maxTiles)
	}
	squares := 0
	for i, tile := range t.Tiles {
		if tile.Rows < 1 || len(tile.Values) == 0 || len(tile.Values)%tile.Rows != 0 {
			return 0, fmt.Errorf("chart: tiles: tile %d has %d values in %d rows, want rows of one length",
				i, len(tile.Values), tile.Rows)
		}
		if squares += len(tile.Values); squares > maxSquares {
			return 0, fmt.Errorf("chart: tiles: more than %d values", maxSquares)
		}
		for j, v := range tile.Values {
			if math.Abs(v) > largest {
				return 0, fmt.Errorf("chart: tiles: value %d of tile %d is %g, want at most %g", j, i, v, largest)
			}
			if !math.IsNaN(v) {
				highest = math.Max(highest, math.Abs(v))
			}
		}
	}
	return highest, nil
}

// Save writes the picture to path, a .png or .svg file.
func (t *Tiles) Save(path string) error { return save(path, t.Width, t.Height, t) }

// Draw fills the canvas with the picture.
func (t *Tiles) Draw(c draw.Canvas) error {
	highest, err := t.check()
	if err != nil {
		return err
	}
	var entries []entry
	if t.Signed {
		entries = []entry{{name: "positive", filled: blue}, {name: "negative", filled: vermillion}}
	}
	c = header(c, t.Title, entries)
	columns := min(t.Columns, len(t.Tiles))
	rows := (len(t.Tiles) + columns - 1) / columns
	cellWidth, cellHeight := (c.Max.X-c.Min.X)/vg.Length(columns), (c.Max.Y-c.Min.Y)/vg.Length(rows)
	words := lettering{size: max(5, min(tickSize, cellHeight/6)), color: inkColor, align: 0.5}
	band := vg.Length(0)
	for _, tile := range t.Tiles {
		if tile.Title != "" {
			band = 1.6 * words.size
		}
	}
	for i, tile := range t.Tiles {
		wide := len(tile.Values) / tile.Rows
		const gap = 5
		// A whole number of picture points per value keeps the squares sharp and alike.
		const point = vg.Inch / 96
		square := min((cellWidth-gap)/vg.Length(wide), (cellHeight-gap-band)/vg.Length(tile.Rows))
		if square > point {
			square = vg.Length(math.Floor(float64(square/point))) * point
		}
		square = max(square, 0.01)
		centre := vg.Point{
			X: c.Min.X + (vg.Length(i%columns)+0.5)*cellWidth,
			Y: c.Max.Y - (vg.Length(i/columns)+0.5)*cellHeight,
		}
		snap := func(v vg.Length) vg.Length { return vg.Length(math.Round(float64(v/point))) * point }
		low := vg.Point{X: snap(centre.X - vg.Length(wide)*square/2), Y: snap(centre.Y - (vg.Length(tile.Rows)*square+band)/2)}
		box := vg.Rectangle{Min: low, Max: vg.Point{X: low.X + vg.Length(wide)*square, Y: low.Y + vg.Length(tile.Rows)*square}}
		c.DrawImage(box, t.picture(tile, highest, max(1, int(math.Round(float64(square/point))))))
		edge := rectangle(box.Min.X, box.Min.Y, box.Max.X, box.Max.Y)
		c.StrokeLines(draw.LineStyle{Color: gridColor, Width: 0.75}, append(edge, edge[0]))
		if tile.Title != "" {
			at := vg.Point{X: centre.X, Y: box.Max.Y + band/2}
			words.write(c, at, words.fit(tile.Title, cellWidth-4))
		}
	}
	return nil
}

// picture is a tile with zoom x zoom points for each value.
func (t *Tiles) picture(tile Tile, highest float64, zoom int) image.Image {
	wide := len(tile.Values) / tile.Rows
	zoom = min(zoom, max(1, 1000/wide), max(1, 1000/tile.Rows))
	img := image.NewRGBA(image.Rect(0, 0, wide*zoom, tile.Rows*zoom))
	for y := range tile.Rows * zoom {
		for x := range wide * zoom {
			img.Set(x, y, t.shade(tile.Values[y/zoom*wide+x/zoom], highest))
		}
	}
	return img
}

// shade is the colour of a value.
func (t *Tiles) shade(v, highest float64) color.Color {
	switch {
	case math.IsNaN(v):
		return gapColor
	case highest == 0:
		return paper
	case t.Signed && v < 0:
		return mix(paper, vermillion, -v/highest)
	case t.Signed:
		return mix(paper, blue, v/highest)
	}
	return mix(paper, black, v/highest)
}
