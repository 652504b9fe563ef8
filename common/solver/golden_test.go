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
	if len(files) != 14 {
		t.Fatalf("%d files in testdata, want 14", len(files))
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
	for _, key := range []string{"ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps"} {
		config.Want(t, key, nil)
	}
	number := func(key string) float64 {
		if config[key] == nil {
			config.Want(t, key, nil)
			return 0
		}
		return config.Float(t, key)
	}
	options := Options{WeightDecay: number("weight_decay"),
		ClipNorm: number("clipnorm"), ClipValue: number("clipvalue"), GlobalClipNorm: number("global_clipnorm")}
	lr := 0.0
	if _, ok := config["learning_rate"].(map[string]any); ok {
		options.Schedule = scheduleOf(t, config.Config(t, "learning_rate"))
	} else {
		lr = config.Float(t, "learning_rate")
	}
	config.Want(t, "use_ema", false)
	config.Ignore("ema_momentum") // without use_ema it has no effect
	defer config.Done(t)
	switch name {
	case "sgd":
		s := NewSGD(lr)
		s.Options = options
		s.Momentum, s.Nesterov = config.Float(t, "momentum"), config.Bool(t, "nesterov")
		return s
	case "rm_sprop":
		config.Want(t, "momentum", 0)
		config.Want(t, "centered", false)
		s := NewRMSprop(lr)
		s.Options = options
		s.Rho, s.Epsilon = config.Float(t, "rho"), config.Float(t, "epsilon")
		return s
	case "adagrad":
		s := NewAdagrad(lr)
		s.Options = options
		s.InitialAccumulatorValue, s.Epsilon = config.Float(t, "initial_accumulator_value"), config.Float(t, "epsilon")
		return s
	case "adadelta":
		s := NewAdadelta(lr)
		s.Options = options
		s.Rho, s.Epsilon = config.Float(t, "rho"), config.Float(t, "epsilon")
		return s
	case "adam":
		s := NewAdam(lr)
		s.Options = options
		s.Beta1, s.Beta2, s.Epsilon = config.Float(t, "beta_1"), config.Float(t, "beta_2"), config.Float(t, "epsilon")
		s.AMSGrad = config.Bool(t, "amsgrad")
		return s
	case "adam_w":
		s := NewAdamW(lr)
		s.Options = options
		s.Beta1, s.Beta2, s.Epsilon = config.Float(t, "beta_1"), config.Float(t, "beta_2"), config.Float(t, "epsilon")
		s.AMSGrad = config.Bool(t, "amsgrad")
		return s
	case "adamax":
		s := NewAdamax(lr)
		s.Options = options
		s.Beta1, s.Beta2, s.Epsilon = config.Float(t, "beta_1"), config.Float(t, "beta_2"), config.Float(t, "epsilon")
		return s
	case "nadam":
		s := NewNadam(lr)
		s.Options = options
		s.Beta1, s.Beta2, s.Epsilon = config.Float(t, "beta_1"), config.Float(t, "beta_2"), config.Float(t, "epsilon")
		return s
	}
	t.Fatalf("optimizer %q is not supported", name)
	return nil
}

// scheduleOf makes the schedule of a Keras configuration.
func scheduleOf(t *testing.T, object golden.Config) Schedule {
	t.Helper()
	class, c := object.Text(t, "class_name"), object.Config(t, "config")
	defer c.Done(t)
	c.Ignore("name")
	switch class {
	case "ExponentialDecay":
		return &ExponentialDecay{c.Float(t, "initial_learning_rate"), c.Float(t, "decay_steps"),
			c.Float(t, "decay_rate"), c.Bool(t, "staircase")}
	case "InverseTimeDecay":
		return &InverseTimeDecay{c.Float(t, "initial_learning_rate"), c.Float(t, "decay_steps"),
			c.Float(t, "decay_rate"), c.Bool(t, "staircase")}
	case "CosineDecay":
		s := &CosineDecay{Initial: c.Float(t, "initial_learning_rate"), DecaySteps: c.Float(t, "decay_steps"),
			Alpha: c.Float(t, "alpha"), WarmupSteps: c.Float(t, "warmup_steps")}
		if c["warmup_target"] == nil {
			c.Want(t, "warmup_target", nil)
		} else {
			s.WarmupTarget = c.Float(t, "warmup_target")
		}
		return s
	case "PiecewiseConstantDecay":
		return &PiecewiseConstantDecay{c.Floats(t, "boundaries"), c.Floats(t, "values")}
	}
	t.Fatalf("schedule %q is not supported", class)
	return nil
}
