package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
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

func TestBadInput(t *testing.T) {
	program.BadInput(t, []clitest.Bad{
		{"-weight NaN", "-weight NaN", "0", "1000"},
		{"-weight -1", "-weight -1", "0", "1000"},
		{"-age 1e9", "-age 1e9", "0", "150"},
		{"-age old", "-age old", "number"},
		{"-elevation 91", "-elevation 91", "-90 to 90"},
		{"-plain -live -live-addr 127.0.0.1:0", "-plain", "-live"},
		{"-plain -load net.h5", "-plain", "-load"},
		{"-no-pictures -plain -batch 24", "-plain", "-batch 25", "24"},
		{"-no-pictures -lr 1e38", "epoch 2, batch 1", "layer 1 (Dense)", "dense.kernel", "smaller learning rate"},
	})
}

// The step that breaks the weights may be the last one.
func TestLossOfTheLastStepIsNotFinite(t *testing.T) {
	code, _, stderr := program.Start(t.Context(), t.TempDir(), "-no-pictures", "-quiet", "-epochs", "1", "-lr", "1e30")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	clitest.Contains(t, stderr, "linreg: ", "the last step", "+Inf", "smaller learning rate\n")
}

// A table of one's own is read as strictly as flags are, and before any training.
func TestBadTable(t *testing.T) {
	args := []string{"-no-pictures", "-data", table(t, "60,40,300\n70,twenty,200\n")}
	program.Failure(t, args, "people.csv", "line 3", "column 2 (age)", "twenty")
	onALine := table(t, "1,2,3\n2,4,3\n3,6,3\n4,8,3\n") // no plane through it
	code, stdout, stderr := program.Start(t.Context(), t.TempDir(), "-no-pictures", "-data", onALine)
	if code != 1 || !strings.HasSuffix(stdout, "people.csv: 4 rows\n") || strings.Count(stdout, "\n") > 1 || !strings.HasPrefix(stderr, "linreg: least squares: ") {
		t.Errorf("exit code %d, standard output %q, standard error %q, want 1 before any training", code, stdout, stderr)
	}
}

// The columns of a table may have any order, and there may be others. Of many people some are printed.
func TestTableOfOtherColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	rows := strings.Repeat("Kim;300,5;40;60\nLee;200;20,5;70\nPark;250;30;55\n", 1700)
	clitest.Write(t, path, "name;Blood fat;Age (years);Weight (kg)\n"+rows)
	stdout := program.Finish(t, t.TempDir(), "-no-pictures", "-epochs", "1", "-data", path)
	clitest.Contains(t, stdout, "people.csv: 5100 rows; not used: column 1 (name)\n", "      60       40      300.5\n",
		"\nand 5050 more\n")
}

// Where a plane goes through all of the data there is no share of least squares to be above it.
func TestTableOnAPlane(t *testing.T) {
	clitest.Long(t)
	stdout := program.Finish(t, t.TempDir(), "-no-pictures", "-epochs", "20000",
		"-data", table(t, "60,40,101\n70,20,91\n50,30,81\n40,60,101\n"))
	clitest.Contains(t, stdout, "least squares  W = ", "\nconverged: ")
}

// table is a file of people.
func table(t *testing.T, rows string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "people.csv")
	clitest.Write(t, path, "weight,age,bloodfat\n"+rows)
	return path
}

// A net that is no plane is trained and evaluated; it has no plane to draw. A plane may have no bias.
func TestLoadAnotherNet(t *testing.T) {
	clitest.Long(t)
	for _, c := range []struct {
		name     string
		layers   []layer.Layer
		pictures []string
		lines    []string
	}{
		{"deeper", []layer.Layer{layer.Dense{Units: 3, Activation: layer.ReLU}, layer.Dense{Units: 1}}, nil,
			[]string{"\nlearned        mse ", "\nleast squares  W = ", "\nthe net is no plane: "}},
		{"no bias", []layer.Layer{layer.Dense{Units: 1, NoBias: true}}, []string{"model.png", "way.png"},
			[]string{"\nlearned        W = ", ")  b = 0.0000  mse ", "\nnot converged: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := func(name string) string { return filepath.Join(dir, name) }
			net := model.Sequential(model.Input(2), c.layers...)
			err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(0.01)})
			if err = errors.Join(err, keras.Save(file("net.h5"), net)); err != nil {
				t.Fatal(err)
			}
			stdout := program.Finish(t, file("out"), "-load", file("net.h5"), "-epochs", "3")
			clitest.Contains(t, stdout, append(c.lines, "Epoch 3/3", "\n60 kg and 40 years: blood fat ")...)
			want := append([]string{"curves.png", "data.png", "history.csv", "run.json"}, c.pictures...)
			slices.Sort(want)
			if got := clitest.Files(t, file("out")); !slices.Equal(got, want) {
				t.Errorf("left %v, want %v", got, want)
			}
			program.Loads(t, file("net.h5"), `{"inputs": [60, 40]}`)
		})
	}
}

func TestInterruptEndsPlain(t *testing.T) { program.Interrupted(t, "-no-pictures", "-plain", "-quiet") }

func TestSaveAndLoad(t *testing.T) {
	clitest.Long(t)
	program.SaveAndLoad(t)
}

func TestResume(t *testing.T) {
	clitest.Long(t)
	program.Resumes(t)
}

func TestPredict(t *testing.T) {
	line := program.Predicts(t, nil, nil, "60,40")
	if !strings.HasPrefix(line, "60,40: ") || strings.Count(line, "\n") != 1 {
		t.Errorf("printed %q, want one line", line)
	}
}

func TestLive(t *testing.T) {
	pictures := []string{"Loss by epoch", "The model's plane", "The net and its weights"}
	program.Live(t, `{"inputs": [60, 40]}`, pictures, "-epochs", "40")
}

func TestNames(t *testing.T) {
	short := []string{"-epochs", "1", "-no-pictures"}
	program.Names(t, short, short...)
}
