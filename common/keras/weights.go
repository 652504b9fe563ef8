package keras

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
)

// readWeights reads the parameters.
func readWeights(root *hdf5.Group, layers []model.Layer, a architecture, dtype tensor.Dtype) ([]*tensor.Dense, error) {
	stored, groups, err := storedModel(root, a)
	if err != nil {
		return nil, err
	}
	return assign(stored, layers, groups, dtype)
}

// storedModel returns the datasets of each layer with weights, from model_weights or from numbered variables. groups
// are those of assign.
func storedModel(root *hdf5.Group, a architecture) (stored [][]*hdf5.Dataset, groups []int, err error) {
	if stored, ok, err := numberedLayers(root, a.paths); ok {
		return stored, nil, err
	}
	g, err := root.Group("model_weights")
	if err != nil {
		return nil, nil, err
	}
	names, err := texts(g, "layer_names")
	if err != nil {
		return nil, nil, err
	}
	stored, err = storedLayers(g, names)
	return stored, a.groups, err
}

// complete sets the last size of the input from the weights of the first layer, if it is unknown.
func (a *architecture) complete(root *hdf5.Group) error {
	if a.unknown == nil {
		return nil
	}
	stored, _, err := storedModel(root, *a)
	if err != nil {
		return fmt.Errorf("model_weights: %w", err)
	}
	if len(stored) == 0 || len(stored[0][0].Shape()) != 1 {
		return fmt.Errorf("model_config: %w", a.unknown)
	}
	a.input[len(a.input)-1] = stored[0][0].Shape()[0]
	return nil
}

// assign reads the parameters of the layers from the datasets of the stored layers. As in Keras, the order matters, not
// the names. Layers with one group number are a nested model, which is stored as one layer; nil: there are no nested
// models.
func assign(stored [][]*hdf5.Dataset, layers []model.Layer, groups []int, dtype tensor.Dtype) ([]*tensor.Dense, error) {
	type place struct {
		layer int
		param *model.Param // nil: the count of a Normalization
	}
	var wanted [][]place // of each stored layer
	last := -1
	for i, l := range layers {
		group := i
		if groups != nil {
			group = groups[i]
		}
		params := l.Params
		if counts(l) {
			params = append(slices.Clone(params), nil)
		}
		for _, p := range params {
			if group != last {
				wanted, last = append(wanted, nil), group
			}
			n := len(wanted) - 1
			wanted[n] = append(wanted[n], place{i, p})
		}
	}
	values := map[*model.Param]*tensor.Dense{}
	for i, places := range wanted {
		at := func(p place) string { return fmt.Sprintf("layer %d (%s)", p.layer+1, layers[p.layer].Kind()) }
		first := places[0]
		if i == len(stored) {
			return nil, fmt.Errorf("%s has no weights", at(first))
		}
		if got, want := len(stored[i]), len(places); got != want {
			name := at(first)
			if end := places[want-1]; end.layer > first.layer {
				name = fmt.Sprintf("the model of layers %d to %d", first.layer+1, end.layer+1)
			}
			return nil, fmt.Errorf("%s has %d weights, want %d", name, got, want)
		}
		// in a nested model, too, trainable weights come first
		slices.SortStableFunc(places, func(a, b place) int { return rank(a.param) - rank(b.param) })
		for k, p := range places {
			if p.param == nil {
				if n := stored[i][k].Shape(); len(n) > 0 {
					return nil, fmt.Errorf("%s: count: shape %v, want a number", at(p), n)
				}
				continue
			}
			read := Tensor
			if counts(layers[p.layer]) {
				read = columnsOf
			}
			w, err := read(stored[i][k], p.param.Shape(), dtype)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", at(p), p.param.Name, err)
			}
			if err := p.param.Check(w); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", at(p), p.param.Name, err)
			}
			values[p.param] = w
		}
	}
	if more := len(stored) - len(wanted); more > 0 {
		return nil, fmt.Errorf("%d more layers with weights than the model has", more)
	}
	var weights []*tensor.Dense
	for _, l := range layers {
		for _, p := range l.Params {
			weights = append(weights, values[p])
		}
	}
	return weights, nil
}

// rank orders the weights of a layer as Keras lists them.
func rank(p *model.Param) int {
	if p != nil && p.Trainable {
		return 0
	}
	return 1
}

// storedLayers returns the datasets of each layer with weights.
func storedLayers(g *hdf5.Group, names []string) ([][]*hdf5.Dataset, error) {
	var list [][]*hdf5.Dataset
	seen := map[*hdf5.Group]bool{}
	for _, name := range names {
		layer, err := g.Group(name)
		if err != nil {
			return nil, err
		}
		if seen[layer] {
			return nil, fmt.Errorf("two layer_names lead to %s", text.Brief(name))
		}
		seen[layer] = true
		paths, err := texts(layer, "weight_names")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text.Brief(name), err)
		}
		var datasets []*hdf5.Dataset
		for _, path := range paths {
			d, err := layer.Dataset(path)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", text.Brief(name), err)
			}
			datasets = append(datasets, d)
		}
		if len(datasets) > 0 {
			list = append(list, datasets)
		}
	}
	return list, nil
}
