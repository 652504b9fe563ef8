package chart_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gorgonia-lectures/common/chart"
)

// The loss of a short run, on a logarithmic axis, with the floor that it cannot pass.
func ExampleNewCurves() {
	directory, err := os.MkdirTemp("", "chart")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(directory)

	curves, err := chart.NewCurves(
		chart.Series{Name: "loss", Values: []float64{5815, 3120, 2204, 1890, 1765}},
		chart.Series{Name: "val_loss", Values: []float64{6022, 3390, 2507, 2120, 2044}},
	)
	if err != nil {
		log.Fatal(err)
	}
	curves.Title = "Blood fat"
	curves.LogY = true
	curves.References = []chart.Reference{{Label: "least squares", Y: 1712.249}}
	path := filepath.Join(directory, "loss.png")
	if err := curves.Save(path); err != nil {
		log.Fatal(err)
	}
	_, err = os.Stat(path)
	fmt.Println("written:", err == nil)

	fmt.Println(curves.Save("loss.gif"))
	// Output:
	// written: true
	// chart: loss.gif: extension ".gif", want .png or .svg
}
