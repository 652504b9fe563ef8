// Package show prints and draws a net for the programs and for their page: its answers, its neurons and links, the
// confusion of its classes, and the digits that it misreads.
//
// A Part prints or draws something about a trained net. A Picture is redrawn on a page while a net trains.
package show

import (
	"context"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// Output is where a program prints and draws.
type Output interface {
	// Printf is fmt.Printf in the language of the user: it translates the format, and arguments of type lang.Word and
	// lang.Message.
	Printf(format string, args ...any)
	// Draw calls drawing and saves its picture as a file with that name. It does not call drawing if the user wants no
	// pictures or after an interrupt. It reports a picture that cannot be drawn or written, and the program continues.
	Draw(ctx context.Context, name string, drawing func() (Drawing, error))
}

// Drawing is a picture of package chart.
type Drawing interface {
	// Encode returns the content of a file of that name, whose extension chooses the format.
	Encode(name string) ([]byte, error)
}

// Trained is a net after its training.
type Trained struct {
	Program string // its name
	Seed    uint32
	Net     *model.Net
	History *model.History
	Curves  func(*chart.Curves) // changes the style of the history's curves; nil: the default
	Test    dataset.Set
	Score   model.Score // of Test
	Reading Reading     // of Test, if its outputs are classes
}

// Part prints or draws one thing of a trained net.
type Part func(ctx context.Context, out Output, t Trained) error

// Moment is a net while it trains.
type Moment struct {
	Net     *model.Net
	Epoch   int     // the last complete one; 0: none
	Reading Reading // of the last validation
}

// Picture is drawn after epochs, at most once a second, while training continues in another goroutine: Draw must use
// Net.Weights and Net.Predict, which lock the weights.
type Picture struct {
	Title         string
	Alt           string                              // a sentence that describes it, also for those who cannot see it
	Draw          func(Moment) (chart.Picture, error) // nil and no error: nothing to show yet
	Width, Height vg.Length                           // 0: 5.5 x 4.5 inches
}

// Wide returns the picture for the whole width of a page instead of half of it.
func (p Picture) Wide() Picture {
	p.Width, p.Height = 10.5*vg.Inch, 5.6*vg.Inch
	return p
}

// Curves draws curves.png: everything that the run measured, by epoch. It draws nothing for a history without epochs.
func Curves(ctx context.Context, out Output, t Trained) error {
	if len(t.History.Epochs) == 0 {
		return nil
	}
	out.Draw(ctx, "curves.png", func() (Drawing, error) {
		curves, err := chart.NewHistoryCurves(t.History)
		if err != nil {
			return nil, err
		}
		curves.Title = t.Program
		if t.Curves != nil {
			t.Curves(curves)
		}
		return curves, nil
	})
	return nil
}
