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
	var sizes []int
	var weights [][][]float64
	var biases [][]float64
	for i, l := range net.Layers() {
		switch l.Layer.(type) {
		case layer.Dense:
		case layer.Flatten, layer.Dropout:
			continue
		default:
			return fmt.Errorf("picture network.png: layer %d (%s) is a %T, want Dense", i+1, l.Name, l.Layer)
		}
		shape, values := l.Params[0].Shape(), model.Float64s(l.Params[0].Value)
		if len(sizes) == 0 {
			sizes = []int{shape[0]}
		}
		kernel := make([][]float64, shape[0])
		for i := range kernel {
			kernel[i] = values[i*shape[1] : (i+1)*shape[1]]
		}
		bias := make([]float64, shape[1]) // without a bias it is 0
		if len(l.Params) > 1 {
			bias = model.Float64s(l.Params[1].Value)
		}
		sizes, weights, biases = append(sizes, shape[1]), append(weights, kernel), append(biases, bias)
	}
	diagram, err := chart.NewNetwork(sizes, weights, biases)
	if err != nil {
		return fmt.Errorf("picture network.png: %w", err)
	}
	diagram.Inputs, diagram.Outputs = inputs, outputs
	return o.Picture("network.png", diagram)
}
