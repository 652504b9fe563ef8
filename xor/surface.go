package main

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// surface is a map of the net's answers around the unit square, with the lines of its hidden neurons. It may be drawn
// while the net trains.
func surface(net *model.Net, data dataset.Set, epoch int) (*chart.Surface, error) {
	answers := func(x, y []float64) ([]float64, error) {
		rows := make([][]float64, len(x))
		for i := range x {
			rows[i] = []float64{x[i], y[i]}
		}
		points, err := dataset.Points(rows)
		if err != nil {
			return nil, err
		}
		out, err := net.Predict(points)
		if err != nil {
			return nil, err
		}
		return model.Float64s(net.Probabilities(out)), nil
	}
	const low, high = -0.25, 1.25
	picture, err := chart.NewBatchSurface(answers, low, high, low, high)
	if err != nil {
		return nil, err
	}
	picture.Resolution = 80
	picture.Title, picture.XLabel, picture.YLabel = fmt.Sprintf("epoch %d", epoch), "x1", "x2"
	picture.Classes = []string{"x1 xor x2 = 0", "x1 xor x2 = 1"}
	picture.Width, picture.Height = 5*vg.Inch, 4.5*vg.Inch
	for i := range data.Len() {
		x := data.Input(i)
		picture.Points = append(picture.Points, chart.Point{X: x[0], Y: x[1], Class: int(data.Target(i)[0])})
	}
	picture.Lines, err = hiddenLines(net)
	return picture, err
}

// liveSurface is the same picture for the page of -live.
func liveSurface(data dataset.Set) show.Picture {
	return show.Picture{
		Title: "What the net answers", Width: 5.5 * vg.Inch, Height: 5 * vg.Inch,
		Alt:  "The colour is the answer for each pair of inputs; each line is where a hidden neuron's weighted sum is 0.",
		Draw: func(m show.Moment) (chart.Picture, error) { return surface(m.Net, data, m.Epoch) },
	}
}

// hiddenLines are where the weighted sum of a hidden neuron is 0, of the first six: on one side of its line a neuron is
// more on than off.
func hiddenLines(net *model.Net) ([]chart.Line, error) {
	dense, ok := layer.Unwrap(net.Layers()[0].Layer).(layer.Dense)
	if !ok || len(net.Layers()) < 2 {
		return nil, nil
	}
	weights := net.Weights()
	if weights[0].Shape()[0] != 2 { // of inputs with an axis for each
		return nil, nil
	}
	kernel, bias := model.Float64s(weights[0]), make([]float64, dense.Units)
	if !dense.NoBias {
		bias = model.Float64s(weights[1])
	}
	var lines []chart.Line
	for i := range min(dense.Units, 6) {
		a, b := kernel[i], kernel[dense.Units+i]
		if a == 0 && b == 0 {
			continue
		}
		line, err := chart.Straight(fmt.Sprintf("hidden neuron %d", i+1), a, b, bias[i], 10)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}
