package main

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/study"
)

// vanishingEpochs is the number of epochs before the gradients are measured again, unless -epochs is given.
const vanishingEpochs = 20

// maxHidden bounds the depth of a net of the study.
const maxHidden = 50

// hiddenLayers reads -depths.
func hiddenLayers() ([]int, error) {
	var depths []int
	for field := range strings.SplitSeq(depthList, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 || n > maxHidden {
			return nil, fmt.Errorf("-depths %s: %q: want 1 to %d hidden layers, with commas between them",
				depthList, field, maxHidden)
		}
		depths = append(depths, n)
	}
	if len(depths) > 8 {
		return nil, fmt.Errorf("-depths %s: %d depths, want at most 8", depthList, len(depths))
	}
	return depths, nil
}

// gradientSizes returns the mean absolute gradient of each layer's kernel over all flowers, the output layer last.
func gradientSizes(net *model.Net, train dataset.Set) ([]float64, error) {
	gradients, err := net.Gradients(train)
	if err != nil {
		return nil, err
	}
	var sizes []float64
	for i, p := range net.Params() {
		if !strings.HasSuffix(p.Name, ".kernel") {
			continue
		}
		values, sum := model.Float64s(gradients[i]), 0.0
		for _, g := range values {
			sum += math.Abs(g)
		}
		sizes = append(sizes, sum/float64(len(values)))
	}
	return sizes, nil
}

// vanishing compares the gradients of sigmoid and of ReLU nets, layer by layer, at the first step and after
// training.
func vanishing(ctx context.Context, r *cli.Run) error {
	train, _, _, err := prepare(r, 0)
	if err != nil {
		return err
	}
	depths, err := hiddenLayers()
	if err != nil {
		return err
	}
	epochs := vanishingEpochs
	if r.Given("epochs") {
		epochs = r.Epochs
	}
	var start, end []study.Column
	for _, activation := range []layer.Activation{layer.Sigmoid, layer.ReLU} {
		for _, hidden := range depths {
			net, name := deep(hidden, activation), fmt.Sprintf("%v %d", activation, hidden)
			if err := compile(net, solver.NewAdam(r.LearningRate), r.Seed); err != nil {
				return err
			}
			before, err := gradientSizes(net, train)
			if err != nil {
				return err
			}
			if _, err := net.Fit(ctx, train, model.Fit{Epochs: epochs, Batch: r.Batch}); err != nil {
				return err
			}
			after, err := gradientSizes(net, train)
			if err != nil {
				return err
			}
			start = append(start, study.Column{Name: name, Values: before})
			end = append(end, study.Column{Name: fmt.Sprintf("%s after %d", name, epochs), Values: after})
		}
	}
	printGradients(r, lang.Messagef("at the first step"), start)
	printGradients(r, lang.Messagef("after %d epochs", epochs), end)
	study.Save(r, "vanishing.csv", "layer", 1, append(start, end...)...)
	r.Draw(ctx, "vanishing.png", func() (show.Drawing, error) { return gradients(epochs, len(depths), start, end) })
	r.Draw(ctx, "activations.png", func() (show.Drawing, error) { return activations() })
	return nil
}

func printGradients(r *cli.Run, when lang.Message, columns []study.Column) {
	r.Printf("mean absolute gradient of each layer's kernel %v\nlayer", when)
	rows := 0
	for _, c := range columns {
		name, _, _ := strings.Cut(c.Name, " after")
		r.Printf("  %10s", name)
		rows = max(rows, len(c.Values))
	}
	for row := range rows {
		r.Printf("\n%5d", row+1)
		for _, c := range columns {
			r.Printf("  %10s", study.Cell(c.Values, row, "%.2e"))
		}
	}
	r.Printf("\n")
}

// gradients draws vanishing.png: both moments side by side on the same axes. The sigmoid's lines are dashed, and each
// depth has its colour.
func gradients(epochs, depths int, moments ...[]study.Column) (*chart.Panels, error) {
	low, high := math.Inf(1), 0.0
	for _, columns := range moments {
		for _, c := range columns {
			for _, v := range c.Values {
				if v > 0 {
					low, high = math.Min(low, v), math.Max(high, v)
				}
			}
		}
	}
	var pictures []chart.Picture
	for moment, columns := range moments {
		var series []chart.Series
		for i, c := range columns {
			name, _, _ := strings.Cut(c.Name, " after")
			line := chart.Series{Name: name, Values: c.Values, Color: chart.Palette[i%depths]}
			if i < depths {
				line.Dashes = []vg.Length{6, 3}
			}
			series = append(series, line)
		}
		curves, err := chart.NewCurves(series...)
		if err != nil {
			return nil, err
		}
		curves.Title = []string{"at the first step", fmt.Sprintf("after %d epochs", epochs)}[moment]
		curves.XLabel, curves.YLabel = "layer, from the input to the output", "mean absolute gradient of the kernel"
		curves.LogY = true
		if !math.IsInf(low, 1) {
			curves.YMin, curves.YMax = low, high
		}
		pictures = append(pictures, curves)
	}
	panels, err := chart.NewPanels(2, pictures...)
	if err != nil {
		return nil, err
	}
	panels.Title = "The gradient, layer by layer"
	panels.Width, panels.Height = 14*vg.Inch, 7*vg.Inch
	return panels, nil
}
