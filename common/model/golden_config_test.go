package model_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/solver"
)

// layerFrom makes the layer of a Keras configuration. A setting that the suite does not have fails.
func layerFrom(t *testing.T, kind string, c golden.Config) layer.Layer {
	t.Helper()
	c.Ignore("name")
	frozen := c.Has("trainable") && !c.Bool(t, "trainable")
	if kind == "SpatialDropout2D" {
		c.Want(t, "dtype", "float64")
	} else {
		dtype := c.Config(t, "dtype")
		dtype.Ignore("module", "class_name", "registered_name")
		dtype.Config(t, "config").Want(t, "name", "float64")
		dtype.Done(t)
	}
	var l layer.Layer
	switch kind {
	case "Dense":
		kernel, bias := takeAffine(t, c)
		if c.Has("quantization_config") {
			c.Want(t, "quantization_config", nil)
		}
		l = layer.Dense{Units: c.Int(t, "units"), Activation: activation(t, c), NoBias: !c.Bool(t, "use_bias"),
			KernelRegularizer: kernel, BiasRegularizer: bias}
	case "Conv2D":
		kernel, bias := takeAffine(t, c)
		c.Want(t, "data_format", "channels_last")
		c.Want(t, "dilation_rate", []any{1, 1})
		c.Want(t, "groups", 1)
		c.Want(t, "activity_regularizer", nil)
		l = layer.Conv2D{Filters: c.Int(t, "filters"), Kernel: size(t, c, "kernel_size"), Stride: size(t, c, "strides"),
			Padding: padding(t, c), Activation: activation(t, c), NoBias: !c.Bool(t, "use_bias"),
			KernelRegularizer: kernel, BiasRegularizer: bias}
	case "MaxPooling2D":
		c.Want(t, "data_format", "channels_last")
		l = layer.MaxPool2D{Pool: size(t, c, "pool_size"), Stride: size(t, c, "strides"), Padding: padding(t, c)}
	case "AveragePooling2D":
		c.Want(t, "data_format", "channels_last")
		l = layer.AveragePool2D{Pool: size(t, c, "pool_size"), Stride: size(t, c, "strides"), Padding: padding(t, c)}
	case "GlobalAveragePooling2D":
		c.Want(t, "data_format", "channels_last")
		l = layer.GlobalAveragePool2D{KeepDims: c.Bool(t, "keepdims")}
	case "GlobalMaxPooling2D":
		c.Want(t, "data_format", "channels_last")
		l = layer.GlobalMaxPool2D{KeepDims: c.Bool(t, "keepdims")}
	case "BatchNormalization":
		l = normalizationFrom(t, c)
	case "Normalization":
		n := layer.Normalization{Mean: numbers(t, c, "mean"), Variance: numbers(t, c, "variance"), Invert: c.Bool(t, "invert")}
		if axes := c.Ints(t, "axis"); len(axes) == 1 { // without one a number is for all values
			n.Axis = axes[0]
		}
		l = n
	case "Dropout":
		c.Want(t, "noise_shape", nil)
		c.Ignore("seed")
		l = layer.Dropout{Rate: c.Float(t, "rate")}
	case "Flatten":
		c.Want(t, "data_format", "channels_last")
		l = layer.Flatten{}
	case "Activation":
		l = layer.ActivationLayer{Activation: activation(t, c)}
	case "ReLU":
		l = layer.ReLULayer{MaxValue: orZero(t, c, "max_value"), NegativeSlope: c.Float(t, "negative_slope"),
			Threshold: c.Float(t, "threshold")}
	case "LeakyReLU":
		l = layer.LeakyReLULayer{NegativeSlope: c.Float(t, "negative_slope")}
	case "ELU":
		l = layer.ELULayer{Alpha: c.Float(t, "alpha")}
	case "Softmax":
		l = layer.SoftmaxLayer{Axis: c.Int(t, "axis")}
	case "ZeroPadding2D":
		c.Want(t, "data_format", "channels_last")
		l = paddingFrom(t, c)
	case "Rescaling":
		l = layer.Rescaling{Scale: c.Float(t, "scale"), Offset: c.Float(t, "offset")}
	case "Reshape":
		l = layer.Reshape{Target: c.Ints(t, "target_shape")}
	case "SpatialDropout2D":
		c.Want(t, "data_format", "channels_last")
		c.Ignore("seed")
		l = layer.SpatialDropout2D{Rate: c.Float(t, "rate")}
	case "GaussianNoise":
		c.Ignore("seed")
		l = layer.GaussianNoise{Stddev: c.Float(t, "stddev")}
	default:
		t.Fatalf("layer %q is not supported", kind)
	}
	c.Done(t)
	if frozen {
		return layer.Frozen{Layer: l}
	}
	return l
}

// numbers takes one number, or a list.
func numbers(t *testing.T, c golden.Config, key string) []float64 {
	t.Helper()
	if _, list := c[key].([]any); list {
		return c.Floats(t, key)
	}
	return []float64{c.Float(t, key)}
}

// takeAffine takes what Dense and Conv2D share and the weights of the file make irrelevant, and
// wants the rest to be off.
func takeAffine(t *testing.T, c golden.Config) (kernel, bias layer.Regularizer) {
	t.Helper()
	c.Ignore("kernel_initializer", "bias_initializer")
	for _, key := range []string{"kernel_constraint", "bias_constraint"} {
		c.Want(t, key, nil)
	}
	return regularizer(t, c, "kernel_regularizer"), regularizer(t, c, "bias_regularizer")
}

func regularizer(t *testing.T, c golden.Config, key string) layer.Regularizer {
	t.Helper()
	var r layer.Regularizer
	if c[key] == nil {
		c.Want(t, key, nil)
		return r
	}
	o := c.Config(t, key)
	o.Ignore("module", "class_name", "registered_name")
	factors := o.Config(t, "config")
	o.Done(t)
	if factors.Has("l1") {
		r.L1 = factors.Float(t, "l1")
	}
	if factors.Has("l2") {
		r.L2 = factors.Float(t, "l2")
	}
	factors.Done(t)
	return r
}

func normalizationFrom(t *testing.T, c golden.Config) layer.BatchNormalization {
	t.Helper()
	c.Want(t, "axis", -1)
	c.Want(t, "renorm", false)
	c.Want(t, "synchronized", false)
	c.Ignore("renorm_clipping", "renorm_momentum")
	for _, key := range []string{"gamma", "beta", "moving_mean", "moving_variance"} {
		c.Ignore(key + "_initializer")
	}
	for _, key := range []string{"gamma_regularizer", "beta_regularizer", "gamma_constraint", "beta_constraint"} {
		c.Want(t, key, nil)
	}
	orBelow := func(v float64) float64 {
		if v == 0 {
			return -1
		}
		return v
	}
	return layer.BatchNormalization{Momentum: orBelow(c.Float(t, "momentum")), Epsilon: orBelow(c.Float(t, "epsilon")),
		NoCenter: !c.Bool(t, "center"), NoScale: !c.Bool(t, "scale")}
}

func activation(t *testing.T, c golden.Config) layer.Activation {
	t.Helper()
	name := c.Text(t, "activation")
	a, ok := layer.ParseActivation(name)
	if !ok {
		t.Fatalf("activation %q is not supported", name)
	}
	return a
}

// orZero takes a number, 0 if it is null.
func orZero(t *testing.T, c golden.Config, key string) float64 {
	t.Helper()
	if c[key] == nil {
		c.Want(t, key, nil)
		return 0
	}
	return c.Float(t, key)
}

// paddingFrom takes [[top, bottom], [left, right]].
func paddingFrom(t *testing.T, c golden.Config) layer.ZeroPadding2D {
	t.Helper()
	text, err := json.Marshal(c["padding"])
	if err != nil {
		t.Fatal(err)
	}
	c.Ignore("padding")
	var p [2][2]int
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return layer.ZeroPadding2D{Top: p[0][0], Bottom: p[0][1], Left: p[1][0], Right: p[1][1]}
}

func padding(t *testing.T, c golden.Config) layer.Padding {
	t.Helper()
	switch name := c.Text(t, "padding"); name {
	case "valid":
		return layer.Valid
	case "same":
		return layer.Same
	default:
		t.Fatalf("padding %q is not supported", name)
		return 0
	}
}

func size(t *testing.T, c golden.Config, key string) layer.Size {
	t.Helper()
	s := c.Ints(t, key)
	if len(s) != 2 {
		t.Fatalf("%s %v, want two sizes", key, s)
	}
	return layer.Size{Height: s[0], Width: s[1]}
}

func lossFrom(t *testing.T, name string) loss.Loss {
	t.Helper()
	if name == "mean_squared_error" {
		name = "mse"
	}
	for _, l := range []loss.Loss{loss.MeanSquaredError, loss.BinaryCrossentropy, loss.CategoricalCrossentropy, loss.SparseCategoricalCrossentropy} {
		if l.String() == name {
			return l
		}
	}
	t.Fatalf("loss %q is not supported", name)
	return nil
}

var counter = regexp.MustCompile(`_\d+$`)

// solverFrom makes the solver of a Keras optimizer's configuration.
func solverFrom(t *testing.T, c golden.Config) gorgonia.Solver {
	t.Helper()
	kind := counter.ReplaceAllString(c.Text(t, "name"), "")
	rate := c.Float(t, "learning_rate")
	for _, key := range []string{"clipnorm", "global_clipnorm", "clipvalue", "ema_overwrite_frequency",
		"loss_scale_factor", "gradient_accumulation_steps"} {
		c.Want(t, key, nil)
	}
	c.Want(t, "use_ema", false)
	c.Ignore("ema_momentum") // of no effect while use_ema is off
	if kind != "adam_w" {
		c.Want(t, "weight_decay", nil)
	}
	var s gorgonia.Solver
	switch kind {
	case "sgd":
		sgd := solver.NewSGD(rate)
		sgd.Momentum, sgd.Nesterov = c.Float(t, "momentum"), c.Bool(t, "nesterov")
		s = sgd
	case "rm_sprop", "rmsprop":
		rmsprop := solver.NewRMSprop(rate)
		c.Want(t, "momentum", 0)
		c.Want(t, "centered", false)
		rmsprop.Rho, rmsprop.Epsilon = c.Float(t, "rho"), c.Float(t, "epsilon")
		s = rmsprop
	case "adagrad":
		adagrad := solver.NewAdagrad(rate)
		adagrad.InitialAccumulatorValue, adagrad.Epsilon = c.Float(t, "initial_accumulator_value"), c.Float(t, "epsilon")
		s = adagrad
	case "adam":
		adam := solver.NewAdam(rate)
		c.Want(t, "amsgrad", false)
		adam.Beta1, adam.Beta2, adam.Epsilon = c.Float(t, "beta_1"), c.Float(t, "beta_2"), c.Float(t, "epsilon")
		s = adam
	case "adam_w", "adamw":
		adam := solver.NewAdamW(rate)
		c.Want(t, "amsgrad", false)
		adam.Beta1, adam.Beta2, adam.Epsilon = c.Float(t, "beta_1"), c.Float(t, "beta_2"), c.Float(t, "epsilon")
		adam.WeightDecay = c.Float(t, "weight_decay")
		s = adam
	default:
		t.Fatalf("optimizer %q is not supported", kind)
	}
	c.Done(t)
	return s
}
