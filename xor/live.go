package main

import (
	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
)

// watch shows the training on the page of -live: what the net answers, and the lines of its hidden neurons as
// they move.
func watch(opt cli.Options, net *model.Net, data dataset.Set) error {
	return opt.Live(live.View{
		Net: net, Output: "x1 xor x2", Speed: opt.Watchable(),
		Sliders: []live.Slider{{Name: "x1", Max: 1, Step: 0.01, Value: 1}, {Name: "x2", Max: 1, Step: 0.01}},
		Pictures: []live.Picture{{
			Title: "What the net answers", Width: 5.5 * vg.Inch, Height: 5 * vg.Inch,
			Alt:  "a map of the answers over both inputs, and the line of each hidden neuron",
			Draw: func(m live.Moment) (chart.Picture, error) { return surface(net, data, m.Epoch) },
		}, cli.LiveNetwork(net, inputs, outputs)},
	})
}
