package cli_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// seven is a picture of that digit.
var seven = filepath.Join("testdata", "seven.png")

// pictures is a program for digits that trains on the seven.
var pictures = clitest.Program{Name: "toy",
	Defaults: cli.Defaults{About: "digits", Epochs: 1, Batch: 1, LearningRate: 0.1, Net: true,
		Predict: show.Pictures(28, 28, 1)},
	Run: func(ctx context.Context, r *cli.Run) error {
		pixels, err := digit.ReadFile(seven)
		if err != nil {
			return err
		}
		var row []float64
		for _, v := range pixels[0] {
			row = append(row, float64(v)/255)
		}
		data, err := dataset.FromFloats([]int{28, 28, 1}, row, []int{}, []float64{7})
		if err != nil {
			return err
		}
		net, err := r.Compile(model.Sequential(model.Input(28, 28, 1), layer.Flatten{},
			layer.Dense{Units: 10, Activation: layer.Softmax}),
			model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(r.LearningRate),
				Metrics: []model.Metric{model.Accuracy}}, data)
		if err != nil {
			return err
		}
		history, err := net.Fit(ctx, data, r.Fit(data))
		if err != nil {
			return err
		}
		return r.Finish(ctx, net, history, data)
	}}

// A net that PyTorch has trained and exported, with its channels first and logits as its output, reads the picture,
// is evaluated, trains on, and is saved as each kind of file.
func TestLoadONNX(t *testing.T) {
	_, file := below(t)
	digits := filepath.Join("testdata", "digits.onnx")
	predicted := pictures.Main(t, "-load", digits, "-predict", seven)
	answer := strings.Fields(strings.TrimPrefix(predicted, seven+": 7"))
	if !strings.HasPrefix(predicted, seven+": 7 ") || len(answer) != 10 || answer[7] < "0.9" {
		t.Errorf("predicted %q, want 7 with its probability", predicted)
	}
	for _, ending := range []string{".h5", ".keras", ".onnx"} {
		saved := file("net" + ending)
		pictures.Finish(t, file("evaluated"), "-load", digits, "-epochs", "0", "-save", saved)
		if accuracy := clitest.Final(t, file("evaluated"), "test_accuracy"); accuracy != 1 {
			t.Errorf("test accuracy %v, want 1", accuracy)
		}
		if again := pictures.Main(t, "-load", saved, "-predict", seven); again != predicted {
			t.Errorf("%s: predicted %q, want %q", ending, again, predicted)
		}
		pictures.Finish(t, file("trained"), "-load", saved, "-epochs", "2", "-lr", "0.001")
	}
}

// The one output of a net without a softmax or a sigmoid is the logit of a program that predicts a probability, and the
// number itself of one that does not.
func TestPredictLogit(t *testing.T) {
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1, KernelInitializer: layer.Ones{}}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)})
	_, file := below(t)
	path := file("net.onnx")
	if err := onnx.Save(path, net, ""); err != nil {
		t.Fatal(err)
	}
	for chance, want := range map[bool]string{false: "1,2: 3.0000\n", true: "1,2: 0.9526\n"} {
		p := (&toy{}).program()
		prediction := *p.Defaults.Predict
		prediction.Chance = chance
		p.Defaults.Predict = &prediction
		if got := p.Main(t, "-load", path, "-predict", "1,2"); got != want {
			t.Errorf("predicted %q, want %q", got, want)
		}
	}
}

// A net for other data, and one that is none, are errors that name the file.
func TestLoadONNXBad(t *testing.T) {
	digits := filepath.Join("testdata", "digits.onnx")
	toy := (&toy{}).program()
	toy.Failure(t, []string{"-load", digits, "-predict", "0,1"},
		"load "+digits, "[28 28 1]", "[2]", "mnistmlp and mnistcnn")
	toy.Failure(t, []string{"-load", digits}, "load "+digits, "[28 28 1]", "[2]")
	_, file := below(t)
	text := file("net.onnx")
	clitest.Write(t, text, "no model")
	toy.Failure(t, []string{"-load", text}, "load "+text, "not an ONNX model")
}
