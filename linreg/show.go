package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// converged is how far above least squares the mean squared error may be, as a share of it. Where a
// plane goes nearly through all of the data there is nothing to have a share of: there it is one of exact
// times the variance.
const (
	converged = 0.001
	exact     = 0.1
)

// person is the one to predict for, from -weight and -age.
func person() (dataset.Set, error) {
	if !(weight >= 0 && weight <= 1000) {
		return dataset.Set{}, fmt.Errorf("-weight %g: want kilograms from 0 to 1000", weight)
	}
	if !(age >= 0 && age <= 150) {
		return dataset.Set{}, fmt.Errorf("-age %g: want years from 0 to 150", age)
	}
	return dataset.Points([][]float64{{weight, age}})
}

// look prints the raw data and draws it.
func look(opt cli.Options, data dataset.Set) error {
	names := dataset.BloodFatColumns
	opt.Printf("%8s %8s %10s\n", names[0], names[1], names[2])
	for i := range data.Len() {
		opt.Printf("%8g %8g %10g\n", data.Input(i)[0], data.Input(i)[1], data.Target(i)[0])
	}
	return scatter(opt, "data.png", nil, people(data))
}

// people is the data as points: weight, age, blood fat.
func people(data dataset.Set) chart.Points {
	p := chart.Points{Name: fmt.Sprintf("%d people", data.Len())}
	for i := range data.Len() {
		p.X = append(p.X, data.Input(i)[0])
		p.Y = append(p.Y, data.Input(i)[1])
		p.Z = append(p.Z, data.Target(i)[0])
	}
	return p
}

// checks is the lecture's check of the model: 50 points of the plane, from a light child to a heavy
// old man, to hold beside the people.
func checks(learned plane) chart.Points {
	p := chart.Points{
		Name: "50 points of the model", Front: true,
		X: floats.Span(make([]float64, 50), 20, 100),
		Y: floats.Span(make([]float64, 50), 10, 70),
	}
	for i := range p.X {
		p.Z = append(p.Z, learned.at(p.X[i], p.Y[i]))
	}
	return p
}

// sheet is the plane as a mesh over the same range.
func sheet(learned plane) ([]chart.Mesh, error) {
	mesh, err := chart.NewMesh("the model's plane", learned.at, 20, 100, 10, 70, 13)
	return []chart.Mesh{mesh}, err
}

func scatter(opt cli.Options, name string, meshes []chart.Mesh, clouds ...chart.Points) error {
	picture, err := space(meshes, clouds...)
	if err != nil {
		return err
	}
	return opt.Picture(name, picture)
}

// space is the picture of points and planes.
func space(meshes []chart.Mesh, clouds ...chart.Points) (*chart.Scatter3D, error) {
	picture, err := chart.NewScatter3D(clouds...)
	if err != nil {
		return nil, err
	}
	picture.Meshes = meshes
	names := dataset.BloodFatColumns
	picture.XLabel, picture.YLabel, picture.ZLabel = names[0], names[1], names[2]
	picture.Elevation, picture.Azimuth = elevation, azimuth
	return picture, nil
}

// curve draws the loss above its floor.
func curve(opt cli.Options, history *model.History, floor float64) error {
	if len(history.Epochs) == 0 {
		return nil
	}
	picture, err := chart.NewHistoryCurves(history)
	if err != nil {
		return err
	}
	picture.Title = opt.Program
	aboveFloor(floor)(picture)
	return opt.Picture("curves.png", picture)
}

// aboveFloor makes the axis logarithmic: the loss falls from tens of thousands, and the last hundred is what
// there is to see.
func aboveFloor(floor float64) func(*chart.Curves) {
	return func(picture *chart.Curves) {
		picture.YLabel, picture.LogY = "mean squared error", true
		picture.References = []chart.Reference{{Label: fmt.Sprintf("least squares, %.1f", floor), Y: floor}}
	}
}

// isPlane is an error for a net, one of -load, that is not a plane with a bias.
func isPlane(net *model.Net) error {
	layers := net.Layers()
	if d, ok := layers[0].Layer.(layer.Dense); !ok || len(layers) > 1 || d.NoBias || d.Activation != layer.Linear {
		return fmt.Errorf("-load: the net has %d layers and %d parameters, want one Dense layer with a bias and no activation",
			len(layers), net.ParamCount())
	}
	return nil
}

// result predicts for one person, reads the learned weights, and checks the model: by eye, and by
// its distance to least squares.
func result(ctx context.Context, opt cli.Options, data, person dataset.Set, net *model.Net,
	best plane) error {
	out, err := net.Predict(person)
	if err != nil {
		return err
	}
	score, err := net.Evaluate(ctx, data)
	if err != nil {
		return err
	}
	if math.IsNaN(score.Loss) || math.IsInf(score.Loss, 0) {
		return fmt.Errorf("the loss after the last step is %v: try a smaller learning rate", score.Loss)
	}
	w, b := model.Float64s(net.Params()[0].Value), model.Float64s(net.Params()[1].Value)
	learned := plane{w[0], w[1], b[0]}
	meshes, err := sheet(learned)
	if err != nil {
		return err
	}
	if err := scatter(opt, "model.png", meshes, people(data), checks(learned)); err != nil {
		return err
	}
	opt.Printf("%g kg and %g years: blood fat %.1f\n", weight, age, model.Float64s(out)[0])
	floor := best.mse(data)
	tell := func(what string, p plane, mse float64) {
		opt.Printf("%-14s W = (%.4f, %.4f)  b = %.4f  mse %.3f\n", what, p.weight, p.age, p.bias, mse)
	}
	tell("learned", learned, score.Loss)
	tell("least squares", best, floor)
	above := (score.Loss - floor) / max(floor, exact*mean(data).mse(data))
	if above <= converged {
		opt.Printf("converged: %.4f %% above least squares\n", 100*above)
		return nil
	}
	// Other rates and smaller batches may circle around the answer for ever; these settings do not.
	changes := []string{"-epochs 100000"}
	if opt.LearningRate != defaults.LearningRate {
		changes = append(changes, fmt.Sprintf("-lr %g", defaults.LearningRate))
	}
	if opt.Batch < data.Len() {
		changes = append(changes, fmt.Sprintf("-batch %d", defaults.Batch))
	}
	opt.Printf("not converged: %.2f %% above least squares\n", 100*above)
	opt.Printf("train longer: %s\n", opt.Command(changes...))
	return nil
}
