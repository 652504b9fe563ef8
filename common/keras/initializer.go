package keras

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/random"
)

// initializers has the classes without settings other than a seed.
var initializers = []struct {
	class string
	layer.Initializer
}{
	{"Zeros", layer.Zeros{}}, {"Ones", layer.Ones{}}, {"GlorotUniform", layer.GlorotUniform{}},
	{"GlorotNormal", layer.GlorotNormal{}}, {"HeUniform", layer.HeUniform{}}, {"HeNormal", layer.HeNormal{}},
	{"LecunUniform", layer.LecunUniform{}}, {"LecunNormal", layer.LecunNormal{}},
}

// Keras' names of the settings of a VarianceScaling, by their numbers; "normal" is of older files.
var (
	modes         = []string{layer.FanIn: "fan_in", layer.FanOut: "fan_out", layer.FanAvg: "fan_avg"}
	distributions = []string{layer.Truncated: "truncated_normal", layer.Untruncated: "untruncated_normal",
		layer.Uniform: "uniform"}
)

// parseInitializer reads an initializer. It returns nil for the default one, and keeps the JSON text of one that
// package layer does not have: loaded weights need no initializer, and Save writes the text again.
func parseInitializer(s settings, name, standard string) (layer.Initializer, error) {
	text := slices.Clone(s[name])
	var o object
	if len(text) == 0 || isNull(text) || text[0] != '{' { // old files have a bare name
		if ok, err := s.decode(name, &o.Class); err != nil || !ok {
			return nil, err
		}
		text, _ = json.Marshal(description{o.Class, map[string]any{}}) // cannot fail
	} else if _, err := s.decode(name, &o); err != nil {
		return nil, err
	}
	seed := o.Config["seed"]
	seeded := len(seed) > 0 && !isNull(seed)
	if lower(o.Class) == lower(standard) && !seeded {
		return nil, nil
	}
	if i, err := readInitializer(o); i != nil && err == nil && o.Config.rest() == nil {
		if !seeded || !i.Draws() {
			return i, nil
		}
		own := layer.Seeded{Initializer: i}
		if json.Unmarshal(seed, &own.Seed) == nil {
			return own, nil
		}
	}
	return initializer{text}, nil
}

// lower returns a common form of the two names of a class, as HeNormal and he_normal.
func lower(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// readInitializer makes an initializer of package layer; nil for a class or for settings that the package does not
// have.
func readInitializer(o object) (layer.Initializer, error) {
	s, class := o.Config, lower(o.Class)
	s.ignore("seed", "dtype")
	for _, i := range initializers {
		if class == lower(i.class) {
			return i.Initializer, nil
		}
	}
	switch class {
	case "constant":
		var c layer.Constant
		_, err := s.decode("value", &c.Value)
		return c, err
	case "randomuniform":
		r := layer.RandomUniform{Min: -0.05, Max: 0.05}
		_, low := s.decode("minval", &r.Min)
		_, high := s.decode("maxval", &r.Max)
		if r == (layer.RandomUniform{}) { // the zero value would mean the default range
			return nil, nil
		}
		return r, errors.Join(low, high)
	case "randomnormal", "truncatednormal":
		n := layer.RandomNormal{Stddev: 0.05}
		_, mean := s.decode("mean", &n.Mean)
		_, deviation := s.decode("stddev", &n.Stddev)
		switch err := errors.Join(mean, deviation); {
		case n.Stddev == 0:
			return nil, err
		case class == "truncatednormal":
			return layer.TruncatedNormal(n), err
		default:
			return n, err
		}
	case "variancescaling":
		scale, mode, distribution := 1.0, modes[layer.FanIn], distributions[layer.Truncated]
		_, err := s.decode("scale", &scale)
		_, modeErr := s.decode("mode", &mode)
		_, other := s.decode("distribution", &distribution)
		if distribution == "normal" {
			distribution = distributions[layer.Truncated]
		}
		v := layer.VarianceScaling{Scale: scale, Mode: layer.Fan(slices.Index(modes, mode)),
			Distribution: layer.Distribution(slices.Index(distributions, distribution))}
		if scale <= 0 || v.Mode < 0 || v.Distribution < 0 {
			return nil, nil
		}
		return v, errors.Join(err, modeErr, other)
	}
	return nil, nil
}

// initializer is the JSON text of an initializer that package layer does not have.
type initializer struct{ text json.RawMessage }

// Draws reports whether Keras gives the initializer a seed: its text has an empty one.
func (i initializer) Draws() bool {
	var o object
	return json.Unmarshal(i.text, &o) == nil && isNull(o.Config["seed"])
}

// Init returns no values, so that Compile without a Start is an error.
func (initializer) Init(tensor.Shape, tensor.Dtype, random.Draw) []float64 { return nil }

// initializerObject is the JSON of an initializer; nil is the default one.
func initializerObject(i, standard layer.Initializer) (any, error) {
	if i == nil {
		i = standard
	}
	config := map[string]any{"seed": nil}
	switch i := i.(type) {
	case initializer:
		return i.text, nil
	case layer.Seeded:
		object, err := initializerObject(i.Initializer, nil)
		if known, ok := object.(description); ok {
			known.Config["seed"] = i.Seed
		}
		return object, err
	case layer.Zeros, layer.Ones:
		config = map[string]any{}
	case layer.Constant:
		return description{"Constant", map[string]any{"value": float(i.Value)}}, nil
	case layer.RandomUniform:
		i = cmp.Or(i, layer.RandomUniform{Min: -0.05, Max: 0.05})
		config["minval"], config["maxval"] = float(i.Min), float(i.Max)
		return description{"RandomUniform", config}, nil
	case layer.RandomNormal:
		config["mean"], config["stddev"] = float(i.Mean), float(cmp.Or(i.Stddev, 0.05))
		return description{"RandomNormal", config}, nil
	case layer.TruncatedNormal:
		config["mean"], config["stddev"] = float(i.Mean), float(cmp.Or(i.Stddev, 0.05))
		return description{"TruncatedNormal", config}, nil
	case layer.VarianceScaling:
		if min(i.Mode, layer.Fan(i.Distribution)) < 0 || i.Mode > layer.FanAvg || i.Distribution > layer.Uniform {
			return nil, fmt.Errorf("%+v, want constants of package layer", i)
		}
		config["scale"] = float(cmp.Or(i.Scale, 1))
		config["mode"], config["distribution"] = modes[i.Mode], distributions[i.Distribution]
		return description{"VarianceScaling", config}, nil
	}
	for _, known := range initializers {
		if i == known.Initializer {
			return description{known.class, config}, nil
		}
	}
	return nil, fmt.Errorf("a %T, want one of package layer", i)
}
