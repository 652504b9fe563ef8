// Package keras saves a net as the .h5 or .keras file of Keras' model.save, and loads a net from one: its layers and
// weights, and the loss, metrics and optimizer with its state, so that training resumes where it was.
//
// A saved file loads in Keras 2.15 and in Keras 3 (tested with 2.15.0 and 3.15.1). Their files load here if the model
// is a chain of layers that package layer has. Keras 3 resumes training only from a .keras file.
package keras

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
)

const (
	modelName = "sequential"
	backend   = "tensorflow"
	version   = "2.15.0" // whose form Keras 3 reads, while 2.15 does not read that of Keras 3
)

// Save writes the net to path, as a .keras file if the path ends in .keras, and as an .h5 file if not. It replaces an
// earlier file once all of the new one is on disk. The same net gives the same bytes.
//
// It is an error if the net is not compiled, if a layer, an initializer, the loss or the solver is not of the packages
// layer, loss and solver, or if a weight is not finite.
//
// Save writes the weights without a copy; if a Fit is running, its next step waits until they are written.
func Save(path string, net *model.Net) error {
	var written error
	err := net.View(func(state model.State) error {
		write, err := content(path, net, state)
		if err == nil {
			written = atomicfile.WriteOn(atomicfile.OS{}, path, write)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("save %s: %w", text.Brief(path), err)
	}
	return written
}

// content returns the function that writes the file.
func content(path string, net *model.Net, state model.State) (func(io.Writer) error, error) {
	if strings.EqualFold(filepath.Ext(path), ".keras") {
		return archive(net, state)
	}
	root, err := Tree(net, state, nil)
	return func(w io.Writer) error { return hdf5.Write(w, root) }, err
}

// Tree returns the content of the file that Save writes, with the groups of extra in its root, which Keras ignores.
// state is that of the net; the tree shares its memory.
func Tree(net *model.Net, state model.State, extra map[string]*hdf5.Group) (*hdf5.Group, error) {
	root, err := tree(net, state)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if err := root.Add(name, extra[name]); err != nil {
			return nil, err
		}
	}
	sum, err := checksum(root)
	if err != nil {
		return nil, err
	}
	root.SetAttribute(checksumName, sum)
	return root, nil
}

// tree is Tree without the extra groups and the checksum.
func tree(net *model.Net, state model.State) (*hdf5.Group, error) {
	config, layers := net.Config(), net.Layers()
	root := hdf5.NewGroup()
	root.SetAttribute("backend", backend)
	root.SetAttribute("keras_version", version)
	architecture, err := modelObject(net.InputShape(), layers, config.Dtype)
	if err != nil {
		return nil, err
	}
	optimizer, err := OptimizerConfig(config.Solver)
	if err != nil {
		return nil, fmt.Errorf("solver: %w", err)
	}
	training, err := trainingObject(config, outputs(net), optimizer)
	if err != nil {
		return nil, err
	}
	for _, a := range []struct {
		name  string
		value any
	}{
		{progressName, progress{keras3, state.Seed, state.Step, state.Epoch}},
		{"model_config", architecture},
		{"training_config", training},
	} {
		text, err := json.Marshal(a.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		root.SetAttribute(a.name, string(text))
	}
	weights, err := weightsGroup(layers, state.Weights)
	if err != nil {
		return nil, err
	}
	moments, err := optimizerGroup(config.Solver, state.Solver, layers)
	if err != nil {
		return nil, err
	}
	if err := root.Add("model_weights", weights); err != nil {
		return nil, err
	}
	return root, root.Add("optimizer_weights", moments)
}

// outputs is the number of values that the net predicts for one row.
func outputs(net *model.Net) int { return tensor.Shape(net.OutputShape()).TotalSize() }

// modelObject returns model_config. The InputLayer has a batch_input_shape, which Keras 2.15 needs and Keras 3 accepts.
func modelObject(input []int, layers []model.Layer, dtype tensor.Dtype) (description, error) {
	list := []description{{"InputLayer", map[string]any{"name": "input_1", "batch_input_shape": batchShape(input),
		"dtype": dtype.Name(), "sparse": false, "ragged": false}}}
	for i, l := range layers {
		o, err := layerObject(l, dtype)
		if err != nil {
			return description{}, fmt.Errorf("layer %d (%s): %w", i+1, l.Kind(), err)
		}
		list = append(list, o)
	}
	return description{"Sequential", map[string]any{"name": modelName, "layers": list}}, nil
}

// batchShape returns the input's shape after null for any number of rows.
func batchShape(input []int) []any {
	shape := make([]any, 1, len(input)+1)
	for _, size := range input {
		shape = append(shape, size)
	}
	return shape
}

// weightsGroup returns model_weights: a group for each layer, with the names of its datasets.
func weightsGroup(layers []model.Layer, weights []*tensor.Dense) (*hdf5.Group, error) {
	root := hdf5.NewGroup()
	root.SetAttribute("backend", backend)
	root.SetAttribute("keras_version", version)
	names := make([]string, len(layers))
	for i, l := range layers {
		names[i] = l.Name
		g, err := layerGroup(l, weights[:len(l.Params)])
		if err != nil {
			return nil, fmt.Errorf("layer %d (%s): %w", i+1, l.Kind(), err)
		}
		if err := root.Add(l.Name, g); err != nil {
			return nil, err
		}
		weights = weights[len(l.Params):]
	}
	root.SetAttribute("layer_names", names)
	top := hdf5.NewGroup()
	top.SetAttribute("weight_names", []float64{})
	return root, root.Add("top_level_model_weights", top)
}

func layerGroup(l model.Layer, weights []*tensor.Dense) (*hdf5.Group, error) {
	g := hdf5.NewGroup()
	if len(l.Params) == 0 {
		g.SetAttribute("weight_names", []float64{})
		return g, nil
	}
	inner, outer := hdf5.NewGroup(), hdf5.NewGroup() // sequential/dense/kernel
	var names []string
	for i, p := range l.Params {
		name := p.Name[len(l.Name)+1:]
		if err := AddTensor(inner, name, weights[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		names = append(names, modelName+"/"+l.Name+"/"+name)
	}
	if counts(l) {
		if err := inner.AddNumbers("count", nil, []int64{0}); err != nil {
			return nil, err
		}
		names = append(names, modelName+"/"+l.Name+"/count")
	}
	if err := outer.Add(l.Name, inner); err != nil {
		return nil, err
	}
	g.SetAttribute("weight_names", names)
	return g, g.Add(modelName, outer)
}
