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
	"gorgonia-lectures/common/solver"
)

// seedCount is how many seeds are tried, from -seed upwards.
const seedCount = 100

// runStudy trains the net from the first weights of many seeds, counts those that solve XOR, and saves
// seeds.png: all of their loss curves.
func runStudy(ctx context.Context, opt cli.Options, data dataset.Set) error {
	if study != "seeds" {
		return fmt.Errorf("-study %q: must be seeds", study)
	}
	var solved, unsolved []chart.Series
	for i := range uint64(seedCount) {
		net := twoLayers()
		err := net.Compile(model.Config{
			Loss: loss.MeanSquaredError, Solver: solver.NewSGD(opt.LearningRate), Seed: opt.Seed + i})
		if err != nil {
			return err
		}
		history, err := net.Fit(ctx, data, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch})
		if err != nil {
			return fmt.Errorf("seed %d: %w", opt.Seed+i, err)
		}
		ok, err := solves(net, data)
		if err != nil {
			return err
		}
		line := chart.Series{Values: history.Series("loss")}
		if ok {
			solved = append(solved, line)
		} else {
			opt.Printf("seed %d: not solved, loss %.4f\n", opt.Seed+i, history.Last().Loss)
			unsolved = append(unsolved, line)
		}
	}
	opt.Printf("%d of %d seeds solve it\n", len(solved), seedCount)
	for i := range solved {
		solved[i].Name, solved[i].Color = fmt.Sprintf("solved, %d seeds", len(solved)), chart.Palette[0]
	}
	for i := range unsolved {
		unsolved[i].Name, unsolved[i].Color = fmt.Sprintf("not solved, %d seeds", len(unsolved)), chart.Palette[1]
		unsolved[i].Dashes = []vg.Length{6, 2}
	}
	curves, err := chart.NewCurves(append(solved, unsolved...)...)
	if err != nil {
		return err
	}
	curves.Title = fmt.Sprintf("The loss from the first weights of %d seeds", seedCount)
	curves.YLabel, curves.LineWidth, curves.MarkersUpTo = "mean squared error", 0.7, 0
	return opt.Picture("seeds.png", curves)
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
