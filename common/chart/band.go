package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawBand fills between Low and High; a gap in either separates two parts of the band. A value between two
// gaps has a bar a little wider than its dot.
func (c *Curves) drawBand(area draw.Canvas, p *plot.Plot, s Series, line color.Color) {
	at := c.onto(area, p)
	var lower, upper []vg.Point
	fill := func() {
		switch n := len(lower); {
		case n == 1:
			half := 2 * c.LineWidth
			area.FillPolygon(pale(line, 0x33), rectangle(lower[0].X-half, lower[0].Y, lower[0].X+half, upper[0].Y))
		case n > 1:
			for i := n - 1; i >= 0; i-- {
				lower = append(lower, upper[i])
			}
			area.FillPolygon(pale(line, 0x33), lower)
		}
		lower, upper = nil, nil
	}
	// Corners less than half a point apart are not seen: the outermost of them stand for all.
	every := max(1, len(s.Low)/max(1, int(2*(area.Max.X-area.Min.X))))
	for first := 0; first < len(s.Low); first += every {
		low, high := math.Inf(1), math.Inf(-1)
		for i := first; i < min(first+every, len(s.Low)); i++ {
			if !isGap(s.Low[i]) && !isGap(s.High[i]) {
				low, high = math.Min(low, s.Low[i]), math.Max(high, s.High[i])
			}
		}
		if low > high {
			fill()
			continue
		}
		lower, upper = append(lower, at(first, low)), append(upper, at(first, high))
	}
	fill()
}
