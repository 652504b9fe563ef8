package main

import (
	"context"
	"fmt"
	"math"

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
	var solved, unsolved []chart.Series
	for i := range uint64(seedCount) {
		net := twoLayers()
		err := net.Compile(model.Config{
			Loss: loss.MeanSquaredError, Solver: solver.NewSGD(r.LearningRate), Seed: r.Seed + i})
		if err != nil {
			return err
		}
		history, err := net.Fit(ctx, data, model.Fit{Epochs: r.Epochs, Batch: r.Batch})
		if err != nil {
			return fmt.Errorf("seed %d: %w", r.Seed+i, err)
		}
		ok, err := solves(net, data)
		if err != nil {
			return err
		}
		line := chart.Series{Values: history.Series("loss")}
		if ok {
			solved = append(solved, line)
		} else {
			r.Printf("seed %d: not solved, loss %.4f\n", r.Seed+i, history.Last().Loss)
			unsolved = append(unsolved, line)
		}
	}
	r.Printf("%d of %d seeds solve it\n", len(solved), seedCount)
	for i := range solved {
		solved[i].Name, solved[i].Color = fmt.Sprintf("solved, %d seeds", len(solved)), chart.Palette[0]
	}
	for i := range unsolved {
		unsolved[i].Name, unsolved[i].Color = fmt.Sprintf("not solved, %d seeds", len(unsolved)), chart.Palette[1]
		unsolved[i].Dashes = []vg.Length{6, 2}
	}
	return r.Draw("seeds.png", func() (show.Drawing, error) {
		curves, err := chart.NewCurves(append(solved, unsolved...)...)
		if err != nil {
			return nil, err
		}
		curves.Title = fmt.Sprintf("The loss from the first weights of %d seeds", seedCount)
		curves.YLabel, curves.LineWidth, curves.MarkersUpTo = "mean squared error", 0.7, 0
		return curves, nil
	})
}

// solves tells whether all four answers are within 0.5 of what is wanted.
func solves(net *model.Net, data dataset.Set) (bool, error) {
	out, err := net.Predict(data)
	if err != nil {
		return false, err
	}
	for i, y := range model.Float64s(out) {
		if !(math.Abs(y-data.Target(i)[0]) < 0.5) {
			return false, nil
		}
	}
	return true, nil
}
