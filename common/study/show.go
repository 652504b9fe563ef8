package study

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/show"
)

// RaceOptimizers runs the race, prints a line for each optimizer, and saves optimizers.csv and
// optimizers.png: the median training loss of the seeds on a logarithmic axis, and its range.
func RaceOptimizers(ctx context.Context, out *cli.Run, r Race) error {
	out.Printf("training loss after %d epochs, and the test rows that are right: median (range) over %d seeds\n",
		r.Epochs, r.Seeds)
	rows := r.Test.Len()
	right := func(accuracy float64) int { return int(math.Round(accuracy * float64(rows))) }
	lanes, err := r.Run(ctx, Optimizers(), func(l Lane) {
		last := len(l.Median) - 1
		out.Printf("%-14s rate %-6g %9.4g (%.4g to %.4g)   %d (%d to %d) of %d\n", lang.Word(l.Name), l.Rate,
			l.Median[last], l.Low[last], l.High[last],
			right(median(l.Accuracy)), right(l.Accuracy[0]), right(l.Accuracy[len(l.Accuracy)-1]), rows)
	})
	if err != nil {
		return err
	}
	var columns []Column
	var series []chart.Series
	for _, l := range lanes {
		columns = append(columns, Column{l.Name, l.Median}, Column{l.Name + " low", l.Low}, Column{l.Name + " high", l.High})
		series = append(series, chart.Series{Name: l.Name, Values: l.Median, Low: l.Low, High: l.High})
	}
	Save(out, "optimizers.csv", "epoch", 1, columns...)
	out.Draw(ctx, "optimizers.png", func() (show.Drawing, error) {
		curves, err := chart.NewCurves(series...)
		if err != nil {
			return nil, err
		}
		curves.Title = fmt.Sprintf("Training loss from the same first weights: median and range over %d seeds", r.Seeds)
		curves.YLabel, curves.LogY = "loss", true
		curves.Width, curves.Height = 10*vg.Inch, 7*vg.Inch
		return curves, nil
	})
	return nil
}
