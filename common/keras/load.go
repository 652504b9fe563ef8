package keras

import (
	"errors"
	"fmt"
	"io"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
)

// Load reads a file that Save or Keras wrote and returns its net, compiled. Training resumes where it was. An error
// names the file and its fault: an unsupported layer or setting, weights that do not fit the layers, or damage. Shapes
// are checked before weights are read. An unsupported loss or optimizer is an error only when it is needed: see
// UnknownLoss and UnknownOptimizer. Unsupported metrics are in Config.Unmeasured.
//
// From a file of Save, training resumes with the same bits; a file that was changed is refused. From a file of Keras,
// it resumes with the optimizer's state and with seed 0, because Keras does not store the seed. In Keras 2 the RMSprop
// of keras.optimizers.legacy adds its epsilon outside the root, and the momentum of both Nadams grows by another rule:
// training resumes with the rules of Keras 3.
func Load(path string) (*model.Net, error) { return LoadWith(path, model.Config{}) }

// LoadWith is Load for a file that may lack a part: c has the loss and the solver for a model that was saved without
// compiling, the metrics and the seed for a file without them, and always the Machine.
//
// starts are called before the net is compiled, and may change the state from which training resumes.
func LoadWith(path string, c model.Config, starts ...Start) (*model.Net, error) {
	return LoadInto(nil, path, c, starts...)
}

// LoadInto is LoadWith for a file that may have only weights, as Keras' save_weights writes it. They must fit the
// layers of own; LoadInto returns a new net with these layers and does not change own. If own is nil, such a file is an
// error.
func LoadInto(own *model.Net, path string, c model.Config, starts ...Start) (*model.Net, error) {
	f, size, err := file.Open(path, "an .h5 or .keras file")
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", text.Brief(path), err)
	}
	net, err := load(f, size, own, c, starts...)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("load %s: %w", text.Brief(path), err)
	}
	return net, nil
}

// load is LoadInto of an open file. Its content tells whether it is an .h5 or a .keras file.
func load(f io.ReaderAt, size int64, own *model.Net, c model.Config, starts ...Start) (*model.Net, error) {
	if isArchive(f) {
		root, err := readArchive(f, size)
		if err != nil {
			return nil, err
		}
		net, err := fromTree(root, own, c, starts...)
		return net, inArchive(err)
	}
	root, err := hdf5.Read(f, size)
	if err != nil {
		return nil, err
	}
	return fromTree(root, own, c, starts...)
}

// MaxSize bounds the parameters of a net, and the values of all layers for one row. The lecture's largest net has
// 3,156,098 and 57,242.
const MaxSize = 1 << 27

// Start may change the state of a net before it is compiled. The net has its layers and the shapes of its parameters.
type Start func(*model.Net, *model.State) error

// FromTree is LoadWith of the tree of an open file. Its errors do not name the file.
func FromTree(root *hdf5.Group, c model.Config, starts ...Start) (*model.Net, error) {
	return fromTree(root, nil, c, starts...)
}

func fromTree(root *hdf5.Group, own *model.Net, c model.Config, starts ...Start) (*model.Net, error) {
	state := model.State{Seed: c.Seed}
	var net *model.Net
	var err error
	if weightsOnly(root) {
		net, state.Weights, err = readInto(own, root, &c)
	} else {
		net, state.Weights, err = readModel(root, &c)
	}
	if err != nil {
		return nil, err
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

// readModel makes the net of model_config and reads its weights.
func readModel(root *hdf5.Group, c *model.Config) (*model.Net, []*tensor.Dense, error) {
	text, err := attributeText(root, "model_config")
	if err != nil {
		return nil, nil, err
	}
	a, err := parseArchitecture(text)
	if err != nil {
		return nil, nil, fmt.Errorf("model_config: %w", err)
	}
	if err := a.complete(root); err != nil {
		return nil, nil, err
	}
	net := model.Sequential(a.input, a.layers...)
	if err := CheckNet(net); err != nil {
		return nil, nil, err
	}
	if a.dtype.Type != nil {
		c.Dtype = a.dtype
	}
	if c.Dtype.Type == nil {
		c.Dtype = tensor.Float32
	}
	weights, err := readWeights(root, net.Layers(), a, c.Dtype)
	if err != nil {
		return nil, nil, fmt.Errorf("model_weights: %w", err)
	}
	return net, weights, nil
}

// CheckNet returns an error if layers do not fit one another, or if the net has more than MaxSize parameters, or more
// values in all layers for one row.
func CheckNet(net *model.Net) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if n := net.ParamCount(); n > MaxSize {
		return fmt.Errorf("%d parameters, want at most %d", n, MaxSize)
	}
	if n := net.RowSize(); n > MaxSize {
		return fmt.Errorf("%d values for one row, want at most %d", n, MaxSize)
	}
	return nil
}

// readTraining reads the loss, the metrics, the optimizer and its state, if the model was compiled.
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
	c.Loss = t.loss
	measured, others := t.accuracy(net.OutputShape())
	if c.Unmeasured = others; len(measured) > 0 {
		c.Metrics = measured
	}
	c.Solver = readSolver(t.optimizer)
	if state.Solver, err = readOptimizer(root, c.Solver, net.Trainable(), c.Dtype); err != nil {
		return fmt.Errorf("optimizer_weights: %w", err)
	}
	if p != nil {
		state.Seed, state.Step, state.Epoch = p.Seed, p.Step, p.Epoch
	}
	return nil
}
