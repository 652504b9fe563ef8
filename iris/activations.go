package main

import (
	"math"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
)

// functions are activations of hidden layers, each with its slope as a function of x.
var functions = []struct {
	name         string
	value, slope func(x float64) float64
}{
	{"sigmoid", sigmoid, func(x float64) float64 { return sigmoid(x) * (1 - sigmoid(x)) }},         // at most 1/4, at x = 0
	{"tanh", math.Tanh, func(x float64) float64 { return 1 - float64(math.Tanh(x)*math.Tanh(x)) }}, // at most 1, at x = 0
	{"relu", func(x float64) float64 { return math.Max(x, 0) }, func(x float64) float64 { // 1 wherever a neuron is on
		if x > 0 {
			return 1
		}
		return 0
	}},
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// activations is activations.png: the functions and, below them, the slopes by which back-propagation multiplies.
func activations() (*chart.Panels, error) {
	const from, to, step, top = -5, 5, 0.01, 2
	var values, slopes []chart.Series
	for _, f := range functions {
		value, slope := chart.Series{Name: f.name}, chart.Series{Name: f.name}
		for i := range int((to-from)/step) + 1 {
			x := from + float64(step*float64(i))
			y := f.value(x)
			if y > top {
				y = math.NaN() // a gap
			}
			value.Values, slope.Values = append(value.Values, y), append(slope.Values, f.slope(x))
		}
		values, slopes = append(values, value), append(slopes, slope)
	}
	var pictures []chart.Picture
	for _, panel := range []struct {
		title     string
		low, high float64
		series    []chart.Series
		lines     []chart.Reference
	}{
		{"the activation", -1, top, values, nil},
		{"its slope", 0, 1, slopes, []chart.Reference{{Label: "1/4", Y: 0.25}}},
	} {
		curves, err := chart.NewCurves(panel.series...)
		if err != nil {
			return nil, err
		}
		curves.Title, curves.XLabel, curves.YMin, curves.YMax = panel.title, "x, the sum of a neuron", panel.low, panel.high
		curves.First, curves.Step, curves.References = from, step, panel.lines
		pictures = append(pictures, curves)
	}
	panels, err := chart.NewPanels(2, pictures...)
	if err != nil {
		return nil, err
	}
	panels.Width, panels.Height = 14*vg.Inch, 6*vg.Inch
	return panels, nil
}
