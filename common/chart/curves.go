package chart

import (
	"errors"
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
)

// Series is one line of Curves. Values holds one number per epoch; NaN, the infinities and values beyond 1e100 are
// gaps. The series of a picture start at the same epoch and may differ in length. Series of one name, such as the same
// run from many seeds, look alike and share one entry in the legend.
type Series struct {
	Name   string
	Values []float64

	// Low and High are the edges of a pale band around the line, such as the range over some seeds; nil: no band.
	Low, High []float64

	// Curves chooses Color and Dashes that are nil: each name has the next colour of Palette, and "val_loss" has
	// the colour of "loss", dashed.
	Color  color.Color
	Dashes []vg.Length
}

// Reference is a horizontal line to compare the series with, such as the loss of least squares. The legend has its
// label.
type Reference struct {
	Label string
	Y     float64
}

// Curves shows values over the epochs of a run.
//
// On a logarithmic axis a line runs off the lower edge at a zero, as matplotlib clips it. A negative value is an error
// of Draw there.
//
// Of a long series each column of pixels shows the first, smallest, largest and last value, which gives the same
// picture (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014): a spike of one epoch
// stays.
type Curves struct {
	Title, XLabel, YLabel string
	References            []Reference
	First, Step           float64   // the epoch of the first value, and the epochs from one value to the next
	LogY                  bool      // a logarithmic axis for the values
	YMin, YMax            float64   // the Y axis reaches at least this far; both 0: as far as the data
	LineWidth             vg.Length // of the series
	MarkersUpTo           int       // series of at most this many values have a dot at each value
	Width, Height         vg.Length // of the file that Encode makes

	series []Series
}

// NewCurves makes a picture of 12 x 8 inches with an X axis "epoch" that starts at 1. It is an error if
// there is no series, one without a name or without a value to draw, or a band that does not fit its series.
func NewCurves(series ...Series) (*Curves, error) {
	if len(series) == 0 {
		return nil, errors.New("chart: curves: no series, want at least one")
	}
	for i, s := range series {
		if err := s.check(i); err != nil {
			return nil, err
		}
	}
	return &Curves{
		XLabel: "epoch", series: series, First: 1, Step: 1, LineWidth: 1.8, MarkersUpTo: 30,
		Width: 12 * vg.Inch, Height: 8 * vg.Inch,
	}, nil
}

// History is what a training run measured: the names in order, and the values of each by epoch. model.History is one.
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

func (s Series) check(i int) error {
	if strings.TrimSpace(s.Name) == "" {
		return fmt.Errorf("chart: curves: series %d has no name", i)
	}
	if !slices.ContainsFunc(s.Values, func(v float64) bool { return !isGap(v) }) {
		return fmt.Errorf("chart: curves: series %q has %d values and none of them is finite, want at least one",
			s.Name, len(s.Values))
	}
	for _, dash := range s.Dashes {
		if !(dash >= 0.1 && dash <= 1000) {
			return fmt.Errorf("chart: curves: %q has a dash of %g points, want 0.1 to 1000", s.Name, float64(dash))
		}
	}
	if s.Low == nil && s.High == nil {
		return nil
	}
	if len(s.Low) != len(s.Values) || len(s.High) != len(s.Values) {
		return fmt.Errorf("chart: curves: series %q has %d values and a band of %d and %d, want the same number",
			s.Name, len(s.Values), len(s.Low), len(s.High))
	}
	for j := range s.Low {
		if s.Low[j] > s.High[j] {
			return fmt.Errorf("chart: curves: the band of %q at value %d goes from %g to %g, want an ascending pair",
				s.Name, j+1, s.Low[j], s.High[j])
		}
	}
	return nil
}

// x is the epoch of value i.
func (c *Curves) x(i int) float64 { return c.First + float64(i)*c.Step }

// Encode is the picture as the content of a .png or .svg file of that name.
func (c *Curves) Encode(name string) ([]byte, error) { return encode(name, c.Width, c.Height, c) }
