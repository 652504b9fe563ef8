package keras

import (
	"errors"
	"fmt"

	"gorgonia-lectures/common/layer"
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

// parseAxis reads an axis, which Keras 2 writes as a list.
func parseAxis(s settings, to *int) error {
	text := s["axis"]
	if len(text) == 0 || text[0] != '[' {
		_, err := s.decode("axis", to)
		return err
	}
	var list []int
	if _, err := s.decode("axis", &list); err != nil {
		return err
	}
	if len(list) != 1 {
		return fmt.Errorf("axis is %s, want one number", brief(text))
	}
	*to = list[0]
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
