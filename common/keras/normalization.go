package keras

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

func parseBatchNormalization(s settings) (layer.Layer, error) {
	b := layer.BatchNormalization{Axis: -1}
	center, scale := true, true
	_, centerErr := s.decode("center", &center)
	_, scaleErr := s.decode("scale", &scale)
	b.NoCenter, b.NoScale = !center, !scale
	s.ignore("fused", "renorm_momentum") // how it is computed; of a renormalization, which is off
	err := errors.Join(centerErr, scaleErr, parseAxis(s, &b.Axis),
		parseRate(s, "momentum", &b.Momentum), parseRate(s, "epsilon", &b.Epsilon),
		parseRegularizer(s, "gamma_regularizer", &b.GammaRegularizer),
		parseRegularizer(s, "beta_regularizer", &b.BetaRegularizer))
	for _, i := range []struct {
		name, standard string
		to             *layer.Initializer
	}{
		{"gamma_initializer", "Ones", &b.GammaInitializer},
		{"beta_initializer", "Zeros", &b.BetaInitializer},
		{"moving_mean_initializer", "Zeros", &b.MovingMeanInitializer},
		{"moving_variance_initializer", "Ones", &b.MovingVarianceInitializer},
	} {
		var initErr error
		*i.to, initErr = parseInitializer(s, i.name, i.standard)
		err = errors.Join(err, initErr)
	}
	return b, first(err)
}

// parseAxis reads an axis, which may be in a list. 0 is the rows.
func parseAxis(s settings, to *int) error {
	text := s["axis"]
	list := []int{-1}
	if len(text) == 0 || text[0] != '[' {
		if _, err := s.decode("axis", &list[0]); err != nil {
			return err
		}
	} else if _, err := s.decode("axis", &list); err != nil {
		return err
	}
	if len(list) != 1 {
		return fmt.Errorf("axis is %s, want one number", brief(text))
	}
	if *to = list[0]; *to == 0 {
		return fmt.Errorf("axis is %s, want -1", brief(text))
	}
	return nil
}

// parseRate reads a number from 0 on. The fields of layer.BatchNormalization have 0 for the default.
func parseRate(s settings, name string, to *float64) error {
	text := s[name]
	ok, err := s.decode(name, to)
	switch {
	case err != nil || !ok:
		return err
	case *to < 0:
		return fmt.Errorf("%s is %s, want at least 0", name, brief(text))
	case *to == 0:
		*to = -1
	}
	return nil
}

func normalizationSettings(o map[string]any, b layer.BatchNormalization) error {
	momentum, epsilon := b.Rates()
	o["momentum"], o["epsilon"] = float(momentum), float(epsilon)
	o["axis"], o["center"], o["scale"] = -1, !b.NoCenter, !b.NoScale
	o["gamma_regularizer"] = regularizerObject(b.GammaRegularizer)
	o["beta_regularizer"] = regularizerObject(b.BetaRegularizer)
	o["gamma_constraint"], o["beta_constraint"] = nil, nil
	var err error
	for _, i := range []struct {
		name              string
		standard, defined layer.Initializer
	}{
		{"gamma_initializer", layer.Ones{}, b.GammaInitializer},
		{"beta_initializer", layer.Zeros{}, b.BetaInitializer},
		{"moving_mean_initializer", layer.Zeros{}, b.MovingMeanInitializer},
		{"moving_variance_initializer", layer.Ones{}, b.MovingVarianceInitializer},
	} {
		object, bad := initializerObject(i.defined, i.standard)
		if o[i.name] = object; bad != nil {
			err = fmt.Errorf("%s: %w", i.name, bad)
		}
	}
	return err
}

func parseAveragePool2D(s settings) (layer.Layer, error) {
	l, err := parseMaxPool2D(s)
	m, _ := l.(layer.MaxPool2D)
	return layer.AveragePool2D(m), err
}

func parseGlobalAveragePool2D(s settings) (layer.Layer, error) {
	var g layer.GlobalAveragePool2D
	return g, parseGlobal(s, &g.KeepDims)
}

func parseGlobalMaxPool2D(s settings) (layer.Layer, error) {
	var g layer.GlobalMaxPool2D
	return g, parseGlobal(s, &g.KeepDims)
}

func parseGlobal(s settings, keepDims *bool) error {
	_, err := s.decode("keepdims", keepDims)
	return first(errors.Join(only(s, "data_format", "channels_last"), err))
}

// parseNormalization reads a Normalization. Without an axis it has one mean for all values, which assign repeats.
func parseNormalization(s settings) (layer.Layer, error) {
	var n layer.Normalization
	if string(s["axis"]) == "[]" {
		s.ignore("axis")
	}
	axisErr := parseAxis(s, &n.Axis)
	_, err := s.decode("invert", &n.Invert)
	return n, first(errors.Join(axisErr, err, parseNumbers(s, "mean", &n.Mean), parseNumbers(s, "variance", &n.Variance)))
}

// parseNumbers reads one number, a list, or a list of one list.
func parseNumbers(s settings, name string, to *[]float64) error {
	text := s[name]
	var number float64
	var rows [][]float64
	switch {
	case len(text) == 0 || isNull(text):
	case json.Unmarshal(text, &number) == nil:
		*to = []float64{number}
	case json.Unmarshal(text, &rows) == nil && len(rows) == 1:
		*to = rows[0]
	case json.Unmarshal(text, to) != nil || len(*to) == 0:
		return fmt.Errorf("%s is %s, want a number, or a list of numbers", name, brief(text))
	}
	s.ignore(name)
	return nil
}

func standardizationSettings(o map[string]any, n layer.Normalization) {
	o["axis"], o["invert"], o["mean"], o["variance"] = []int{-1}, n.Invert, nil, nil
	if n.Mean != nil {
		o["mean"], o["variance"] = numbers(n.Mean), numbers(n.Variance)
	}
}

// numbers is one number for a list of one.
func numbers(list []float64) any {
	if len(list) == 1 {
		return float(list[0])
	}
	all := make([]float, len(list))
	for i, v := range list {
		all[i] = float(v)
	}
	return all
}

// counts is true for a layer to which Keras gives one weight more than the suite, after the others: the number of the
// rows that a Normalization was adapted to, which only Keras 2 uses, and only while it adapts.
func counts(l model.Layer) bool {
	_, ok := layer.Unwrap(l.Layer).(layer.Normalization)
	return ok && len(l.Params) > 0
}

// columnsOf reads a mean or a variance of a Normalization, which may be one number for all values. Keras 3 does not
// load an .h5 file with such a number (3.15.1), so Save writes it for each value.
func columnsOf(d *hdf5.Dataset, shape []int, dtype tensor.Dtype) (*tensor.Dense, error) {
	if len(d.Shape()) > 0 {
		return Tensor(d, shape, dtype)
	}
	number, err := read(d, nil, dtype)
	if err != nil {
		return nil, err
	}
	switch v := number.(type) {
	case []float32:
		number, err = slices.Repeat(v, shape[0]), checkFinite(v)
	case []float64:
		number, err = slices.Repeat(v, shape[0]), checkFinite(v)
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(number)), err
}
