package show

import (
	"context"
	"fmt"
	"slices"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// Network draws network.png: the neurons and links of a net of Dense layers, with its weights. It skips layers that
// have no weights and keep the number of values; any other layer is an error. Inputs and outputs name the neurons at
// both ends; nil: no names.
func Network(inputs, outputs []string) Part {
	return func(ctx context.Context, out Output, t Trained) error {
		out.Draw(ctx, "network.png", func() (Drawing, error) { return network(t.Net, inputs, outputs) })
		return nil
	}
}

// LiveNetwork is Network for a page.
func LiveNetwork(inputs, outputs []string) Picture {
	return Picture{
		Title: "The net and its weights", Alt: "neurons in columns, a link for each weight; the thicker, the larger it is",
		Draw: func(m Moment) (chart.Picture, error) { return network(m.Net, inputs, outputs) },
	}
}

// network may run during a Fit.
func network(net *model.Net, inputs, outputs []string) (*chart.Network, error) {
	var sizes []int
	var weights [][][]float64
	var biases [][]float64
	values := net.Weights()
	for i, l := range net.Layers() {
		own := values[:len(l.Params)]
		values = values[len(l.Params):]
		switch layer.Unwrap(l.Layer).(type) {
		case layer.Dense:
		case layer.Flatten, layer.Reshape, layer.Rescaling, layer.Dropout, layer.GaussianNoise, layer.ActivationLayer,
			layer.ReLULayer, layer.LeakyReLULayer, layer.ELULayer, layer.SoftmaxLayer:
			continue
		default:
			return nil, fmt.Errorf("layer %d (%s) is a %T, want Dense", i+1, l.Name, l.Layer)
		}
		shape := l.Params[0].Shape()
		if len(sizes) == 0 {
			sizes = []int{shape[0]}
		}
		kernel := slices.Collect(slices.Chunk(model.Float64s(own[0]), shape[1]))
		bias := make([]float64, shape[1]) // without a bias it is 0
		if len(own) > 1 {
			bias = model.Float64s(own[1])
		}
		sizes, weights, biases = append(sizes, shape[1]), append(weights, kernel), append(biases, bias)
	}
	diagram, err := chart.NewNetwork(sizes, weights, biases)
	if err != nil {
		return nil, err
	}
	diagram.Inputs, diagram.Outputs = inputs, outputs
	return diagram, nil
}
