package main

import (
	"context"
	"fmt"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// seedCount is how many seeds are tried, from -seed upwards.
const seedCount = 100

// seeds trains the net from the first weights of many seeds, counts those that solve XOR, and saves
// seeds.png: all of their loss curves.
func seeds(ctx context.Context, r *cli.Run) error {
	data := dataset.XOR()
	var right, wrong []chart.Series // solved or not
	for i := range uint32(seedCount) {
		net := twoLayers(2)
		err := net.Compile(model.Config{
			Loss: loss.MeanSquaredError, Solver: solver.NewSGD(r.LearningRate), Seed: r.Seed + i})
		if err != nil {
			return err
		}
		history, err := net.Fit(ctx, data, model.Fit{Epochs: r.Epochs, Batch: r.Batch})
		if err != nil {
			return fmt.Errorf("seed %d: %w", r.Seed+i, err)
		}
		out, err := net.Predict(data)
		if err != nil {
			return err
		}
		line := chart.Series{Values: history.Series("loss")}
		if solved(out, data) {
			right = append(right, line)
		} else {
			r.Printf("seed %d: not solved, loss %.4f\n", r.Seed+i, history.Last().Loss)
			wrong = append(wrong, line)
		}
	}
	r.Printf("%d of %d seeds solve it\n", len(right), seedCount)
	for i := range right {
		right[i].Name, right[i].Color = fmt.Sprintf("solved, %d seeds", len(right)), chart.Palette[0]
	}
	for i := range wrong {
		wrong[i].Name, wrong[i].Color = fmt.Sprintf("not solved, %d seeds", len(wrong)), chart.Palette[1]
		wrong[i].Dashes = []vg.Length{6, 2}
	}
	r.Draw(ctx, "seeds.png", func() (show.Drawing, error) {
		curves, err := chart.NewCurves(append(right, wrong...)...)
		if err != nil {
			return nil, err
		}
		curves.Title = fmt.Sprintf("The loss from the first weights of %d seeds", seedCount)
		curves.YLabel, curves.LineWidth, curves.MarkersUpTo = "mean squared error", 0.7, 0
		return curves, nil
	})
	return nil
}
