package show

import (
	"context"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// Network draws network.png: the neurons and links of a net of Dense layers, with its weights. It skips layers without
// weights, such as Dropout. For a net with other layers it prints why there is no picture. inputs and outputs name the
// neurons at both ends; nil: no names.
func Network(inputs, outputs []string) Part {
	return func(ctx context.Context, out Output, t Trained) error {
		if why := noNeurons(t.Net); why.String() != "" {
			out.Printf("no network.png: %v\n", why)
			return nil
		}
		out.Draw(ctx, "network.png", func() (Drawing, error) { return network(t.Net, inputs, outputs) })
		return nil
	}
}

// LiveNetwork is Network for a page.
func LiveNetwork(inputs, outputs []string) Picture {
	return Picture{
		Title: "The net and its weights",
		Alt:   "A link for each weight, thicker for a larger absolute value; a number in a neuron is its bias.",
		Draw: func(m Moment) (chart.Picture, error) {
			if noNeurons(m.Net).String() != "" {
				return nil, nil
			}
			diagram, err := network(m.Net, inputs, outputs)
			if err != nil {
				return nil, err
			}
			diagram.Terse = true // the title has it, and small print cannot be read from afar
			return diagram, nil
		},
	}
}

// noNeurons returns a message that names the first layer with weights that is not Dense, or whose input has several
// axes; the empty message if there is none.
func noNeurons(net *model.Net) lang.Message {
	input := tensor.Shape(net.InputShape())
	for i, l := range net.Layers() {
		_, dense := layer.Unwrap(l.Layer).(layer.Dense)
		switch {
		case len(l.Params) == 0:
		case !dense:
			return lang.Messagef("layer %d (%s) is a %s, want Dense", i+1, l.Name, l.Kind())
		case len(input) > 1:
			return lang.Messagef("layer %d (%s) has an input of %v, want one axis", i+1, l.Name, input)
		}
		input, _ = l.OutputShape(input) // the net is compiled: they fit
	}
	return lang.Message{}
}

// network is the picture of a net without noNeurons. It may be drawn during a Fit.
func network(net *model.Net, inputs, outputs []string) (*chart.Network, error) {
	var sizes []int
	var weights [][][]float64
	var biases [][]float64
	values := net.Weights()
	for _, l := range net.Layers() {
		own := values[:len(l.Params)]
		values = values[len(l.Params):]
		if len(own) == 0 {
			continue
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
