package main

import (
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/show"
)

var (
	plain                           bool
	file                            string
	weight, age, elevation, azimuth float64
)

// flags are the program's own.
func flags(f *cli.Flags) {
	f.Bool(&plain, "plain", "train the same net in stock Gorgonia, without layers (see plain.go)", cli.OfNet, cli.Alone)
	f.String(&file, "data", "", "read the people from this CSV `FILE`: columns weight, age, bloodfat", cli.Free)
	f.Between(&weight, "weight", 60, 0, 1000, "predict for a person of this weight, in `KG`", cli.Free)
	f.Between(&age, "age", 40, 0, 150, "predict for a person of this age, in `YEARS`", cli.Free)
	f.Between(&elevation, "elevation", 15, -90, 90, "see the 3-D pictures from `DEGREES` above", cli.Free)
	f.Between(&azimuth, "azimuth", 15, -360, 360, "rotate the 3-D pictures by `DEGREES`", cli.Free)
}

// bloodFat is the prediction of the net. The page starts with the person of -weight and -age.
var bloodFat = &show.Prediction{
	Inputs: []show.Slider{
		{Name: "weight in kg", Min: 20, Max: 120, Step: 1, Value: 60},
		{Name: "age in years", Min: 10, Max: 90, Step: 1, Value: 40},
	},
	Start:  func() []float64 { return []float64{weight, age} },
	Output: "blood fat",
}
