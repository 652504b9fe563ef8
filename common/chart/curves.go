package chart

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
)

// maxSeries keeps the legend from filling the picture, and maxLines the picture from filling the memory.
const maxSeries, maxLines = 40, 10000

// Series is one line of Curves. Values holds one number per epoch; NaN and the infinities are gaps.
// Series of one picture may differ in length; all start at the same epoch. Those of one name look alike
// and share one place in the legend: the same run from many seeds.
type Series struct {
	Name   string
	Values []float64

	// Low and High are the edges of a pale band around the line, as the range over some seeds; nil: none.
	Low, High []float64

	// Color and Dashes are chosen by Curves if nil: each name has the next colour of Palette,
	// and "val_loss" has the colour of "loss", dashed.
	Color  color.Color
	Dashes []vg.Length
}

// Reference is a horizontal line to compare the series with, such as the loss of least squares. Its
// label stands in the legend.
type Reference struct {
	Label string
	Y     float64
}

// Curves shows values over the epochs of a run.
//
// A logarithmic axis has no place for zero: there the line runs off the lower edge, as
// matplotlib clips it. A negative value on it is an error.
//
// A long series is thinned to the first, smallest, largest and last value of each column of pixels, which
// gives the same picture (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation",
// VLDB 2014), so a spike of a single epoch stays.
type Curves struct {
	Title, XLabel, YLabel string
	Series                []Series
	References            []Reference
	First, Step           float64   // the epoch of the first value, and from one value to the next
	LogY                  bool      // a logarithmic axis for the values
	YMin, YMax            float64   // the Y axis reaches at least this far; both 0: as far as the data
	LineWidth             vg.Length // of the series
	MarkersUpTo           int       // series of at most this many values have a dot at each value
	Width, Height         vg.Length // of the file that Save writes
}

// NewCurves makes a picture of 12 x 8 inches with an X axis "epoch" that starts at 1. It is an error if
// there is no series, or one without a name or without a finite value.
func NewCurves(series ...Series) (*Curves, error) {
	c := &Curves{
		XLabel: "epoch", Series: series, First: 1, Step: 1, LineWidth: 1.8, MarkersUpTo: 30,
		Width: 12 * vg.Inch, Height: 8 * vg.Inch,
	}
	if _, err := c.extent(); err != nil {
		return nil, err
	}
	return c, nil
}

// History is what a training run measured: the names in order, and each one's values over the
// epochs. model.History is one.
type History interface {
	Names() []string
	Series(name string) []float64
}

// NewHistoryCurves makes the picture of everything that a run measured.
func NewHistoryCurves(h History) (*Curves, error) {
	var series []Series
	for _, name := range h.Names() {
		series = append(series, Series{Name: name, Values: h.Series(name)})
	}
	return NewCurves(series...)
}

// extent checks everything and finds the smallest rectangle around the data.
func (c *Curves) extent() (box struct{ xMin, xMax, yMin, yMax float64 }, err error) {
	if len(c.Series) == 0 {
		return box, errors.New("chart: curves: no series, want at least one")
	}
	names := map[string]bool{}
	for _, s := range c.Series {
		names[s.Name] = true
	}
	if n := len(names) + len(c.References); n > maxSeries {
		return box, fmt.Errorf("chart: curves: %d names of series and references, want at most %d", n, maxSeries)
	}
	if len(c.Series) > maxLines {
		return box, fmt.Errorf("chart: curves: %d series, want at most %d", len(c.Series), maxLines)
	}
	if !(c.Step > 0 && c.Step <= largest) || !(math.Abs(c.First) <= largest) {
		return box, fmt.Errorf("chart: curves: first epoch %g and step %g, want finite numbers and a positive step",
			c.First, c.Step)
	}
	if !(c.LineWidth > 0 && c.LineWidth <= 100) {
		return box, fmt.Errorf("chart: curves: line width %g points, want more than 0 and at most 100", float64(c.LineWidth))
	}
	box.yMin, box.yMax = math.Inf(1), math.Inf(-1)
	longest := 0
	include := func(name string, v float64) error {
		switch {
		case math.Abs(v) > largest:
			return fmt.Errorf("chart: curves: %s is %g, want at most %g", name, v, largest)
		case c.LogY && v < 0:
			return fmt.Errorf("chart: curves: %s is %g, want no negative value on a logarithmic axis", name, v)
		case c.LogY && v == 0:
			return nil
		}
		box.yMin, box.yMax = math.Min(box.yMin, v), math.Max(box.yMax, v)
		return nil
	}
	for i, s := range c.Series {
		if strings.TrimSpace(s.Name) == "" {
			return box, fmt.Errorf("chart: curves: series %d has no name", i)
		}
		for _, dash := range s.Dashes {
			if !(dash >= 0.1 && dash <= 1000) {
				return box, fmt.Errorf("chart: curves: series %q has a dash of %g points, want 0.1 to 1000", s.Name, float64(dash))
			}
		}
		finite := 0
		for j, v := range s.Values {
			if isGap(v) {
				continue
			}
			finite++
			if err := include(fmt.Sprintf("%s at epoch %g", s.Name, c.x(j)), v); err != nil {
				return box, err
			}
		}
		if finite == 0 {
			return box, fmt.Errorf("chart: curves: series %q has %d values and none of them is finite, want at least one",
				s.Name, len(s.Values))
		}
		if err := c.includeBand(s, include); err != nil {
			return box, err
		}
		longest = max(longest, len(s.Values))
	}
	for _, r := range c.References {
		if err := checkFinite("curves: reference "+r.Label, r.Y); err != nil {
			return box, err
		}
		if err := include("reference "+r.Label, r.Y); err != nil {
			return box, err
		}
	}
	if math.IsInf(box.yMin, 1) {
		return box, errors.New("chart: curves: all values are 0, want a positive one on a logarithmic axis")
	}
	if c.YMin != 0 || c.YMax != 0 {
		for _, limit := range []float64{c.YMin, c.YMax} {
			if err := checkFinite("curves: limit of Y", limit); err != nil {
				return box, err
			}
			if err := include("limit of Y", limit); err != nil {
				return box, err
			}
		}
	}
	box.xMin, box.xMax = c.First, c.x(longest-1)
	return box, nil
}

// isGap tells whether there is nothing to draw for a value.
func isGap(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// x is the epoch of value i.
func (c *Curves) x(i int) float64 { return c.First + float64(i)*c.Step }

// Save writes the picture to path, a .png or .svg file.
func (c *Curves) Save(path string) error { return save(path, c.Width, c.Height, c) }
