package chart

import (
	"image/color"
	imagedraw "image/draw"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// raster divides a canvas into cells, numbered row by row, for pictures made of squares.
type raster struct {
	canvas        draw.Canvas
	rows, columns int
	edge          vg.Length // a height at the edge of two rows of dots
}

// size is that of a cell.
func (r raster) size() vg.Point {
	all := r.canvas.Size()
	return vg.Point{X: all.X / vg.Length(r.columns), Y: all.Y / vg.Length(r.rows)}
}

// centre is that of cell i.
func (r raster) centre(i int) vg.Point {
	row, column := vg.Length(i/r.columns), vg.Length(i%r.columns)
	return vg.Point{X: r.canvas.Min.X + (column+0.5)*r.size().X, Y: r.canvas.Max.Y - (row+0.5)*r.size().Y}
}

// box is the largest box of wide x high squares in the middle of cell i that leaves a gap, under a band for a title,
// and the dots of a side of a square at 96 per inch. Squares of whole dots, on whole dots, are sharp and alike.
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
