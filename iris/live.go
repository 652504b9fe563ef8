package main

import (
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
)

// watch shows the training on the page of -live: which species the net takes for which.
func watch(opt cli.Options, net *model.Net, test dataset.Set) error {
	// the ranges of the 150 flowers
	ranges := []live.Slider{
		{Min: 4.3, Max: 7.9, Value: 5.1}, {Min: 2, Max: 4.4, Value: 3.5},
		{Min: 1, Max: 6.9, Value: 1.4}, {Min: 0.1, Max: 2.5, Value: 0.2},
	}
	for i, name := range dataset.IrisFeatures {
		ranges[i].Name, ranges[i].Step = name, 0.1
	}
	return opt.Live(live.View{
		Net: net, Speed: opt.Watchable(), Sliders: ranges,
		Pictures: []live.Picture{
			cli.LiveConfusion(test, dataset.IrisSpecies),
			cli.LiveNetwork(net, dataset.IrisFeatures, dataset.IrisSpecies),
		},
	})
}
