package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// kernels draws kernels.png: the kernels of the first convolution. It draws nothing for a net of -load whose first
// layer is not one.
func kernels(ctx context.Context, out show.Output, t show.Trained) error {
	if _, ok := layer.Unwrap(t.Net.Layers()[0].Layer).(layer.Conv2D); ok {
		out.Draw(ctx, "kernels.png", func() (show.Drawing, error) { return tiles(t.Net) })
	}
	return nil
}

// liveKernels is the same picture for the page of -live.
var liveKernels = show.Picture{
	Title: "Filters of the first convolution",
	Alt:   "The weights of each filter: blue where ink counts for it, orange where ink counts against it.",
	Draw: func(m show.Moment) (chart.Picture, error) {
		if _, ok := layer.Unwrap(m.Net.Layers()[0].Layer).(layer.Conv2D); !ok {
			return nil, nil
		}
		return tiles(m.Net)
	},
}

// tiles are the windows of the first layer, a Conv2D on one channel. They may be drawn while the net trains.
func tiles(net *model.Net) (*chart.Tiles, error) {
	shape := net.Layers()[0].Params[0].Shape() // height, width, 1, filters
	values, filters := model.Float64s(net.Weights()[0]), shape[3]
	tiles := make([]chart.Tile, min(filters, mostMaps))
	for f := range tiles {
		tiles[f] = chart.Tile{Title: strconv.Itoa(f + 1), Rows: shape[0]}
		for i := f; i < len(values); i += filters {
			tiles[f].Values = append(tiles[f].Values, values[i])
		}
	}
	picture, err := chart.NewTiles(min(filters, 8), tiles...)
	if err != nil {
		return nil, err
	}
	picture.Signed = true
	picture.Title = fmt.Sprintf("The %d windows of the first convolution, %dx%d pixels each", filters, shape[0], shape[1])
	if filters > mostMaps {
		picture.Title = fmt.Sprintf("%d of the %d windows of the first convolution, %dx%d pixels each",
			mostMaps, filters, shape[0], shape[1])
	}
	picture.Width, picture.Height = 10*vg.Inch, 6*vg.Inch
	return picture, nil
}

// features draws features.png: the output of each layer for the first test digit. Dropout does nothing when a net
// predicts, and Flatten changes no value: they are left out.
func features(ctx context.Context, out show.Output, t show.Trained) error {
	out.Draw(ctx, "features.png", func() (show.Drawing, error) { return layersOf(t.Net, t.Test) })
	return nil
}

func layersOf(net *model.Net, test dataset.Set) (*chart.Panels, error) {
	outputs, err := net.Activations(test.First(1))
	if err != nil {
		return nil, err
	}
	input := chart.Tile{Rows: 28, Values: test.Input(0)}
	if err := test.Err(); err != nil {
		return nil, err
	}
	panel, err := chart.NewTiles(1, input)
	if err != nil {
		return nil, err
	}
	panel.Title = "test digit 0, labelled " + test.ClassName(test.Label(0))
	pictures, heights := []chart.Picture{panel}, []float64{1.3}
	layers := net.Layers()
	for i, output := range outputs {
		shape, values := output.Shape()[1:], model.Float64s(output)
		title := layers[i].Name + ", " + strings.ReplaceAll(strings.Trim(fmt.Sprint([]int(shape)), "[]"), " ", " x ")
		var picture chart.Picture
		switch l := layer.Unwrap(layers[i].Layer).(type) {
		case layer.Conv2D, layer.MaxPool2D, layer.AveragePool2D:
			picture, err = maps(title, shape, values)
			heights = append(heights, 0.5+0.8*float64((min(shape[2], mostMaps)+mapColumns-1)/mapColumns))
		case layer.Dense:
			if len(shape) > 1 { // of a Dense without a Flatten before it
				continue
			}
			probabilities := output
			if i == len(outputs)-1 {
				probabilities = net.Probabilities(output)
			}
			if l.Activation == layer.Softmax || probabilities != output {
				picture, err = answer(title, test.Classes(), model.Float64s(probabilities))
				heights = append(heights, 1.6)
			} else {
				picture, err = neurons(title, values)
				heights = append(heights, 1.3)
			}
		case layer.ActivationLayer, layer.SoftmaxLayer:
			_, softmax := l.(layer.SoftmaxLayer)
			if i < len(layers)-1 || !softmax && l != (layer.ActivationLayer{Activation: layer.Softmax}) {
				continue
			}
			picture, err = answer(title, test.Classes(), values)
			heights = append(heights, 1.6)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		if tiles, ok := picture.(*chart.Tiles); ok && slices.Min(values) < 0 {
			tiles.Signed = true
		}
		pictures = append(pictures, picture)
	}
	panels, err := chart.NewPanels(1, pictures...)
	if err != nil {
		return nil, err
	}
	panels.Title, panels.Heights = "One digit on its way through the net: dark is large", heights
	panels.Width, panels.Height = 14*vg.Inch, 21*vg.Inch
	if total := vg.Length(floats.Sum(heights)); total > 42 { // a deep net of -load
		panels.Height = min(total/2, 40) * vg.Inch
	}
	return panels, nil
}

// mapColumns is how many channels stand beside each other, mostMaps how many of one layer are drawn.
const mapColumns, mostMaps = 16, 64

// maps shows the channels of an output of height x width x channels.
func maps(title string, shape []int, values []float64) (chart.Picture, error) {
	channels := shape[2]
	tiles := make([]chart.Tile, min(channels, mostMaps))
	if channels > mostMaps {
		title += fmt.Sprintf(", the first %d", mostMaps)
	}
	for c := range tiles {
		tiles[c].Rows = shape[0]
		for i := c; i < len(values); i += channels {
			tiles[c].Values = append(tiles[c].Values, values[i])
		}
	}
	picture, err := chart.NewTiles(mapColumns, tiles...)
	if err != nil {
		return nil, err
	}
	picture.Title = title
	return picture, nil
}

// neurons shows a row of values in lines of 100.
func neurons(title string, values []float64) (chart.Picture, error) {
	rows := 1
	if len(values)%100 == 0 {
		rows = len(values) / 100
	}
	picture, err := chart.NewTiles(1, chart.Tile{Rows: rows, Values: values})
	if err != nil {
		return nil, err
	}
	picture.Title = title
	return picture, nil
}

// answer shows the probability of each class; a softmax within a net of -load has other outputs.
func answer(title string, names []string, values []float64) (chart.Picture, error) {
	if len(names) != len(values) {
		names = show.Numbers(len(values))
	}
	picture, err := chart.NewBars(names, values)
	if err != nil {
		return nil, err
	}
	picture.Title, picture.YLabel, picture.HideValues = title, "probability", true
	return picture, nil
}
