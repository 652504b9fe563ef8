package main

import (
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/show"
)

var (
	depthList, file string
	seedCount       int
	hidden          int
)

// flags are the program's own.
func flags(f *cli.Flags) {
	f.String(&depthList, "depths", "3,6,10", "compare nets of these numbers of hidden `LAYERS` in -study vanishing")
	f.Int(&seedCount, "seeds", 0, "train from `N` seeds in -study optimizers (default 5) and -study seeds (default 100)")
	f.Count(&hidden, "hidden", 32, 1, 1000, "put `N` neurons in each of the three hidden layers",
		cli.OfNet, cli.Not("load"), cli.OnPage(1, 1000))
	f.String(&file, "data", "", "read the flowers from this CSV `FILE`: columns sepal_length, sepal_width, petal_length, petal_width, species", cli.Free)
}

// flower is the prediction of the net. The ranges are those of the 150 flowers.
var flower = &show.Prediction{
	Labels: []any{"setosa", "versicolor", "virginica"},
	Inputs: []show.Slider{
		{Name: dataset.IrisFeatures[0], Min: 4.3, Max: 7.9, Step: 0.1, Value: 5.1},
		{Name: dataset.IrisFeatures[1], Min: 2, Max: 4.4, Step: 0.1, Value: 3.5},
		{Name: dataset.IrisFeatures[2], Min: 1, Max: 6.9, Step: 0.1, Value: 1.4},
		{Name: dataset.IrisFeatures[3], Min: 0.1, Max: 2.5, Step: 0.1, Value: 0.2},
	},
}
