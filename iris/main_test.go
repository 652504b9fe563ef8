package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

func TestMain(m *testing.M) { os.Exit(clitest.Main(m)) }

var program = clitest.Program{Name: "iris", Defaults: defaults, Run: run}

func TestLectureRun(t *testing.T) {
	out := t.TempDir()
	stdout := program.Finish(t, out)
	if got := clitest.Final(t, out, "test_accuracy"); got < 28.0/30 {
		t.Errorf("test accuracy %v, want at least 28/30", got)
	}
	clitest.Contains(t, stdout, "Parameters: 2,371\n", "\nEpoch 100/100 - ", "of 30 test flowers right")
	epochs := clitest.History(t, out, "loss", "accuracy", "val_loss", "val_accuracy")
	if len(epochs) != 100 {
		t.Fatalf("history.csv has %d epochs, want 100", len(epochs))
	}
	if first, last := epochs[0][1], epochs[99][1]; !(last < 0.15 && last < first/5) {
		t.Errorf("the loss went from %v to %v, want below 0.15", first, last)
	}
	if last := epochs[99][2]; last < 0.95 {
		t.Errorf("training accuracy %v, want at least 0.95", last)
	}
	for _, name := range []string{"curves.png", "data.png", "confusion.png"} {
		clitest.PNG(t, filepath.Join(out, name))
	}
}

// The README has the flowers that are printed before training.
func TestPrintedFlowers(t *testing.T) {
	stdout := program.Finish(t, t.TempDir(), "-epochs", "1", "-no-pictures")
	const end = "120 flowers to train on, 30 to test with\n"
	printed, _, found := strings.Cut(stdout, end)
	readme := strings.ReplaceAll(clitest.Content(t, "README.md"), "\r\n", "\n")
	if quote := "    " + strings.ReplaceAll(printed, "\n", "\n    ") + end; !found || !strings.Contains(readme, quote) {
		t.Errorf("the README does not have\n%s", quote)
	}
}

func TestStudiesAreQuiet(t *testing.T) {
	for _, study := range []string{"optimizers", "vanishing"} {
		t.Run(study, func(t *testing.T) { program.Quiet(t, []string{study + ".csv"}, "-epochs", "2", "-study", study) })
	}
}

func TestNotConverged(t *testing.T) {
	program.NotConverged(t, "not converged: want at least 90 % right", "-epochs 100 -lr 0.001",
		"-epochs", "2", "-lr", "1e-5")
}

// A study has at least one hidden layer and one seed; more than is sensible is an error too.
func TestBadInput(t *testing.T) {
	program.BadInput(t, []clitest.Bad{
		{"-data none.csv", "none.csv"},
		{"-lr 1e30", "epoch 1, batch 2", "layer 2 (Dense)", "smaller learning rate"},
		{"-hidden 1001", "-hidden 1001", "1 to 1000"},
		{"-hidden 8 -load net.h5", "-hidden", "-load"},
		{"-study moods", "-study moods", "optimizers", "seeds", "vanishing"},
		{"-study seeds -save=net.h5", "-study", "-save"},
		{"-study seeds -seeds -1", "-seeds -1", "10000"},
		{"-study vanishing -depths 0", "-depths 0", "1 to 50"},
		{"-study vanishing -depths 3,,6", "-depths 3,,6", "commas"},
		{"-study vanishing -depths 51", "-depths 51", "1 to 50"},
		{"-study vanishing -depths 1,1,1,1,1,1,1,1,1", "9 depths", "at most 8"},
	})
}

// More flowers than a picture can show are no error.
func TestManyFlowers(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	file := table(t, strings.Repeat("5.1,3.5,1.4,0.2,0\n7.0,3.2,4.7,1.4,1\n6.3,3.3,6.0,2.5,2\n", shownFlowers/3+1))
	program.Finish(t, out, "-data", file, "-epochs", "1", "-batch", "1000")
	clitest.PNG(t, filepath.Join(out, "data.png"))
}

func TestBadTable(t *testing.T) {
	args := []string{"-data", table(t, "5.1,3.5,1.4,0.2,tulip\n")}
	program.Failure(t, args, "flowers.csv", "line 2", "column 5 (species)", "tulip", "0, 1, 2")
}

// The lecture's flowers in another form are the lecture's flowers: the run is the same.
func TestTableOfTheSameFlowers(t *testing.T) {
	clitest.Long(t)
	own, all := t.TempDir(), dataset.Iris()
	program.Finish(t, own, "-no-pictures")
	kaggle, commas := "Id,SepalLengthCm,Species,PetalWidthCm,PetalLengthCm,SepalWidthCm\n", ""
	for i := range all.Len() {
		x, species := all.Input(i), dataset.IrisSpecies[all.Label(i)]
		kaggle += fmt.Sprintf("%d,%g,Iris-%s,%g,%g,%g\n", i+1, x[0], species, x[3], x[2], x[1])
		commas += strings.ReplaceAll(fmt.Sprintf("%g;%g;%g;%g;%d\n", x[0], x[1], x[2], x[3], all.Label(i)), ".", ",")
	}
	for text, source := range map[string]string{kaggle: "150 rows; not used: column 1 (Id)\n", commas: "150 rows\n"} {
		path, out := filepath.Join(t.TempDir(), "flowers.csv"), t.TempDir()
		clitest.Write(t, path, text)
		stdout := program.Finish(t, out, "-no-pictures", "-data", path)
		clitest.Contains(t, stdout, "flowers.csv: "+source, "30 of 30 test flowers right")
		if !reflect.DeepEqual(clitest.Timeless(t, filepath.Join(out, "history.csv")),
			clitest.Timeless(t, filepath.Join(own, "history.csv"))) {
			t.Errorf("another run than that of the lecture's table")
		}
	}
}

// A table may have any number of flowers in any order, and not all species.
func TestTableOfOtherFlowers(t *testing.T) {
	rows := strings.Repeat("6.3,3.3,6.0,2.5,2\n", 17) + strings.Repeat("5.1,3.5,1.4,0.2,0\n", 33)
	stdout := program.Finish(t, t.TempDir(), "-data", table(t, rows))
	clitest.Contains(t, stdout, "flowers.csv: 50 rows\n", "10 of 10 test flowers right")
	program.Failure(t, []string{"-data", table(t, "5.1,3.5,1.4,0.2,0\n")}, "flowers.csv", "1 of 1 rows")
}

// table is a file of flowers.
func table(t *testing.T, rows string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "flowers.csv")
	clitest.Write(t, path, "sepal_length,sepal_width,petal_length,petal_width,species\n"+rows)
	return path
}

func TestResume(t *testing.T) {
	clitest.Long(t)
	program.Resumes(t)
}

func TestLive(t *testing.T) {
	program.Live(t, `{"inputs": [5.1, 3.5, 1.4, 0.2]}`,
		[]string{"Loss and accuracy by epoch", "Confusion matrix", "The net and its weights"}, "-epochs", "40")
}

func TestPredict(t *testing.T) {
	stdout := program.Predicts(t, []string{"-lr", "0.01"}, nil, "5.1,3.5,1.4,0.2", "6.7, 3.0, 5.2, 2.3")
	clitest.Contains(t, stdout, "5.1,3.5,1.4,0.2: ", "\n\"6.7, 3.0, 5.2, 2.3\": ")
	var answers []struct {
		Input, Label  string
		Probabilities []float64
	}
	stdout = program.Predicts(t, nil, []string{"-json"}, "5.1,3.5,1.4,0.2", "6.7,3.0,5.2,2.3")
	if err := json.Unmarshal([]byte(stdout), &answers); err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if len(a.Probabilities) != 3 || math.Abs(floats.Sum(a.Probabilities)-1) > 1e-5 || a.Label == "" {
			t.Errorf("%+v, want a species and three probabilities", a)
		}
	}
	if len(answers) != 2 || answers[1].Input != "6.7,3.0,5.2,2.3" {
		t.Errorf("answers %+v, want two", answers)
	}
}

func TestNames(t *testing.T) {
	short := []string{"-epochs", "1", "-no-pictures"}
	program.Names(t, short, short...)
}

func TestUnwritable(t *testing.T) {
	clitest.Long(t)
	program.Unwritable(t, "-epochs", "1")
	program.Unwritable(t, "-epochs", "1", "-study", "optimizers", "-seeds", "1")
	program.Unwritable(t, "-epochs", "1", "-study", "seeds", "-seeds", "2")
	program.Unwritable(t, "-epochs", "1", "-study", "vanishing", "-depths", "1")
}

func TestKeepsTheNet(t *testing.T) {
	clitest.Long(t)
	program.KeepsTheNet(t)
}

func TestInterruptedDrawing(t *testing.T) {
	clitest.Long(t)
	program.InterruptedDrawing(t, "history.csv\n", []string{"history.csv", "run.json"}, "-epochs", "1")
	program.InterruptedDrawing(t, "vanishing.csv\n", []string{"vanishing.csv"},
		"-epochs", "1", "-study", "vanishing", "-depths", "1")
}

// A net of a file whose loss wants class numbers gets them. One with another number of outputs is refused.
func TestLoadOtherForms(t *testing.T) {
	numbers := "../common/keras/testdata/cases/iris_sparse_loss.h5"
	a := program.Loads(t, numbers, `{"inputs": [5.1, 3.5, 1.4, 0.2]}`)
	if len(a.Probabilities) != 3 || math.Abs(floats.Sum(a.Probabilities)-1) > 1e-5 {
		t.Errorf("the answer is %+v, want three probabilities", a)
	}
	out := t.TempDir()
	program.Finish(t, out, "-load", numbers, "-epochs", "40", "-lr", "0.05")
	if got := clitest.Final(t, out, "test_accuracy"); got < 0.9 {
		t.Errorf("test accuracy %v, want at least 0.9", got)
	}

	net := model.Sequential(model.Input(4), layer.Dense{Units: 1})
	err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)})
	one := filepath.Join(t.TempDir(), "net.h5")
	if err = errors.Join(err, keras.Save(one, net)); err != nil {
		t.Fatal(err)
	}
	program.Failure(t, []string{"-load", one}, one, "outputs", "[1]", "[3]")
}

func TestPrinted(t *testing.T) {
	program.Printed(t, "-epochs 2", "-study vanishing -epochs 1 -depths 3 -no-pictures",
		"-study optimizers -epochs 1 -seeds 2 -no-pictures", "-study seeds -epochs 1 -seeds 3 -no-pictures")
}
