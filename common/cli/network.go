package cli

import (
	"fmt"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/model"
)

// Network saves network.png: the neurons and links of a net of Dense layers, each with a bias, with
// its weights as they are now. The names stand beside the neurons at both ends.
func (o Options) Network(net *model.Net, inputs, outputs []string) error {
	sizes := []int{len(inputs)}
	var weights [][][]float64
	var biases [][]float64
	for _, p := range net.Params() {
		values := model.Float64s(p.Value)
		switch shape := p.Value.Shape(); len(shape) {
		case 1:
			biases = append(biases, values)
		case 2:
			kernel := make([][]float64, shape[0])
			for i := range kernel {
				kernel[i] = values[i*shape[1] : (i+1)*shape[1]]
			}
			sizes, weights = append(sizes, shape[1]), append(weights, kernel)
		default:
			return fmt.Errorf("picture network.png: %s has the shape %v, want a Dense layer's", p.Name, shape)
		}
	}
	diagram, err := chart.NewNetwork(sizes, weights, biases)
	if err != nil {
		return fmt.Errorf("picture network.png: %w", err)
	}
	diagram.Inputs, diagram.Outputs = inputs, outputs
	return o.Picture("network.png", diagram)
}
