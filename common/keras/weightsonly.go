package keras

import (
	"errors"
	"fmt"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// weightsOnly reports whether Keras' save_weights wrote the file: an .h5 file whose root has the content of
// model_weights of a whole model, or a .weights.h5 file.
func weightsOnly(root *hdf5.Group) bool {
	if _, whole := root.Attribute("model_config"); whole {
		return false
	}
	for _, name := range []string{"layer_names", "layer_names0"} {
		if _, ok := root.Attribute(name); ok {
			return true
		}
	}
	_, ok, _ := numberedLayers(root, nil)
	return ok
}

// ErrWeightsOnly is the error for a file that Keras' save_weights wrote.
var ErrWeightsOnly = errors.New("the file has weights only, no layers: save the whole model in Keras, with model.save")

// readInto reads weights into a new net with the layers of own.
func readInto(own *model.Net, root *hdf5.Group, c *model.Config) (*model.Net, []*tensor.Dense, error) {
	if own == nil {
		return nil, nil, ErrWeightsOnly
	}
	var layers []layer.Layer
	for _, l := range own.Layers() {
		layers = append(layers, l.Layer)
	}
	net := model.Sequential(own.InputShape(), layers...)
	if err := net.Validate(); err != nil {
		return nil, nil, err
	}
	if c.Dtype.Type == nil {
		c.Dtype = tensor.Float32
	}
	stored, err := storedWeights(root, net.Layers())
	var weights []*tensor.Dense
	if err == nil {
		weights, err = assign(stored, net.Layers(), nil, c.Dtype)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w; they do not fit the program's own net: %w", ErrWeightsOnly, err)
	}
	return net, weights, nil
}

// storedWeights returns the datasets of each layer with weights.
func storedWeights(root *hdf5.Group, layers []model.Layer) ([][]*hdf5.Dataset, error) {
	var paths [][]string
	for _, l := range layers {
		paths = append(paths, []string{l.Name}) // package model names layers like Keras
	}
	if list, ok, err := numberedLayers(root, paths); ok {
		return list, err
	}
	names, err := texts(root, "layer_names")
	if err != nil {
		return nil, err
	}
	return storedLayers(root, names)
}
