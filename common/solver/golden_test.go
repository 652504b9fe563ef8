package solver

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/levels"
	"gorgonia-lectures/common/kernel"
)

// optimizerCase is a file of real Keras: the weights after each of a few steps.
type optimizerCase struct {
	Config       golden.Config  `json:"config"`
	W0           golden.Array   `json:"w0"`
	Gradients    []golden.Array `json:"gradients"`
	WeightsAfter []golden.Array `json:"weights_after"`
	MadeBy       golden.MadeBy  `json:"made_by"`
}

func TestSolversGiveWhatKerasGives(t *testing.T) {
	golden.Each(t, "optimizer_*.json", func(t *testing.T, path string) {
		var c optimizerCase
		golden.Read(t, path, &c)
		if c.MadeBy.Floatx != "float64" {
			t.Fatalf("made with floatx %q, want float64", c.MadeBy.Floatx)
		}
		t.Run("float64", func(t *testing.T) { follow[float64](t, path, 1e-12) })
		t.Run("float32", func(t *testing.T) {
			levels.Each(t, func(t *testing.T) { follow[float32](t, path, 1e-5) })
		})
	})
}

// Rates that no float32 holds show which of them Keras rounds (testdata/make_defaults.py).
func TestSolversRoundRatesAsKerasDoes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "float*_*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 12 {
		t.Fatalf("%d files in testdata, want 12", len(files))
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			if strings.HasPrefix(filepath.Base(path), "float64") {
				follow[float64](t, path, 1e-15)
			} else {
				levels.Each(t, func(t *testing.T) { follow[float32](t, path, 2e-7) })
			}
		})
	}
}

// follow takes the file's steps with the solver of its configuration.
func follow[T kernel.Float](t *testing.T, path string, tolerance float64) {
	var c optimizerCase
	golden.Read(t, path, &c)
	s := fromConfig(t, c.Config)
	w := tensor.New(tensor.WithShape(c.W0.Shape...), tensor.WithBacking(golden.Convert[T](c.W0.Data)))
	if len(c.Gradients) == 0 || len(c.Gradients) != len(c.WeightsAfter) {
		t.Fatalf("%d gradients and %d weights after, want as many, and some", len(c.Gradients), len(c.WeightsAfter))
	}
	for i, grad := range c.Gradients {
		g := tensor.New(tensor.WithShape(grad.Shape...), tensor.WithBacking(golden.Convert[T](grad.Data)))
		if err := s.Step([]gorgonia.ValueGrad{&pair{w: w, g: g}}); err != nil {
			t.Fatal(err)
		}
		got := golden.Convert[float64](w.Data().([]T))
		golden.Near(t, fmt.Sprintf("weights after step %d", i+1), got, c.WeightsAfter[i].Data, tolerance)
	}
}

// fromConfig makes the solver of a Keras configuration; an unknown one is fatal.
func fromConfig(t *testing.T, config golden.Config) Solver {
	name := strings.TrimRight(config.Text(t, "name"), "_0123456789") // Keras numbers its optimizers
	lr := config.Float(t, "learning_rate")
	for _, key := range []string{"clipnorm", "global_clipnorm", "clipvalue", "ema_overwrite_frequency",
		"loss_scale_factor", "gradient_accumulation_steps"} {
		config.Want(t, key, nil)
	}
	config.Want(t, "use_ema", false)
	config.Ignore("ema_momentum") // without use_ema it has no effect
	if name != "adam_w" {
		config.Want(t, "weight_decay", nil)
	}
	defer config.Done(t)
	switch name {
	case "sgd":
		s := NewSGD(lr)
		s.Momentum, s.Nesterov = config.Float(t, "momentum"), config.Bool(t, "nesterov")
		return s
	case "rm_sprop":
		config.Want(t, "momentum", 0)
		config.Want(t, "centered", false)
		s := NewRMSprop(lr)
		s.Rho, s.Epsilon = config.Float(t, "rho"), config.Float(t, "epsilon")
		return s
	case "adagrad":
		s := NewAdagrad(lr)
		s.InitialAccumulatorValue, s.Epsilon = config.Float(t, "initial_accumulator_value"), config.Float(t, "epsilon")
		return s
	case "adam":
		config.Want(t, "amsgrad", false)
		s := NewAdam(lr)
		s.Beta1, s.Beta2, s.Epsilon = config.Float(t, "beta_1"), config.Float(t, "beta_2"), config.Float(t, "epsilon")
		return s
	case "adam_w":
		config.Want(t, "amsgrad", false)
		s := NewAdamW(lr)
		s.Beta1, s.Beta2, s.Epsilon = config.Float(t, "beta_1"), config.Float(t, "beta_2"), config.Float(t, "epsilon")
		s.WeightDecay = config.Float(t, "weight_decay")
		return s
	}
	t.Fatalf("optimizer %q is not supported", name)
	return nil
}
