package main

import (
	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
)

// watch shows the training on the page of -live: the plane as it moves through the people.
func watch(opt cli.Options, net *model.Net, data dataset.Set, floor float64) error {
	return opt.Live(live.View{
		Net: net, Output: "blood fat", Speed: opt.Watchable(), Curves: aboveFloor(floor),
		Sliders: []live.Slider{
			{Name: "weight in kg", Min: 20, Max: 120, Step: 1, Value: weight},
			{Name: "age in years", Min: 10, Max: 90, Step: 1, Value: age},
		},
		Pictures: []live.Picture{{
			Title: "The model's plane", Width: 5.5 * vg.Inch, Height: 5 * vg.Inch,
			Alt: "the people as points over weight and age, and the plane of the model",
			Draw: func(live.Moment) (chart.Picture, error) {
				weights := net.Weights()
				meshes, err := sheet(plane{weights[0][0], weights[0][1], weights[1][0]})
				if err != nil {
					return nil, err
				}
				return space(meshes, people(data))
			},
		}, cli.LiveNetwork(net, dataset.BloodFatColumns[:2], dataset.BloodFatColumns[2:])},
	})
}
