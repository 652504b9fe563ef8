package chart

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot/vg"
)

// Point is a row of data on a Surface: its class chooses colour and shape (0: blue circle, 1:
// vermillion square, and so on).
type Point struct {
	X, Y  float64
	Class int
}

// Surface shows a function of two variables, such as a network's output over its two inputs, as a map of colours from
// blue (Low) over white to red (High), with a line where it is 0.5.
//
// The colours are K. Moreland's smooth blue-red ("Diverging Color Maps for Scientific Visualization", 2009), which
// readers with any colour vision can order, paled so that points stand out. Values beyond Low and High have the colour
// of the nearer limit; NaN is grey.
type Surface struct {
	Title, XLabel, YLabel string
	Low, High             float64
	HideLevel             bool      // no line at 0.5
	Contours              []float64 // thin lines at further values
	Lines                 []Line
	Points                []Point  // inside the rectangle
	Classes               []string // of the points, for the legend
	Resolution            int      // the picture samples the function at Resolution x Resolution points, 2 to 1000
	Width, Height         vg.Length

	f                      func(x, y []float64) ([]float64, error)
	xMin, xMax, yMin, yMax float64
}

// NewSurface makes a picture of 10 x 9 inches of f over a rectangle, with colours from 0 to 1 and a line at 0.5. It is
// an error if the rectangle is empty or not finite. Draw calls f; it is an error of Draw if f is NaN everywhere.
func NewSurface(f func(x, y float64) float64, xMin, xMax, yMin, yMax float64) (*Surface, error) {
	return NewBatchSurface(func(x, y []float64) ([]float64, error) {
		z := make([]float64, len(x))
		for i := range z {
			z[i] = f(x[i], y[i])
		}
		return z, nil
	}, xMin, xMax, yMin, yMax)
}

// NewBatchSurface is NewSurface of a function of many points, as a net predicts many rows in one call: it gets all x
// and all y, and returns one value for each pair.
func NewBatchSurface(f func(x, y []float64) ([]float64, error), xMin, xMax, yMin, yMax float64) (*Surface, error) {
	if err := checkRanges("surface", xMin, xMax, yMin, yMax); err != nil {
		return nil, err
	}
	return &Surface{
		XLabel: "x", YLabel: "y", High: 1, Resolution: 160, Width: 10 * vg.Inch, Height: 9 * vg.Inch,
		f: f, xMin: xMin, xMax: xMax, yMin: yMin, yMax: yMax,
	}, nil
}

// check checks the exported fields.
func (s *Surface) check() error {
	if !isRange(s.Low, s.High) || s.Resolution < 2 || s.Resolution > 1000 {
		return fmt.Errorf("chart: surface: values from %g to %g at a resolution of %d, want a range and 2 to 1000",
			s.Low, s.High, s.Resolution)
	}
	for _, line := range s.Lines {
		if err := line.check(); err != nil {
			return err
		}
	}
	for i, p := range s.Points {
		inside := p.X >= s.xMin && p.X <= s.xMax && p.Y >= s.yMin && p.Y <= s.yMax
		if !inside || p.Class < 0 || p.Class >= len(s.Classes) {
			return fmt.Errorf("chart: surface: point %d at (%g, %g) has class %d, want [%g, %g] x [%g, %g] and class 0 to %d",
				i, p.X, p.Y, p.Class, s.xMin, s.xMax, s.yMin, s.yMax, len(s.Classes)-1)
		}
	}
	return nil
}

// sample computes the function: [Resolution][Resolution], X first.
func (s *Surface) sample() ([][]float64, error) {
	n := s.Resolution
	ys := floats.Span(make([]float64, n), s.yMin, s.yMax)
	var x, y []float64
	for _, at := range floats.Span(make([]float64, n), s.xMin, s.xMax) {
		x, y = append(x, slices.Repeat([]float64{at}, n)...), append(y, ys...)
	}
	all, err := s.f(x, y)
	if err != nil {
		return nil, err
	}
	if len(all) != n*n {
		return nil, fmt.Errorf("chart: surface: the function gave %d values for %d points, want one each", len(all), n*n)
	}
	finite := false
	z := make([][]float64, n)
	for i := range z {
		z[i] = make([]float64, n)
		for j, v := range all[i*n : (i+1)*n] {
			finite = finite || !math.IsNaN(v)
			// The interpolation of the contours needs finite differences of two values.
			z[i][j] = math.Max(-largest, math.Min(largest, v))
		}
	}
	if !finite {
		return nil, errors.New("chart: surface: the function is NaN everywhere, want a number")
	}
	return z, nil
}

// Encode is the picture as the content of a .png or .svg file of that name.
func (s *Surface) Encode(name string) ([]byte, error) { return encode(name, s.Width, s.Height, s) }
