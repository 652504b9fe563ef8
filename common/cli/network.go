package cli

import (
	"fmt"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// Network saves network.png: the neurons and links of a net of Dense layers, with its weights as they
// are now. Flatten and Dropout, which have no weights, are passed over; any other layer is an error. The names
// stand beside the neurons at both ends; nil is none.
func (o Options) Network(net *model.Net, inputs, outputs []string) error {
	diagram, err := network(net, inputs, outputs)
	if err != nil {
		return fmt.Errorf("picture network.png: %w", err)
	}
	return o.Picture("network.png", diagram)
}

// network may run while a Fit does.
func network(net *model.Net, inputs, outputs []string) (*chart.Network, error) {
	var sizes []int
	var weights [][][]float64
	var biases [][]float64
	values := net.Weights()
	for i, l := range net.Layers() {
		own := values[:len(l.Params)]
		values = values[len(l.Params):]
		switch l.Layer.(type) {
		case layer.Dense:
		case layer.Flatten, layer.Dropout:
			continue
		default:
			return nil, fmt.Errorf("layer %d (%s) is a %T, want Dense", i+1, l.Name, l.Layer)
		}
		shape := l.Params[0].Shape()
		if len(sizes) == 0 {
			sizes = []int{shape[0]}
		}
		kernel := make([][]float64, shape[0])
		for i := range kernel {
			kernel[i] = own[0][i*shape[1] : (i+1)*shape[1]]
		}
		bias := make([]float64, shape[1]) // without a bias it is 0
		if len(own) > 1 {
			bias = own[1]
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
