package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// -optimizer replaces the program's own, with -lr or else Keras' rate, and run.json says so.
func TestOptimizer(t *testing.T) {
	rates := map[string]float64{"sgd": 0.01, "momentum": 0.01, "nesterov": 0.01}
	for _, name := range solver.Names() {
		rate := rates[name]
		if rate == 0 {
			rate = 0.001
		}
		for _, c := range []struct {
			args []string
			rate float64
		}{
			{nil, rate},
			{[]string{"-lr", "0.25"}, 0.25},
			{[]string{"-batch", "6", "-lr-scale", "linear"}, 2 * rate},
		} {
			t.Run(fmt.Sprint(name, c.args), func(t *testing.T) {
				p, dir := new(toy), t.TempDir()
				p.program().Finish(t, dir, append(c.args, "-optimizer", name, "-epochs", "1", "-no-pictures")...)
				want, err := solver.New(name, c.rate)
				if err != nil {
					t.Fatal(err)
				}
				if got := described(t, p.net.Config().Solver); got != described(t, want) {
					t.Errorf("the optimizer is %s, want %s", got, described(t, want))
				}
				var run struct {
					Optimizer json.RawMessage
					Flags     map[string]any
				}
				text, err := os.ReadFile(filepath.Join(dir, "run.json"))
				if err := errors.Join(err, json.Unmarshal(text, &run)); err != nil {
					t.Fatal(err)
				}
				if got := normal(t, run.Optimizer); got != described(t, want) {
					t.Errorf("run.json has %s, want %s", got, described(t, want))
				}
				if run.Flags["optimizer"] != name {
					t.Errorf("run.json has the flag %v, want %s", run.Flags["optimizer"], name)
				}
			})
		}
	}
	new(toy).program().Failure(t, []string{"-optimizer", "lion"}, "-optimizer lion", "sgd or momentum", "nadam")
	new(toy).program().Failure(t, []string{"-optimizer", "sgd", "-study", "seeds"}, "-study", "-optimizer")
}

func described(t *testing.T, s any) string {
	t.Helper()
	o, err := keras.OptimizerConfig(s.(solver.Solver))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return normal(t, text)
}

// normal is the JSON as it is written again.
func normal(t *testing.T, text []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// saved writes a net of the toy's inputs and outputs whose optimizer has made a few steps.
func saved(t *testing.T, s solver.Solver) string {
	t.Helper()
	net := model.Sequential(model.Input(2), layer.Dense{Units: 1})
	path := filepath.Join(t.TempDir(), "net.h5")
	err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: s})
	if err == nil {
		_, err = net.Fit(context.Background(), dataset.XOR(), model.Fit{Epochs: 3, Batch: 2})
	}
	if err = errors.Join(err, keras.Save(path, net)); err != nil {
		t.Fatal(err)
	}
	return path
}

// A loaded net trains on with its schedule, from where it was; -lr makes the rate constant, and -optimizer starts a
// fresh one.
func TestLoadedSchedule(t *testing.T) {
	s := solver.NewAdam(1)
	s.Schedule = &solver.ExponentialDecay{Initial: 0.5, DecaySteps: 4, DecayRate: 0.5}
	path := saved(t, s)
	for _, c := range []struct {
		args     []string
		kind     string
		steps    uint64
		rate     float64
		schedule bool
	}{
		{nil, "*solver.Adam", 6 + 2, 1, true},
		{[]string{"-lr", "0.125"}, "*solver.Adam", 6 + 2, 0.125, false},
		{[]string{"-lr", "0.125", "-lr-scale", "linear", "-batch", "6", "-warmup", "1"}, "*solver.Adam", 6 + 1, 0.25, false},
		{[]string{"-optimizer", "nadam"}, "*solver.Nadam", 2, 0.001, false},
		{[]string{"-optimizer", "adam", "-lr", "0.5"}, "*solver.Adam", 2, 0.5, false},
		{[]string{"-optimizer", "sgd", "-lr-scale", "linear", "-batch", "6"}, "*solver.SGD", 1, 0.02, false},
	} {
		t.Run(fmt.Sprint(c.args), func(t *testing.T) {
			p := new(toy)
			p.program().Finish(t, t.TempDir(), append(c.args, "-load", path, "-epochs", "1", "-no-pictures")...)
			s := p.net.Config().Solver.(solver.Solver)
			if got := fmt.Sprintf("%T", s); got != c.kind {
				t.Errorf("a %s, want a %s", got, c.kind)
			}
			if state := s.State(); state.Step != c.steps {
				t.Errorf("%d steps, want %d", state.Step, c.steps)
			}
			if adam, ok := s.(*solver.Adam); ok && (adam.Schedule != nil) != c.schedule {
				t.Errorf("the schedule is %v", adam.Schedule)
			}
			if rate := *solver.LearningRate(s); !c.schedule && rate != c.rate {
				t.Errorf("the rate is %v, want %v", rate, c.rate)
			}
		})
	}
	new(toy).program().Failure(t, []string{"-load", path, "-lr-scale", "linear"}, "-lr-scale", "-lr", "-optimizer")
}

// A run with a schedule, slots of its own and clipping that is interrupted within an epoch ends as one that is not.
func TestInterruptedScheduleIsResumed(t *testing.T) {
	s := solver.NewAdamW(1)
	s.AMSGrad, s.GlobalClipNorm = true, 0.25
	s.Schedule = &solver.CosineDecay{DecaySteps: 15, WarmupTarget: 0.25, WarmupSteps: 5}
	net := saved(t, s)
	for _, optimizer := range [][]string{nil, {"-optimizer", "nadam"}, {"-optimizer", "adadelta", "-lr", "1"}} {
		_, file := below(t)
		flags := append([]string{"-load", net, "-no-pictures"}, optimizer...)
		flags = flags[:len(flags):len(flags)]
		new(toy).program().Finish(t, file("whole"), append(flags, "-save", file("whole/net.h5"))...)
		ctx, stop := context.WithCancel(t.Context())
		p := &toy{hook: at(3, 1, stop)}
		code, _, stderr := p.program().Start(ctx, file("half"), append(flags, "-save", file("half/net.h5"))...)
		if stop(); code != 130 {
			t.Fatalf("exit code %d, want 130: %s", code, stderr)
		}
		if run := file("half/checkpoint.h5"); optimizer == nil {
			new(toy).program().Failure(t, []string{"-resume", run, "-optimizer", "sgd"},
				"-optimizer sgd", run, "started without -optimizer", "-load")
		}
		new(toy).program().Main(t, "-resume", file("half/checkpoint.h5"))
		clitest.SameRun(t, file("whole"), file("half"))
	}
}

// unknown is a net whose optimizer the suite does not have.
func unknown(t *testing.T) string {
	t.Helper()
	path := saved(t, solver.NewAdam(0.1))
	f, err := hdf5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Root.SetAttribute("training_config", `{"loss": "mse", "metrics": null, "optimizer_config":
		{"class_name": "Lion", "config": {"learning_rate": 0.5}}}`)
	for i, a := range f.Root.Attributes {
		if a.Name == "gorgonia_lectures_sha256" {
			f.Root.Attributes = append(f.Root.Attributes[:i:i], f.Root.Attributes[i+1:]...)
			break
		}
	}
	other := filepath.Join(t.TempDir(), "lion.h5")
	file, err := os.Create(other)
	if err == nil {
		err = errors.Join(hdf5.Write(file, f.Root), file.Close(), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return other
}

// A net of an unknown optimizer predicts and is evaluated; to train it another optimizer is needed.
func TestUnknownOptimizer(t *testing.T) {
	path := unknown(t)
	new(toy).program().Main(t, "-load", path, "-predict", "0,1")
	again := filepath.Join(t.TempDir(), "again.h5")
	for _, args := range [][]string{{"-epochs", "0", "-save", again}, {"-epochs", "0", "-lr", "0.5"},
		{"-epochs", "0", "-lr", "0.5", "-lr-scale", "linear", "-warmup", "1", "-batch", "6"},
		{"-epochs", "2", "-optimizer", "rmsprop"}} {
		new(toy).program().Finish(t, t.TempDir(), append(args, "-load", path, "-no-pictures")...)
	}
	for _, path := range []string{path, again} {
		new(toy).program().Failure(t, []string{"-load", path, "-epochs", "1"}, "load "+path, "Lion", "-optimizer NAME",
			"-epochs 0")
	}
}
