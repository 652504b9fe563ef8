package keras

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/layer"
)

// regularizers has Keras' regularizers by class, and by the name that may replace it, with their default factors.
var regularizers = map[string]layer.Regularizer{
	"L1": {L1: 0.01}, "L2": {L2: 0.01}, "L1L2": {}, "l1": {L1: 0.01}, "l2": {L2: 0.01}, "l1_l2": {L1: 0.01, L2: 0.01},
}

// parseRegularizer reads a regularizer that package layer has. It leaves any other one in s, for keep.
func parseRegularizer(s settings, name string, to *layer.Regularizer) error {
	value := s[name]
	if len(value) > 0 && value[0] == '"' {
		var bare string
		if err := json.Unmarshal(value, &bare); err != nil {
			return err
		}
		if r, ok := regularizers[bare]; ok {
			*to = r
			s.ignore(name)
		}
		return nil
	}
	var o object
	if len(value) == 0 || isNull(value) {
		return nil
	}
	if err := json.Unmarshal(value, &o); err != nil {
		return fmt.Errorf("%s is %s: %w", name, brief(value), plain(err))
	}
	r, ok := regularizers[o.Class]
	if !ok {
		return nil
	}
	*to = r
	s.ignore(name)
	for factor, to := range map[string]*float64{"l1": &to.L1, "l2": &to.L2} {
		if _, err := o.Config.decode(factor, to); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := o.Config.rest(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func regularizerObject(r layer.Regularizer) any {
	switch {
	case r == layer.Regularizer{}:
		return nil
	case r.L1 == 0:
		return description{"L2", map[string]any{"l2": float(r.L2)}}
	case r.L2 == 0:
		return description{"L1", map[string]any{"l1": float(r.L1)}}
	}
	return description{"L1L2", map[string]any{"l1": float(r.L1), "l2": float(r.L2)}}
}

// kept is a layer with unsupported settings that change training but not prediction: constraints, regularizers of the
// output and of other kinds, the noise_shape of a Dropout. Save writes them again; training is an error. It also keeps
// the seed of a layer that draws random numbers, with which training is supported.
type kept struct {
	layer.Layer
	settings map[string]json.RawMessage
}

// keep moves such settings from s to the layer.
func keep(l layer.Layer, s settings) layer.Layer {
	k := kept{l, map[string]json.RawMessage{}}
	for name, value := range s {
		_, drops := layer.Unwrap(l).(layer.Dropout)
		_, draws := layer.Unwrap(l).(interface{ Draws() bool })
		if !isNull(value) && (strings.HasSuffix(name, "_constraint") || strings.HasSuffix(name, "_regularizer") ||
			drops && name == "noise_shape" || draws && name == "seed") {
			k.settings[name] = slices.Clone(value)
		}
	}
	if len(k.settings) == 0 {
		return l
	}
	for name := range k.settings {
		s.ignore(name)
	}
	return k
}

// Seed returns the layer's own seed, which replaces one derived from the net's.
func (k kept) Seed() (seed uint32, own bool) {
	own = k.settings["seed"] != nil && json.Unmarshal(k.settings["seed"], &seed) == nil
	return seed, own
}

// Unwrap is the layer itself.
func (k kept) Unwrap() layer.Layer { return k.Layer }

// Trainable returns an error that names a setting. In a frozen layer only a regularizer of its output matters.
func (k kept) Trainable() error {
	_, frozen := k.Layer.(layer.Frozen)
	_, own := k.Seed()
	for _, name := range slices.Sorted(maps.Keys(k.settings)) {
		if name == "seed" && own {
			continue
		}
		if !frozen || name == "activity_regularizer" || name == "seed" {
			var o object
			class := brief(k.settings[name])
			if json.Unmarshal(k.settings[name], &o) == nil && o.Class != "" {
				class = text.Brief(o.Class)
			}
			return fmt.Errorf("%s is %s: training with it is not supported, predicting and evaluating are", name, class)
		}
	}
	return nil
}

// wrappers returns the settings that a layer keeps, and whether it is frozen.
func wrappers(l layer.Layer) (settings map[string]json.RawMessage, frozen bool) {
	if c, ok := l.(called); ok {
		l = c.Layer
	}
	if k, ok := l.(kept); ok {
		settings, l = k.settings, k.Layer
	}
	_, frozen = l.(layer.Frozen)
	return settings, frozen
}
