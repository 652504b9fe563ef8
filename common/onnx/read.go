package onnx

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	files "gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

const (
	maxFile   = 1<<31 - 1 // bytes: no protocol buffer message is larger
	maxLayers = 1000
)

// Load reads a file that Save, PyTorch, Keras or tf2onnx wrote and returns its net, compiled for prediction. The file
// must be a chain of operators that layers of package layer compute. Images are (height, width, channels) in the net,
// even if they are (channels, height, width) in the file. To train or evaluate the net, use LoadWith with a loss.
//
// Weights may be in other files (external data), of the same folder or below it. An error names the file, and the node
// or the tensor that is not supported. Shapes are checked before weights are read.
func Load(path string) (*model.Net, error) { return LoadWith(path, model.Config{}) }

// LoadWith is Load with the settings that a file lacks: c has the loss, the solver, the metrics, the seed and the
// Machine. If the net does not end with a softmax or a sigmoid, a cross-entropy takes its outputs as logits. The dtype
// is that of the file's input.
func LoadWith(path string, c model.Config) (*model.Net, error) {
	f, size, err := files.Open(path, "an .onnx file")
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", text.Brief(path), err)
	}
	d := &folder{path: filepath.Dir(path)}
	net, err := load(f, size, d, c)
	if err = errors.Join(err, d.close(), f.Close()); err != nil {
		return nil, fmt.Errorf("load %s: %w", text.Brief(path), err)
	}
	return net, nil
}

// load is LoadWith of an open file of size bytes in a folder.
func load(f io.ReaderAt, size int64, d *folder, c model.Config) (*model.Net, error) {
	g, err := readFile(f, size, d)
	if err != nil {
		return nil, err
	}
	chain, err := g.chain()
	if err != nil {
		return nil, err
	}
	net := model.Sequential(chain.input, chain.layers...)
	if err := keras.CheckNet(net); err != nil {
		return nil, err
	}
	c.Dtype = chain.dtype
	state := model.State{Seed: c.Seed}
	params := net.Params()
	if len(params) != len(chain.weights) {
		return nil, fmt.Errorf("%d weights, want %d for the layers", len(chain.weights), len(params))
	}
	for i, w := range chain.weights {
		values, err := w.tensor(params[i].Shape(), c.Dtype)
		if err == nil {
			err = params[i].Check(values)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", params[i].Name, err)
		}
		state.Weights = append(state.Weights, values)
	}
	complete(&c, chain.layers)
	c.Start = &state
	return net, net.Compile(c)
}

// complete sets the loss and the solver that the caller has left out, and FromLogits of a cross-entropy if the outputs
// are logits.
func complete(c *model.Config, layers []layer.Layer) {
	if c.Loss == nil {
		c.Loss = &keras.UnknownLoss{Reason: errors.New("an .onnx file has none: give LoadWith one")}
	}
	if c.Solver == nil {
		c.Solver = solver.NewSGD(0.01)
	}
	if loss.HasLogits(c.Loss) && layer.LinearOutput(layers) {
		options, ok := c.Loss.(loss.Options)
		if !ok {
			options.Loss = c.Loss
		}
		options.FromLogits = true
		c.Loss = options
	}
}
