package keras

import (
	"errors"
	"fmt"
	"strconv"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
)

// Load makes a compiled net of a file that Save or Keras wrote. Training resumes where it was. Errors name the file and
// what is wrong with it: a layer or a setting that the suite does not have, weights that do not fit the layers, damage.
// Shapes are checked before anything large is read.
//
// From a file of ours training resumes with the same bits; a file that has changed is refused. From a file of Keras it
// resumes with the seed 0, as Keras stores none, and with the optimizer's state. In Keras 2
// the RMSprop of keras.optimizers.legacy adds its epsilon outside the root, and both Nadams let their momentum grow
// otherwise: training resumes with the rules of Keras 3.
func Load(path string) (*model.Net, error) { return LoadWith(path, model.Config{}) }

// LoadWith is Load for a file that may lack a part: c has the loss and the solver of a model that was saved without
// compiling, the metrics if the file has none, the seed if the file has none, and always the Machine.
//
// Starts change the state that training resumes from, before the net is compiled.
func LoadWith(path string, c model.Config, starts ...Start) (*model.Net, error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, fmt.Errorf("load %w", err)
	}
	net, err := FromTree(f.Root, c, starts...)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("load %s: %w", text.Brief(path), err)
	}
	return net, nil
}

// maxSize bounds the parameters of a net, and the values of all layers for one row. The lecture's largest net has
// 3,156,098 and 57,242.
const maxSize = 1 << 27

// Start changes the state of a net that is not compiled yet, but has its layers and the shapes of its parameters.
type Start func(*model.Net, *model.State) error

// FromTree is LoadWith for the tree of an open file. Its errors do not name the file.
func FromTree(root *hdf5.Group, c model.Config, starts ...Start) (*model.Net, error) {
	text, err := attributeText(root, "model_config")
	if err != nil {
		return nil, err
	}
	a, err := parseArchitecture(text)
	if err != nil {
		return nil, fmt.Errorf("model_config: %w", err)
	}
	net := model.Sequential(a.input, a.layers...)
	if err := checkNet(net); err != nil {
		return nil, err
	}
	if a.dtype.Type != nil {
		c.Dtype = a.dtype
	}
	if c.Dtype.Type == nil {
		c.Dtype = tensor.Float32
	}
	state := model.State{Seed: c.Seed}
	if state.Weights, err = readWeights(root, net.Layers(), c.Dtype); err != nil {
		return nil, fmt.Errorf("model_weights: %w", err)
	}
	if err := readTraining(root, net, &c, &state); err != nil {
		return nil, err
	}
	if err := verify(root); err != nil {
		return nil, err
	}
	for _, start := range starts {
		if err := start(net, &state); err != nil {
			return nil, err
		}
	}
	c.Start = &state
	return net, net.Compile(c)
}

// checkNet is an error for layers that do not fit one another, and for a net that is too large.
func checkNet(net *model.Net) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if n := net.ParamCount(); n > maxSize {
		return fmt.Errorf("%d parameters, want at most %d", n, maxSize)
	}
	if n := net.RowSize(); n > maxSize {
		return fmt.Errorf("%d values for one row, want at most %d", n, maxSize)
	}
	return nil
}

// readTraining reads what the model was compiled with, if it was, and the state of its training.
func readTraining(root *hdf5.Group, net *model.Net, c *model.Config, state *model.State) error {
	p, err := readProgress(root)
	if err != nil {
		return err
	}
	if _, compiled := root.Attribute("training_config"); !compiled {
		if c.Loss == nil || c.Solver == nil {
			return errors.New("no training_config: the model was saved without compiling: " +
				"compile it in Keras, or give LoadWith a loss and a solver")
		}
		return nil
	}
	text, err := attributeText(root, "training_config")
	if err != nil {
		return err
	}
	t, err := parseTraining(text)
	if err != nil {
		return fmt.Errorf("training_config: %w", err)
	}
	metrics, err := t.accuracy(outputs(net))
	if err != nil {
		return fmt.Errorf("training_config: %w", err)
	}
	c.Loss = t.loss
	if len(metrics) > 0 {
		c.Metrics = metrics
	}
	c.Solver = readSolver(t.optimizer)
	if state.Solver, err = readOptimizer(root, c.Solver, net.Trainable(), c.Dtype); err != nil {
		return fmt.Errorf("optimizer_weights: %w", err)
	}
	state.Step = state.Solver.Step
	if p != nil {
		state.Seed, state.Step, state.Epoch = p.Seed, p.Step, p.Epoch
	}
	return nil
}

// readWeights reads the parameters. As in Keras their order counts, not the names of the layers.
func readWeights(root *hdf5.Group, layers []model.Layer, dtype tensor.Dtype) ([]*tensor.Dense, error) {
	g, err := root.Group("model_weights")
	if err != nil {
		return nil, err
	}
	names, err := texts(g, "layer_names")
	if err != nil {
		return nil, err
	}
	stored, err := storedLayers(g, names)
	if err != nil {
		return nil, err
	}
	var weights []*tensor.Dense
	for i, l := range layers {
		if len(l.Params) == 0 {
			continue
		}
		if len(stored) == 0 {
			return nil, fmt.Errorf("layer %d (%s) has no weights", i+1, l.Kind())
		}
		if len(stored[0]) != len(l.Params) {
			return nil, fmt.Errorf("layer %d (%s) has %d weights, want %d", i+1, l.Kind(), len(stored[0]), len(l.Params))
		}
		for k, p := range l.Params {
			w, err := Tensor(stored[0][k], p.Shape(), dtype)
			if err != nil {
				return nil, fmt.Errorf("layer %d (%s): %s: %w", i+1, l.Kind(), p.Name, err)
			}
			if err := p.Check(w); err != nil {
				return nil, fmt.Errorf("layer %d (%s): %s: %w", i+1, l.Kind(), p.Name, err)
			}
			weights = append(weights, w)
		}
		stored = stored[1:]
	}
	if len(stored) > 0 {
		return nil, fmt.Errorf("%d more layers with weights than the model has", len(stored))
	}
	return weights, nil
}

// storedLayers lists the datasets of each layer that has some.
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

// texts reads an attribute that is a list of texts. Keras splits a list that does not fit into a header into name0,
// name1, ..., and writes an empty list as one of numbers.
func texts(g *hdf5.Group, name string) ([]string, error) {
	value, ok := g.Attribute(name)
	if ok {
		return asTexts(name, value)
	}
	var all []string
	for i := 0; ; i++ {
		part := name + strconv.Itoa(i)
		value, ok := g.Attribute(part)
		if !ok && i == 0 {
			return nil, fmt.Errorf("no attribute %s", name)
		}
		if !ok {
			return all, nil
		}
		list, err := asTexts(part, value)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
}

func asTexts(name string, value any) ([]string, error) {
	switch v := value.(type) {
	case []string:
		return v, nil
	case []float64:
		if len(v) == 0 {
			return nil, nil
		}
	}
	return nil, not(name, value, "a list of texts")
}

// not is the error of an attribute with another value than the wanted one.
func not(name string, value any, wanted string) error {
	if v, ok := value.(hdf5.Unread); ok {
		return fmt.Errorf("attribute %s: %s", name, v.Why)
	}
	return fmt.Errorf("attribute %s is not %s", name, wanted)
}

func attributeText(g *hdf5.Group, name string) (string, error) {
	value, ok := g.Attribute(name)
	if !ok {
		return "", fmt.Errorf("no attribute %s: not a model that Keras saved", name)
	}
	text, ok := value.(string)
	if !ok {
		return "", not(name, value, "a text")
	}
	return text, nil
}
