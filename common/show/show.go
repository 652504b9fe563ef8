// Package show is what programs print and draw of a trained net, and what its page draws while it trains:
// what the net reads in the rows, its neurons and links, which class it takes for which, and the wrong digits.
//
// A Part shows one thing of a net that was trained; a Picture is drawn again and again while it trains.
package show

import (
	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// Output is where a program prints and draws.
type Output interface {
	Printf(format string, args ...any)
	// Draw saves what drawing makes under a file name. If nobody wants pictures, it does not call drawing.
	Draw(name string, drawing func() (Drawing, error)) error
}

// Drawing can be saved; package chart has many. The ending of the path chooses the format.
type Drawing interface{ Save(path string) error }

// Trained is a net after its training.
type Trained struct {
	Program string // its name
	Seed    uint64
	Net     *model.Net
	History *model.History
	Curves  func(*chart.Curves) // changes the look of the history's curves; nil: as they are
	Test    dataset.Set
	Score   model.Score // of Test
	Reading Reading     // of Test, if its outputs are classes
}

// Part prints or draws one thing of a trained net.
type Part func(out Output, t Trained) error

// Moment is a net while it trains.
type Moment struct {
	Net     *model.Net
	Epoch   int     // the last whole one; 0: none
	Reading Reading // of the last validation
}

// Picture is drawn anew after epochs, at most once a second, while training continues in another goroutine: Draw
// must take the weights from Net.Weights and Net.Predict, which lock them.
type Picture struct {
	Title         string
	Alt           string                              // what is to be seen, for those who cannot see it
	Draw          func(Moment) (chart.Picture, error) // nil and no error: nothing to show yet
	Width, Height vg.Length                           // 0: 6 x 4.5 inches
}

// Curves draws curves.png: everything that the run measured, by epoch. A history without epochs has no picture.
func Curves(out Output, t Trained) error {
	if len(t.History.Epochs) == 0 {
		return nil
	}
	return out.Draw("curves.png", func() (Drawing, error) {
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
}
