package keras

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorgonia-lectures/common/layer"
)

// otherNames has further names of activations in Keras' files.
var otherNames = map[string]layer.Activation{"swish": layer.SiLU, "softmax_v2": layer.Softmax}

// readActivation reads the name of an activation; a missing one is Linear.
func readActivation(s settings) (layer.Activation, error) {
	text := s["activation"]
	name := layer.Linear.String()
	if _, err := s.decode("activation", &name); err != nil {
		return 0, err
	}
	if a, ok := otherNames[name]; ok {
		return a, nil
	}
	if a, ok := layer.ParseActivation(name); ok {
		return a, nil
	}
	return 0, fmt.Errorf("activation is %s: not supported", brief(text))
}

// nameActivation replaces an activation that is an object, of a function or of a layer such as LeakyReLU, by its name.
// If the layer has settings without a name, the activation becomes linear and the layer is returned, to follow.
func nameActivation(s settings) (after layer.Layer, err error) {
	text := s["activation"]
	if len(text) == 0 || text[0] != '{' {
		return nil, nil
	}
	var o struct {
		Class  string          `json:"class_name"`
		Config json.RawMessage `json:"config"`
	}
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, fmt.Errorf("activation is %s: %w", brief(text), plain(err))
	}
	if o.Class == "function" && len(o.Config) > 0 {
		s["activation"] = o.Config
		return nil, nil
	}
	var config settings
	parse, ok := map[string]func(settings) (layer.Layer, error){"Activation": parseActivation, "ELU": parseELU,
		"LeakyReLU": parseLeakyReLU, "ReLU": parseReLU, "Softmax": parseSoftmax}[o.Class]
	if !ok || json.Unmarshal(o.Config, &config) != nil {
		return nil, fmt.Errorf("activation is %s: not supported", brief(text))
	}
	config.ignore("name", "trainable", "dtype")
	l, err := parse(config)
	if err := first(errors.Join(err, config.rest())); err != nil {
		return nil, fmt.Errorf("activation %s: %w", o.Class, err)
	}
	a, named := activationOf(l)
	if named {
		l = nil
	} else {
		a = layer.Linear
	}
	s["activation"], err = json.Marshal(a.String())
	return l, err
}

// activationOf returns the activation that computes the same as a layer; false if there is none.
func activationOf(l layer.Layer) (layer.Activation, bool) {
	switch l := l.(type) {
	case layer.ActivationLayer:
		return l.Activation, true
	case layer.SoftmaxLayer:
		return layer.Softmax, l.Axis == 0
	case layer.ReLULayer:
		switch l {
		case layer.ReLULayer{}:
			return layer.ReLU, true
		case layer.ReLULayer{MaxValue: 6}:
			return layer.ReLU6, true
		}
	case layer.LeakyReLULayer:
		return layer.LeakyReLU, float32(l.NegativeSlope) == 0.2
	case layer.ELULayer:
		return layer.ELU, l.Alpha == 0 || l.Alpha == 1
	}
	return 0, false
}

func parseActivation(s settings) (layer.Layer, error) {
	a, err := readActivation(s)
	return layer.ActivationLayer{Activation: a}, err
}

func parseReLU(s settings) (layer.Layer, error) {
	var l layer.ReLULayer
	text := s["max_value"]
	bounded, err := s.decode("max_value", &l.MaxValue)
	if err == nil && bounded && l.MaxValue == 0 {
		err = fmt.Errorf("max_value is %s, want a number above 0", brief(text))
	}
	_, slope := s.decode("negative_slope", &l.NegativeSlope)
	_, threshold := s.decode("threshold", &l.Threshold)
	return l, first(errors.Join(err, slope, threshold))
}

// parseLeakyReLU reads the slope under its names of Keras 3 and 2.
func parseLeakyReLU(s settings) (layer.Layer, error) {
	var l layer.LeakyReLULayer
	given, err := s.decode("negative_slope", &l.NegativeSlope)
	old, other := s.decode("alpha", &l.NegativeSlope)
	if (given || old) && l.NegativeSlope == 0 {
		return layer.ReLULayer{}, first(errors.Join(err, other))
	}
	return l, first(errors.Join(err, other))
}

func parseELU(s settings) (layer.Layer, error) {
	var l layer.ELULayer
	given, err := s.decode("alpha", &l.Alpha)
	if given && l.Alpha == 0 {
		return layer.ReLULayer{}, err
	}
	return l, err
}

func parseSoftmax(s settings) (layer.Layer, error) {
	var l layer.SoftmaxLayer
	err := parseAxis(s, &l.Axis)
	if l.Axis == -1 {
		l.Axis = 0
	}
	return l, err
}
