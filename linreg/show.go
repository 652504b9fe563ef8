package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// converged is the largest distance of the mean squared error from least squares, as a share of the latter. If a plane
// fits the data nearly exactly, so that least squares is nearly 0, it is a share of exact times the variance.
const (
	converged = 0.001
	exact     = 0.1
)

// printedPeople is the largest number of people that are printed.
const printedPeople = 50

// look prints and draws the raw data.
func look(ctx context.Context, r *cli.Run, data dataset.Set) {
	names := dataset.BloodFatColumns
	r.Printf("%8s %8s %10s\n", lang.Word(names[0]), lang.Word(names[1]), lang.Word(names[2]))
	for i := range min(data.Len(), printedPeople) {
		r.Printf("%8g %8g %10g\n", data.Input(i)[0], data.Input(i)[1], data.Target(i)[0])
	}
	if more := data.Len() - printedPeople; more > 0 {
		r.Printf("and %d more\n", more)
	}
	r.Draw(ctx, "data.png", func() (show.Drawing, error) { return space(nil, people(data)) })
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

// checks is the lecture's check of the model: 50 points of the plane, from a light child to a heavy old man, to
// compare with the people.
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

// sheet is the plane as a mesh, over the same range.
func sheet(learned plane) ([]chart.Mesh, error) {
	mesh, err := chart.NewMesh("the model's plane", learned.at, 20, 100, 10, 70, 13)
	return []chart.Mesh{mesh}, err
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

// livePlane shows the plane on the page of -live as it moves through the people.
func livePlane(data dataset.Set) show.Picture {
	return show.Picture{
		Title: "The model's plane", Width: 5.5 * vg.Inch, Height: 5 * vg.Inch,
		Alt: "The people as points over weight and age, and the plane that the model learns.",
		Draw: func(m show.Moment) (chart.Picture, error) {
			learned, ok := planeOf(m.Net)
			if !ok {
				return nil, nil
			}
			meshes, err := sheet(learned)
			if err != nil {
				return nil, err
			}
			return space(meshes, people(data))
		},
	}
}

// aboveFloor draws a line at the floor, and makes the axis logarithmic: the loss falls from tens of thousands, and its
// last hundred matters.
func aboveFloor(floor float64) func(*chart.Curves) {
	return func(picture *chart.Curves) {
		picture.YLabel, picture.LogY = "mean squared error", true
		picture.References = []chart.Reference{{Label: fmt.Sprintf("least squares, %.1f", floor), Y: floor}}
	}
}

// planeOf is the net as a plane. A net of -load may be none: a plane is one Dense layer without an activation. It may
// be read while the net trains.
func planeOf(net *model.Net) (plane, bool) {
	layers := net.Layers()
	d, ok := layer.Unwrap(layers[0].Layer).(layer.Dense)
	if !ok || len(layers) > 1 || d.Activation != layer.Linear {
		return plane{}, false
	}
	weights := net.Weights()
	kernel, bias := model.Float64s(weights[0]), []float64{0}
	if !d.NoBias {
		bias = model.Float64s(weights[1])
	}
	return plane{kernel[0], kernel[1], bias[0]}, true
}

// result predicts for one person, prints the learned weights, and checks the model: by a picture, and by its distance
// to least squares.
func result(r *cli.Run, best plane) show.Part {
	return func(ctx context.Context, _ show.Output, t show.Trained) error { return printResult(ctx, r, t, best) }
}

func printResult(ctx context.Context, r *cli.Run, t show.Trained, best plane) error {
	data, mse := t.Test, t.Score.Loss
	if math.IsNaN(mse) || math.IsInf(mse, 0) {
		return fmt.Errorf("the loss after the last step is %v: try a smaller learning rate", mse)
	}
	person, err := dataset.Points([][]float64{{weight, age}})
	if err != nil {
		return err
	}
	fat, err := t.Net.Predict(person)
	if err != nil {
		return err
	}
	learned, isPlane := planeOf(t.Net)
	if isPlane {
		r.Draw(ctx, "model.png", func() (show.Drawing, error) {
			meshes, err := sheet(learned)
			if err != nil {
				return nil, err
			}
			return space(meshes, people(data), checks(learned))
		})
	}
	r.Printf("%g kg and %g years: blood fat %.1f\n", weight, age, model.Float64s(fat)[0])
	floor := best.mse(data)
	line := func(what lang.Word, p plane, mse float64) {
		r.Printf("%-14s W = (%.4f, %.4f)  b = %.4f  mse %.3f\n", what, p.weight, p.age, p.bias, mse)
	}
	if !isPlane {
		r.Printf("%-14s %v %.3f\n", lang.Word("learned"), t.Net.Config().Loss, mse)
		line("least squares", best, floor)
		r.Printf("the net is no plane: there are no model.png and way.png of it\n")
		return nil
	}
	if t.Net.Config().Loss != loss.MeanSquaredError { // a net of -load
		mse = learned.mse(data)
	}
	line("learned", learned, mse)
	line("least squares", best, floor)
	above := (mse - floor) / max(floor, exact*mean(data).mse(data))
	if above <= converged {
		r.Printf("converged: %.4f %% above least squares\n", 100*above)
		return nil
	}
	// with other rates and smaller batches the weights may oscillate around the answer for ever
	changes := []string{"-epochs 100000"}
	if r.LearningRate != defaults.LearningRate {
		changes = append(changes, fmt.Sprintf("-lr %g", defaults.LearningRate))
	}
	if r.Batch < data.Len() {
		changes = append(changes, fmt.Sprintf("-batch %d", defaults.Batch))
	}
	r.Printf("not converged: %.2f %% above least squares\n", 100*above)
	r.Printf("train longer: %s\n", r.Command(changes...))
	return nil
}
