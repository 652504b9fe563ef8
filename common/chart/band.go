package chart

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// includeBand checks the band of a series and adds it to the extent. On a logarithmic axis an edge at
// zero runs off below, as a line does.
func (c *Curves) includeBand(s Series, include func(name string, v float64) error) error {
	if s.Low == nil && s.High == nil {
		return nil
	}
	if len(s.Low) != len(s.Values) || len(s.High) != len(s.Values) {
		return fmt.Errorf("chart: curves: series %q has %d values and a band of %d and %d, want as many of each",
			s.Name, len(s.Values), len(s.Low), len(s.High))
	}
	for j := range s.Low {
		if isGap(s.Low[j]) || isGap(s.High[j]) {
			continue
		}
		if s.Low[j] > s.High[j] {
			return fmt.Errorf("chart: curves: the band of %s at epoch %g goes from %g to %g, want an ascending pair",
				s.Name, c.x(j), s.Low[j], s.High[j])
		}
		for _, v := range []float64{s.Low[j], s.High[j]} {
			if err := include(fmt.Sprintf("the band of %s at epoch %g", s.Name, c.x(j)), v); err != nil {
				return err
			}
		}
	}
	return nil
}

// drawBand fills between Low and High; a gap in either parts the band. A value between two gaps has a bar
// a little wider than its dot.
func (c *Curves) drawBand(area draw.Canvas, p *plot.Plot, s Series, line color.Color) {
	pale := opaque(line)
	pale.A = 0x33
	at := func(i int, v float64) vg.Point {
		if c.LogY {
			v = math.Max(v, p.Y.Min)
		}
		return vg.Point{X: area.X(p.X.Norm(c.x(i))), Y: area.Y(p.Y.Norm(v))}
	}
	var lower, upper []vg.Point
	fill := func() {
		switch n := len(lower); {
		case n == 1:
			half := 2 * c.LineWidth
			area.FillPolygon(pale, rectangle(lower[0].X-half, lower[0].Y, lower[0].X+half, upper[0].Y))
		case n > 1:
			for i := n - 1; i >= 0; i-- {
				lower = append(lower, upper[i])
			}
			area.FillPolygon(pale, lower)
		}
		lower, upper = nil, nil
	}
	// More corners than half a point apart are not seen: of so many the outermost stand for all.
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
