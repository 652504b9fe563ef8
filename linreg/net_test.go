package main

import (
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

func TestSaveAndLoad(t *testing.T) { program.SaveAndLoad(t) }

func TestResume(t *testing.T) { program.Resumes(t) }

func TestPredict(t *testing.T) {
	line := program.Predicts(t, nil, nil, "60,40")
	if !strings.HasPrefix(line, "60,40: ") || strings.Count(line, "\n") != 1 {
		t.Errorf("printed %q, want one line", line)
	}
}

// A net that is no plane has no plane to draw.
func TestLoadAnotherNet(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 3}, layer.Dense{Units: 1})
	if err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "net.h5")
	if err := keras.Save(path, net); err != nil {
		t.Fatal(err)
	}
	want := "-load: the net has 2 layers and 13 parameters, want one Dense layer with a bias and no activation"
	code, _, stderr := program.Start(t.Context(), t.TempDir(), "-quiet", "-no-pictures", "-load", path)
	if code != 1 || stderr != "linreg: "+want+"\n" {
		t.Errorf("code %d, error %q, want 1 and %q", code, stderr, want)
	}
}
