package keras

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/layer"
)

// maxLayers bounds the layers of a file.
const maxLayers = 1000

// architecture is the content of model_config.
type architecture struct {
	input   []int
	unknown error // set if sizes of the input are unknown
	layers  []layer.Layer
	paths   [][]string // of the file's layers: the groups where variables are numbered, after those of the models around
	groups  []int      // of each layer: the number of the model's own layer that it is, or is in as part of a nested model
	dtype   tensor.Dtype
}

// parseArchitecture reads model_config: a Sequential, or a Functional that is a chain of layers. Nested models must be
// chains too; their layers are inserted. Errors name the layer, counted from 1 without InputLayers, and the setting.
func parseArchitecture(config string) (architecture, error) {
	var a architecture
	var model member
	if err := json.Unmarshal([]byte(config), &model); err != nil {
		return a, fmt.Errorf("not Keras' JSON: %w", plain(err))
	}
	if !isModel(model.Class) {
		return a, fmt.Errorf("a model of class %s, want Sequential, or Functional for a chain of layers",
			text.Brief(model.Class))
	}
	list, rest, err := model.members()
	if err != nil {
		return a, err
	}
	names := layer.Names{}
	for i, m := range list {
		if err := a.add(m, i, i, []string{names.Next(m.Class)}); err != nil {
			return a, err
		}
	}
	if a.input == nil {
		if err := a.shape(rest, "build_input_shape"); err != nil {
			return a, err
		}
	}
	if a.input == nil {
		return a, errors.New("no InputLayer and no build_input_shape: the shape of the input is unknown")
	}
	if a.unknown != nil && !a.normalized() {
		return a, a.unknown
	}
	return a, nil
}

// unknownSize is a size of the input that is null in the file.
const unknownSize = -1

// normalized reports whether only the last size of the input is unknown and the weights of a Normalization give it:
// Keras 2 does not save the shape of the data that the layer was adapted to.
func (a *architecture) normalized() bool {
	if len(a.layers) == 0 || slices.Index(a.input, unknownSize) != len(a.input)-1 {
		return false
	}
	n, ok := layer.Unwrap(a.layers[0]).(layer.Normalization)
	return ok && n.Mean == nil
}

// add appends a layer, or the layers of a nested model. place is its position in its model. The first InputLayer gives
// the input's shape; others are ignored.
func (a *architecture) add(m member, place, group int, path []string) error {
	at := func(err error) error {
		return fmt.Errorf("layer %d (%s): %w", len(a.layers)+1, text.Brief(m.Class), err)
	}
	switch {
	case m.Class == "InputLayer" && place > 0:
		return fmt.Errorf("layer %d is an InputLayer, want it first", place)
	case isModel(m.Class) && len(path) > maxNested:
		return at(fmt.Errorf("models nested too deep, want at most %d levels", maxNested))
	case isModel(m.Class):
		list, _, err := m.members()
		if err != nil {
			return at(err)
		}
		names := layer.Names{}
		for i, inner := range list {
			inner.inference = inner.inference || m.inference
			if err := a.add(inner, i, group, append(slices.Clone(path), names.Next(inner.Class))); err != nil {
				return err
			}
		}
		return nil
	}
	layers, known := []layer.Layer{m.computes}, a.unknown == nil
	if m.computes == nil {
		var s settings
		if len(m.Config) > 0 {
			if err := json.Unmarshal(m.Config, &s); err != nil {
				return at(fmt.Errorf("config is %s: %w", brief(m.Config), plain(err)))
			}
		}
		var err error
		if layers, err = a.parse(m.Class, s); err != nil {
			return at(err)
		}
	}
	if known && a.unknown != nil {
		a.unknown = at(a.unknown)
	}
	if m.inference {
		call(layers)
	}
	for _, l := range layers {
		a.layers, a.groups = append(a.layers, l), append(a.groups, group)
	}
	a.paths = append(a.paths, path)
	if len(a.layers) > maxLayers {
		return fmt.Errorf("more than %d layers", maxLayers)
	}
	return nil
}

// parse reads the settings of a class and returns its layer, followed by its activation if that is a layer; none for an
// InputLayer.
func (a *architecture) parse(class string, s settings) ([]layer.Layer, error) {
	s.ignore("name")
	parse, ok := parserOf(class)
	if !ok {
		return nil, fmt.Errorf("layers of class %s are not supported", text.Brief(class))
	}
	if class == "InputLayer" {
		s.ignore("dtype") // the layers have it
	}
	if err := a.readCommon(s); err != nil {
		return nil, err
	}
	after, err := nameActivation(s)
	if err != nil {
		return nil, err
	}
	trainable := true
	if _, err := s.decode("trainable", &trainable); err != nil {
		return nil, err
	}
	l, err := parse(s)
	if err != nil || l == nil {
		return nil, cmp.Or(err, s.rest())
	}
	if !trainable {
		l = layer.Frozen{Layer: l}
	}
	l = keep(l, s)
	if err := s.rest(); err != nil {
		return nil, err
	}
	switch {
	case after == nil:
		return []layer.Layer{l}, nil
	case l == layer.Layer(layer.ActivationLayer{}): // linear
		return []layer.Layer{after}, nil
	}
	return []layer.Layer{l, after}, nil
}

// readCommon reads the settings that every layer may have.
func (a *architecture) readCommon(s settings) error {
	shapes := []string{"batch_input_shape", "batch_shape"}
	for _, name := range shapes {
		if a.input != nil || len(a.layers) > 0 { // Keras reads only the first one
			break
		}
		if err := a.shape(s, name); err != nil {
			return err
		}
	}
	s.ignore(shapes...)
	name, err := dtypeName(s)
	if err != nil {
		return err
	}
	dtype, ok := dtypes[name]
	switch {
	case name == "":
		return nil
	case !ok:
		return fmt.Errorf("dtype is %s, want float32 or float64", text.Brief(name))
	case a.dtype.Type != nil && a.dtype != dtype:
		return fmt.Errorf("dtype is %s, want %v as in the layers before", text.Brief(name), a.dtype)
	}
	a.dtype = dtype
	return nil
}

// dtypes has the dtypes of the weights by the name of a policy. The mixed ones compute in 16 bits, and their weights
// are float32.
var dtypes = map[string]tensor.Dtype{"float32": tensor.Float32, "float64": tensor.Float64,
	"mixed_float16": tensor.Float32, "mixed_bfloat16": tensor.Float32}

// dtypeName reads the dtype, which is a name or a policy with a name.
func dtypeName(s settings) (string, error) {
	var name string
	if text := s["dtype"]; len(text) > 0 && text[0] == '{' {
		var policy object
		if _, err := s.decode("dtype", &policy); err != nil {
			return "", err
		}
		_, err := policy.Config.decode("name", &name)
		return name, err
	}
	_, err := s.decode("dtype", &name)
	return name, err
}

// shape reads the input's shape from a setting, if it is there. Its first size is the number of rows, which may be
// null.
func (a *architecture) shape(s settings, name string) error {
	var sizes []*int
	text := s[name]
	ok, err := s.decode(name, &sizes)
	if err != nil || !ok {
		return err
	}
	if len(sizes) < 2 {
		return fmt.Errorf("%s is %s, want a number of rows and at least one axis", name, brief(text))
	}
	shape := make([]int, 0, len(sizes)-1)
	for _, size := range sizes[1:] {
		if size == nil {
			size = new(int)
			*size = unknownSize
			a.unknown = fmt.Errorf("%s is %s, want known sizes after the rows", name, brief(text))
		}
		shape = append(shape, *size)
	}
	a.input = shape
	return nil
}
