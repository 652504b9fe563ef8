package chart_test

import (
	"fmt"

	"gorgonia-lectures/common/chart"
)

// The loss of a short run, on a logarithmic axis, with the floor that it cannot pass.
func ExampleNewCurves() {
	curves, err := chart.NewCurves(
		chart.Series{Name: "loss", Values: []float64{5815, 3120, 2204, 1890, 1765}},
		chart.Series{Name: "val_loss", Values: []float64{6022, 3390, 2507, 2120, 2044}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	curves.Title = "Blood fat"
	curves.LogY = true
	curves.References = []chart.Reference{{Label: "least squares", Y: 1712.249}}
	_, err = curves.Encode("loss.gif")
	fmt.Println(err)
	// Output:
	// chart: loss.gif: extension ".gif", want .png or .svg
}
