package main

import (
	"context"

	"gonum.org/v1/gonum/floats"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// converged is how far above least squares the mean squared error may be, as a share of it.
const converged = 0.001

// look prints the raw data and draws it.
func look(opt cli.Options, data dataset.Set) error {
	opt.Printf("%8s %8s %10s\n", dataset.BloodFatColumns[0], dataset.BloodFatColumns[1], dataset.BloodFatColumns[2])
	for i := range data.Len() {
		opt.Printf("%8g %8g %10g\n", data.Input(i)[0], data.Input(i)[1], data.Target(i)[0])
	}
	return scatter(opt, "data.png", people(data))
}

// people is the data as points: weight, age, blood fat.
func people(data dataset.Set) chart.Points {
	p := chart.Points{Name: "25 people"}
	for i := range data.Len() {
		p.X = append(p.X, data.Input(i)[0])
		p.Y = append(p.Y, data.Input(i)[1])
		p.Z = append(p.Z, data.Target(i)[0])
	}
	return p
}

func scatter(opt cli.Options, name string, clouds ...chart.Points) error {
	picture, err := chart.NewScatter3D(clouds...)
	if err != nil {
		return err
	}
	picture.XLabel, picture.YLabel, picture.ZLabel = dataset.BloodFatColumns[0], dataset.BloodFatColumns[1], dataset.BloodFatColumns[2]
	picture.Elevation, picture.Azimuth = elevation, azimuth
	return opt.Picture(name, picture)
}

// result predicts for one person, reads the learned weights, and checks the model: by eye, 50 points
// of the plane beside the data, and by the distance to least squares.
func result(ctx context.Context, opt cli.Options, data dataset.Set, net *model.Net) error {
	person, err := dataset.Points([][]float64{{weight, age}})
	if err != nil {
		return err
	}
	out, err := net.Predict(person)
	if err != nil {
		return err
	}
	w, b := model.Float64s(net.Params()[0].Value), model.Float64s(net.Params()[1].Value)
	learned := plane{w[0], w[1], b[0]}
	checks := chart.Points{Name: "50 points of the model",
		X: floats.Span(make([]float64, 50), 20, 100), Y: floats.Span(make([]float64, 50), 10, 70)}
	for i := range checks.X {
		checks.Z = append(checks.Z, learned.at(checks.X[i], checks.Y[i]))
	}
	if err := scatter(opt, "model.png", people(data), checks); err != nil {
		return err
	}
	best, err := leastSquares(data)
	if err != nil {
		return err
	}
	score, err := net.Evaluate(ctx, data)
	if err != nil {
		return err
	}
	floor := best.mse(data)
	opt.Printf("%g kg and %g years: blood fat %.1f\n", weight, age, model.Float64s(out)[0])
	opt.Printf("learned        W = (%.4f, %.4f)  b = %.4f  mse %.3f\n", learned.weight, learned.age, learned.bias, score.Loss)
	opt.Printf("least squares  W = (%.4f, %.4f)  b = %.4f  mse %.3f\n", best.weight, best.age, best.bias, floor)
	above := score.Loss/floor - 1
	if above <= converged {
		opt.Printf("converged: %.4f %% above least squares\n", 100*above)
		return nil
	}
	opt.Printf("not converged: %.2f %% above least squares\n", 100*above)
	opt.Printf("train on: %s\n", opt.Command("-epochs 100000"))
	return nil
}
