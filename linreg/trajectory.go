package main

import (
	"context"
	"fmt"
	"math"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// trajectory has the weights before training and after some epochs; it is empty for a net that is not a plane.
type trajectory struct {
	net    *model.Net
	points []plane
	first  int // epoch of the first point: 0, unless the run was resumed
	epochs int // of the last one
}

func startTrajectory(net *model.Net) *trajectory {
	tr := &trajectory{net: net, first: cli.EpochsDone(net)}
	tr.note(tr.first)
	return tr
}

func (tr *trajectory) note(epoch int) {
	if p, ok := planeOf(tr.net); ok {
		tr.points, tr.epochs = append(tr.points, p), epoch
	}
}

// callback returns the callback that records a point after each epoch, at most 10,000 of a long run, and at the end.
func (tr *trajectory) callback(epochs int) model.Callback {
	every := (epochs + 9999) / 10000
	return model.Callback{EpochEnd: func(e model.Epoch) error {
		if e.Epoch%every == 0 {
			tr.note(e.Epoch)
		}
		return nil
	}, TrainEnd: func(h *model.History) error {
		if last := h.Last().Epoch; last > tr.epochs {
			tr.note(last)
		}
		return nil
	}}
}

// draw draws way.png: the trajectory of w1, the weight of the weight, and of the bias over a map of the loss. At each
// point of the map the third number, w2, is the best one, so the map is the floor of the valley that the trajectory
// leads through. -plain has no trajectory, as it has no callbacks.
func (tr *trajectory) draw(best plane) show.Part {
	return func(ctx context.Context, out show.Output, t show.Trained) error {
		if len(tr.points) >= 2 {
			out.Draw(ctx, "way.png", func() (show.Drawing, error) { return tr.surface(t.Test, best) })
		}
		return nil
	}
}

func (tr *trajectory) surface(data dataset.Set, best plane) (*chart.Surface, error) {
	line := chart.Line{Name: fmt.Sprintf("the weights over %d epochs", tr.epochs-tr.first)}
	xMin, xMax, yMin, yMax := best.weight, best.weight, best.bias, best.bias
	for _, p := range tr.points {
		line.X, line.Y = append(line.X, p.weight), append(line.Y, p.bias)
		xMin, xMax = min(xMin, p.weight), max(xMax, p.weight)
		yMin, yMax = min(yMin, p.bias), max(yMax, p.bias)
	}
	const room = 0.15
	dx, dy := room*max(xMax-xMin, 0.1), room*max(yMax-yMin, 1)
	picture, err := chart.NewSurface(valley(data, best), xMin-dx, xMax+dx, yMin-dy, yMax+dy)
	if err != nil {
		return nil, err
	}
	picture.Title = "The way of the weights; colour: log10 of the loss above least squares, as a share of it"
	if best.mse(data) < exact*mean(data).mse(data) {
		picture.Title = fmt.Sprintf(
			"The way of the weights; colour: log10 of the loss above least squares / (%g x variance)", exact)
	}
	picture.XLabel, picture.YLabel = "w1, blood fat for each kilogram", "b, the bias"
	picture.Low, picture.High, picture.HideLevel = -4, 2, true
	picture.Contours = []float64{-3, -2, -1, 0, 1}
	picture.Lines = []chart.Line{line}
	start, end := tr.points[0], tr.points[len(tr.points)-1]
	picture.Classes = []string{"least squares", "start", "end"}
	picture.Points = []chart.Point{
		{X: best.weight, Y: best.bias, Class: 0},
		{X: start.weight, Y: start.bias, Class: 1},
		{X: end.weight, Y: end.bias, Class: 2},
	}
	return picture, nil
}

// valley is the logarithm of how far above least squares the loss is, as a share of it or of exact times the variance,
// whichever is larger. At least squares it is -4.
func valley(data dataset.Set, best plane) func(weight, bias float64) float64 {
	const least = 1e-9 // of people who are all alike
	lowest, mse := best.mse(data), bestAge(data, best)
	floor := max(lowest, exact*mean(data).mse(data), least)
	return func(weight, bias float64) float64 {
		return math.Log10(max(0, mse(weight, bias)/floor-lowest/floor) + 1e-4)
	}
}

// bestAge is the mean squared error of the plane with the given weight and bias and the best number for the age. With
// r = fat - weight·kg - bias, what the age must explain, the error is a parabola in that number. Its minimum is
// mean(r²) - mean(years·r)² / mean(years²). Both are sums over products of the columns, so a large table is read once
// and not for each point of the map. All are differences to least squares, so that nothing cancels near it.
func bestAge(data dataset.Set, best plane) func(weight, bias float64) float64 {
	var m [4][4]float64 // mean products of the residual of least squares, kg, 1 and years
	for i := range data.Len() {
		kg, years := data.Input(i)[0], data.Input(i)[1]
		row := [4]float64{data.Target(i)[0] - best.at(kg, years), kg, 1, years}
		for j, v := range row {
			for k, w := range row {
				m[j][k] += v * w / float64(data.Len())
			}
		}
	}
	return func(weight, bias float64) float64 {
		r := [3]float64{1, best.weight - weight, best.bias - bias}
		rr, yr := 0.0, 0.0
		for j, v := range r {
			for k, w := range r {
				rr += v * w * m[j][k]
			}
			yr += v * m[j][3]
		}
		if m[3][3] == 0 {
			return rr
		}
		return rr - yr*yr/m[3][3]
	}
}
