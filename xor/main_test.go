package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

func TestMain(m *testing.M) { os.Exit(clitest.Main(m)) }

var program = clitest.Program{Name: "xor", Defaults: defaults, Run: run}

func TestDefaultRunLearnsAndLeavesItsFiles(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	stdout := program.Finish(t, out)
	rows := clitest.History(t, out, "loss")
	if len(rows) != 5000 {
		t.Fatalf("history.csv has %d epochs, want 5000", len(rows))
	}
	// A net that always says 1/2 has 0.25; one with two answers of four at 1/2 has 0.125.
	if loss := rows[4999][1]; loss > 0.12 {
		t.Errorf("the last loss is %g, want at most 0.12", loss)
	}
	want := []string{"curves.png", "history.csv", "moments.png", "network.png", "run.json", "training.gif"}
	if got := clitest.Files(t, out); !slices.Equal(got, want) {
		t.Errorf("the run left %v, want %v", got, want)
	}
	for _, name := range []string{"curves.png", "moments.png", "network.png"} {
		if got := clitest.PNG(t, filepath.Join(out, name)); got.X != 1152 || got.Y != 768 { // 12x8 inches, 96 dots an inch
			t.Errorf("%s has %v pixels, want 1152x768", name, got)
		}
	}
	wantFrames(t, out, frameCount+1)
	clitest.Contains(t, stdout, "dense (Dense)     (None, 2)      6\n", "dense_1 (Dense)   (None, 1)      3\n",
		"Epoch 5000/5000 - ", "\ndense_1.bias   (1)  [", "\n1 xor 1 = 0, predicted 0.", "\nsolved: ")
}

func TestSolvedAgreesWithTheFourAnswers(t *testing.T) {
	clitest.Long(t)
	predicted := regexp.MustCompile(`(?m)^[01] xor [01] = ([01]), predicted (\d\.\d{4})$`)
	for i, want := range []bool{true, false} {
		stdout := program.Finish(t, t.TempDir(), "-no-pictures", "-seed", strconv.Itoa(i+1))
		targets, right := "", 0
		for _, m := range predicted.FindAllStringSubmatch(stdout, -1) {
			targets += m[1]
			if (m[2] > "0.5") == (m[1] == "1") {
				right++
			}
		}
		if targets != "0110" || want != (right == 4) || want != strings.Contains(stdout, "\nsolved: ") ||
			want == strings.Contains(stdout, "\nnot solved: ") {
			t.Errorf("seed %d: %d answers are right, want it solved: %v; it prints\n%s", i+1, right, want, stdout)
		}
	}
}

func TestUnsolvedRunSaysWhatToTry(t *testing.T) {
	for _, c := range []struct {
		args, first, command string
	}{
		{"-seed 2", "from these first weights training ends with wrong answers", "-seed 3"},
		{"-epochs 10", "with these settings the weights move less than in the lecture",
			"-epochs 5000 -batch 1 -lr 0.1"},
		{"-plain -epochs 10 -seed 3", "with these settings the weights move less than in the lecture",
			"-plain -seed 3 -epochs 5000 -batch 1 -lr 0.1"},
		{"-batch 4", "with these settings the weights move less than in the lecture",
			"-epochs 5000 -batch 1 -lr 0.1"},
	} {
		args := append([]string{"-no-pictures"}, strings.Fields(c.args)...)
		first, second := clitest.LastLines(t, program.Finish(t, t.TempDir(), args...))
		if want := "not solved: " + c.first; first != want {
			t.Errorf("%s: the last line but one is %q, want %q", c.args, first, want)
		}
		form := regexp.MustCompile(`: go run ./xor -no-pictures -out ("[^"]*"|'[^']*'|\S+) (.*)`)
		command := form.FindStringSubmatch(second)
		if command == nil || command[2] != c.command {
			t.Errorf("%s: the last line is %q, want the program with %s", c.args, second, c.command)
		}
	}
}

func TestPlainIsQuiet(t *testing.T) {
	program.Quiet(t, []string{"history.csv", "run.json"}, "-epochs", "3", "-plain")
}

func TestSeedFixesPlain(t *testing.T) { program.SeedFixesTheRun(t, "-epochs", "50", "-plain") }

func TestInterruptEndsPlain(t *testing.T) { program.Interrupted(t, "-no-pictures", "-plain", "-quiet") }

func TestBadInput(t *testing.T) {
	program.BadInput(t, []clitest.Bad{
		{"-plain -batch 4", "-plain", "-batch 1", "4"},
		{"-plain -check", "-plain", "-check"},
		{"-plain -save net.h5", "-plain", "-save"},
		{"-study seeds -plain", "-study", "-plain"},
		{"-hidden 0", "-hidden 0", "1 to 1000"},
		{"-hidden 2.5", "-hidden 2.5", "whole number"},
		{"-hidden 3 -plain", "-hidden", "-plain"},
		{"-hidden 3 -load net.h5", "-hidden", "-load"},
		{"-hidden 3 -study seeds", "-study", "-hidden"},
		{"-study colours", "-study colours", "seeds"},
	})
}

func TestResume(t *testing.T) {
	clitest.Long(t)
	program.Resumes(t)
}

func TestLive(t *testing.T) {
	pictures := []string{"Loss by epoch", "What the net answers", "The net and its weights"}
	program.Live(t, `{"inputs": [1, 0]}`, pictures, "-epochs", "40")
}

// A run that is stopped on the page has its pictures too, of the epochs until then, and says how to train longer.
func TestStop(t *testing.T) {
	v := program.Watch(t)
	v.Until("epoch 101", func(s clitest.Seen) bool { return s.Status.Epoch > 100 })
	v.Press(`{"action": "stop"}`)
	v.State("stopped")
	v.Ends("stopped")
	clitest.Contains(t, v.Printed(), "not solved: with these settings the weights move less")
	for _, name := range []string{"curves.png", "moments.png", "network.png"} {
		clitest.PNG(t, filepath.Join(v.Out, name))
	}
}

func TestPredict(t *testing.T) {
	stdout := program.Predicts(t, nil, nil, "0,1", "1,1")
	clitest.Contains(t, stdout, "0,1: 0.", "\n1,1: 0.")
}

func TestNames(t *testing.T) {
	short := []string{"-epochs", "1", "-no-pictures"}
	program.Names(t, short, short...)
}

func TestUnwritable(t *testing.T) {
	clitest.Long(t)
	program.Unwritable(t, "-epochs", "20")
	program.Unwritable(t, "-epochs", "1", "-study", "seeds")
}

func TestKeepsTheNet(t *testing.T) {
	clitest.Long(t)
	program.KeepsTheNet(t)
}

// The film, and the picture of a study, take longer than one wants to wait for the end of an interrupted run.
func TestInterruptedDrawing(t *testing.T) {
	clitest.Long(t)
	files := []string{"curves.png", "history.csv", "moments.png", "network.png", "run.json"}
	program.InterruptedDrawing(t, "moments.png\n", files, "-epochs", "100")
	program.InterruptedDrawing(t, "seeds solve it\n", nil, "-epochs", "1", "-study", "seeds")
}

// A net of other layers is trained, evaluated and shown, but for the picture that is of neurons alone; one with logits
// answers with probabilities.
func TestLoadAnotherNet(t *testing.T) {
	clitest.Long(t)
	for _, c := range []struct {
		name   string
		loss   loss.Loss
		layers []layer.Layer
	}{
		{"deeper", loss.BinaryCrossentropy, []layer.Layer{layer.Dense{Units: 5, Activation: layer.Tanh}, layer.Dropout{Rate: 0.1},
			layer.Dense{Units: 4, Activation: layer.ReLU}, layer.Dense{Units: 1, Activation: layer.Sigmoid}}},
		{"logits", loss.Options{Loss: loss.BinaryCrossentropy, FromLogits: true},
			[]layer.Layer{layer.Dense{Units: 8, Activation: layer.Tanh}, layer.Dense{Units: 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := saved(t, c.loss, c.layers...)
			out := t.TempDir()
			program.Finish(t, out, "-load", path, "-epochs", "3")
			stdout := program.Finish(t, out, "-load", path, "-epochs", "500", "-no-pictures")
			clitest.Contains(t, stdout, "\nsolved: ", "\n1 xor 1 = 0, predicted 0.0", "\n0 xor 1 = 1, predicted 0.9")
			clitest.PNG(t, filepath.Join(out, "network.png"))
			clitest.PNG(t, filepath.Join(out, "moments.png"))
			program.Loads(t, path, `{"inputs": [1, 0]}`)
		})
	}
	two := saved(t, loss.CategoricalCrossentropy, layer.Dense{Units: 2, Activation: layer.Softmax})
	program.Failure(t, []string{"-load", two}, two, "outputs", "[2]", "[1]")
}

// saved is the file of a net.
func saved(t *testing.T, l loss.Loss, layers ...layer.Layer) (path string) {
	t.Helper()
	net := model.Sequential(model.Input(2), layers...)
	err := net.Compile(model.Config{Loss: l, Solver: solver.NewAdam(0.03), Seed: 3})
	path = filepath.Join(t.TempDir(), "net.h5")
	if err = errors.Join(err, keras.Save(path, net)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrinted(t *testing.T) {
	clitest.Long(t)
	program.Printed(t, "-epochs 30 -no-pictures", "-no-pictures", "-seed 2 -no-pictures", "-plain -epochs 2 -no-pictures",
		"-study seeds -epochs 1 -no-pictures", "-epochs 1", "-epochs 60 -keep best -patience 1 -lr 100 -no-pictures")
}
