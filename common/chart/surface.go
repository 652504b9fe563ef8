package chart

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
)

// Point is a row of data on a Surface: its class chooses colour and shape (0: blue circle, 1:
// vermillion square, and so on), its label stands beside it.
type Point struct {
	X, Y  float64
	Class int
	Label string
}

// Surface shows a function of two variables, such as what a network answers over its two inputs, as a
// map of colours from blue (Low) over white to red (High), with a line where it has the value Level.
//
// The colours are K. Moreland's smooth blue-red ("Diverging Color Maps for Scientific Visualization",
// 2009), which readers with any colour vision can order, paled so that points stand out. Values
// beyond Low and High have the colour of the nearer one; NaN is grey.
type Surface struct {
	Title, XLabel, YLabel  string
	F                      func(x, y float64) float64
	All                    func(x, y []float64) ([]float64, error) // if F is nil: all places in one call
	XMin, XMax, YMin, YMax float64
	Low, High, Level       float64
	HideLevel              bool
	Contours               []float64 // thin lines at further values
	HideScale              bool
	Lines                  []Line
	Resolution             int // the function is computed at Resolution x Resolution points, 2 to 1000
	Points                 []Point
	Classes                []string // names for the legend; nil: none
	Width, Height          vg.Length
}

// NewSurface makes a picture of 10 x 9 inches of f over a rectangle, from 0 to 1 with a line at 0.5. It is an
// error if the rectangle is empty or not finite. f is computed when the picture is drawn; then it
// is an error if it is NaN everywhere.
func NewSurface(f func(x, y float64) float64, xMin, xMax, yMin, yMax float64) (*Surface, error) {
	return newSurface(Surface{F: f, XMin: xMin, XMax: xMax, YMin: yMin, YMax: yMax})
}

// NewBatchSurface is NewSurface of a function that takes all places in one call, as a net predicts for
// many rows at once: all x, and all y, one value for each pair.
func NewBatchSurface(all func(x, y []float64) ([]float64, error), xMin, xMax, yMin, yMax float64) (*Surface, error) {
	return newSurface(Surface{All: all, XMin: xMin, XMax: xMax, YMin: yMin, YMax: yMax})
}

func newSurface(s Surface) (*Surface, error) {
	s.XLabel, s.YLabel, s.High, s.Level = "x", "y", 1, 0.5
	s.Resolution, s.Width, s.Height = 160, 10*vg.Inch, 9*vg.Inch
	if err := s.check(); err != nil {
		return nil, err
	}
	return &s, nil
}

func (s *Surface) check() error {
	if s.F == nil && s.All == nil {
		return errors.New("chart: surface: no function")
	}
	for i, line := range s.Lines {
		if err := line.check(i); err != nil {
			return err
		}
	}
	if n := len(s.Lines) + len(s.Classes); n > maxSeries || len(s.Contours) > maxSeries {
		return fmt.Errorf("chart: surface: %d lines and classes and %d contours, want at most %d of each",
			n, len(s.Contours), maxSeries)
	}
	for _, v := range s.Contours {
		if err := checkFinite("surface: contour", v); err != nil {
			return err
		}
	}
	for _, limit := range []struct {
		name      string
		low, high float64
	}{{"X", s.XMin, s.XMax}, {"Y", s.YMin, s.YMax}, {"value", s.Low, s.High}} {
		for _, v := range []float64{limit.low, limit.high} {
			if err := checkFinite("surface: limit of "+limit.name, v); err != nil {
				return err
			}
		}
		if size := math.Max(math.Abs(limit.low), math.Abs(limit.high)); !(limit.high-limit.low > 1e-9*size) {
			return fmt.Errorf("chart: surface: %s from %g to %g, want a range", limit.name, limit.low, limit.high)
		}
	}
	if err := checkFinite("surface: level", s.Level); err != nil {
		return err
	}
	if s.Resolution < 2 || s.Resolution > 1000 {
		return fmt.Errorf("chart: surface: resolution %d, want 2 to 1000", s.Resolution)
	}
	for i, p := range s.Points {
		if !(p.X >= s.XMin && p.X <= s.XMax && p.Y >= s.YMin && p.Y <= s.YMax) {
			return fmt.Errorf("chart: surface: point %d at (%g, %g) lies outside [%g, %g] x [%g, %g]",
				i, p.X, p.Y, s.XMin, s.XMax, s.YMin, s.YMax)
		}
		classes := maxSeries
		if s.Classes != nil {
			classes = len(s.Classes)
		}
		if p.Class < 0 || p.Class >= classes {
			return fmt.Errorf("chart: surface: point %d has class %d, want 0 to %d", i, p.Class, classes-1)
		}
	}
	return nil
}

// sample computes the function: [Resolution][Resolution], X first.
func (s *Surface) sample() ([][]float64, error) {
	xs, ys := between(s.XMin, s.XMax, s.Resolution), between(s.YMin, s.YMax, s.Resolution)
	var all []float64
	if s.F == nil {
		var x, y []float64
		for i := range xs {
			for j := range ys {
				x, y = append(x, xs[i]), append(y, ys[j])
			}
		}
		var err error
		if all, err = s.All(x, y); err != nil {
			return nil, err
		}
		if len(all) != len(x) {
			return nil, fmt.Errorf("chart: surface: the function gave %d values for %d places", len(all), len(x))
		}
	}
	z := make([][]float64, s.Resolution)
	finite := false
	for i, x := range xs {
		z[i] = make([]float64, s.Resolution)
		for j, y := range ys {
			var v float64
			if s.F != nil {
				v = s.F(x, y)
			} else {
				v = all[i*len(ys)+j]
			}
			finite = finite || !math.IsNaN(v)
			// The interpolation of the line needs differences of two values to be finite.
			z[i][j] = math.Max(-largest, math.Min(largest, v))
		}
	}
	if !finite {
		return nil, errors.New("chart: surface: the function is NaN everywhere")
	}
	return z, nil
}

// Save writes the picture to path, a .png or .svg file.
func (s *Surface) Save(path string) error { return save(path, s.Width, s.Height, s) }
