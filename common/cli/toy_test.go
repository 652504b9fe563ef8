package cli_test

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// toys is what a toy offers.
var toys = cli.Defaults{About: "three neurons", Epochs: 6, Batch: 3, LearningRate: 0.1, Net: true,
	Predict: &show.Prediction{Inputs: []show.Slider{{Name: "x1"}, {Name: "x2", Value: 1}}, Output: "y"},
	Studies: []cli.Study{{Name: "seeds"}},
	Flags:   func(f *cli.Flags) { f.Bool(new(bool), "plain", "do it plainly", cli.OfNet, cli.Alone) }}

// toy is a program that trains a small net with a validation, or one rank of it.
type toy struct {
	ctx   context.Context // of a rank
	args  []string
	out   io.Writer // its standard output; nil: stdout
	data  dataset.Set
	test  dataset.Set                     // to evaluate on; nothing: data
	fail  error                           // before the training
	hook  model.Callback                  // one more
	after func(ctx context.Context) error // the training; nil: nothing

	net            *model.Net
	trained        bool // it came to what follows the training
	code           int
	stdout, stderr string
}

func (p *toy) run(ctx context.Context, r *cli.Run) error {
	if p.fail != nil {
		return p.fail
	}
	own := model.Sequential(model.Input(2),
		layer.Dense{Units: 3, Activation: layer.Tanh}, layer.Dropout{Rate: 0.2}, layer.Dense{Units: 1})
	c := model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(r.LearningRate)}
	net, err := r.Compile(own, c, p.data)
	if err != nil {
		return err
	}
	p.net = net
	fit := r.Fit(p.data)
	fit.Callbacks = append(fit.Callbacks, p.hook)
	history, err := net.Fit(ctx, p.data, fit)
	if err != nil {
		return err
	}
	p.trained = true
	if p.after != nil {
		if err := p.after(ctx); err != nil {
			return err
		}
	}
	score := func(_ context.Context, out show.Output, t show.Trained) error {
		out.Printf("loss %.4f\n", t.Score.Loss)
		return nil
	}
	test := p.test
	if test.Len() == 0 {
		test = p.data
	}
	return r.Finish(ctx, net, history, test, show.Curves, score)
}

// program is the toy that trains on the exclusive or, if on nothing else.
func (p *toy) program() clitest.Program {
	if p.data.Len() == 0 {
		p.data = dataset.XOR()
	}
	return clitest.Program{Name: "toy", Defaults: toys, Run: p.run}
}

// long leaves a test out of those of -short.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("whole trainings, or a wait for the page")
	}
}

// at calls do after one step.
func at(epoch, batch int, do func()) model.Callback {
	return model.Callback{BatchEnd: func(b model.Batch) error {
		if b.Epoch == epoch && b.Batch == batch {
			do()
		}
		return nil
	}}
}

// below gives the paths of files in a new folder.
func below(t *testing.T) (dir string, file func(name string) string) {
	t.Helper()
	dir = t.TempDir()
	return dir, func(name string) string { return filepath.Join(dir, name) }
}

func weightsOf(t *testing.T, path string) []*tensor.Dense {
	t.Helper()
	net, err := keras.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return net.Weights()
}
