package keras

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/layer"
)

// member is a layer, or a model, in the list of a model's layers.
type member struct {
	Class   string            `json:"class_name"`
	Module  string            `json:"module"` // of Keras 3, where its class is
	Config  json.RawMessage   `json:"config"`
	Name    string            `json:"name"`          // in a Functional only, as
	Inbound []json.RawMessage `json:"inbound_nodes"` // its calls

	computes  layer.Layer // the layer of an operation; nil: this is not an operation
	inference bool        // Keras 2 calls it with training=False, also while the model is trained
}

// called is a layer that Keras 2 calls with training=False, and that differs in training.
type called struct{ layer.Layer }

// Unwrap is the layer itself.
func (c called) Unwrap() layer.Layer { return c.Layer }

// Trainable returns an error.
func (called) Trainable() error {
	return errors.New("its call has training=False: training with it is not supported, predicting and evaluating are")
}

// call wraps the layers whose call has training=False.
func call(layers []layer.Layer) {
	for i, l := range layers {
		_, normalizes := layer.Unwrap(l).(layer.BatchNormalization)
		_, draws := layer.Unwrap(l).(interface{ Draws() bool })
		if normalizes || draws {
			layers[i] = called{l}
		}
	}
}

// isModel reports whether the config of a class is a list of layers. Keras 2 calls a Functional Model.
func isModel(class string) bool {
	return class == "Sequential" || class == "Functional" || class == "Model"
}

// members returns the layers of a model from input to output. rest has the settings of the model.
func (m member) members() (list []member, rest settings, err error) {
	if m.Class == "Sequential" && json.Unmarshal(m.Config, &list) == nil { // Keras before 2.2 has no settings
		return list, nil, nil
	}
	if err := json.Unmarshal(m.Config, &rest); err != nil {
		return nil, nil, fmt.Errorf("config is %s: %w", brief(m.Config), plain(err))
	}
	if err := rest.need("layers", &list); err != nil || m.Class == "Sequential" {
		return list, rest, err
	}
	output, err := sources(rest["output_layers"], 0)
	if err != nil || len(output) > 1 {
		return nil, nil, fmt.Errorf("output_layers is %s, want one layer", brief(rest["output_layers"]))
	}
	list, err = chain(list)
	if err == nil && len(output) > 0 && output[0] != list[len(list)-1].Name {
		err = fmt.Errorf("the output is that of %s, want that of the last layer", text.Brief(output[0]))
	}
	return list, rest, err
}

// chain sorts the layers of a Functional by their calls. It is an error if they are not a chain: if a layer has several
// inputs, or two layers take its output.
func chain(list []member) ([]member, error) {
	byName := map[string]member{}
	next := map[string]string{} // by the name of a layer, the layer that takes its output
	first := ""
	for _, m := range list {
		if _, ok := byName[m.Name]; ok {
			return nil, fmt.Errorf("two layers are named %s", text.Brief(m.Name))
		}
		m.inference = m.predicts()
		var source string
		var err error
		if m.operation() == "" {
			source, err = m.source()
		} else {
			m.computes, source, err = m.arithmeticOf()
		}
		byName[m.Name] = m
		shown := fmt.Sprintf("layer %s (%s)", text.Brief(m.Name), text.Brief(m.Class))
		switch before, taken := next[source]; {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", shown, err)
		case m.Class != "InputLayer" && taken:
			return nil, fmt.Errorf("%s: %s takes the output of %s too: the model branches, want a chain of layers",
				shown, text.Brief(before), text.Brief(source))
		case m.Class != "InputLayer":
			next[source] = m.Name
		case first != "":
			return nil, fmt.Errorf("%s: the model has several inputs, want a chain of layers", shown)
		default:
			first = m.Name
		}
	}
	if first == "" {
		return nil, errors.New("no InputLayer")
	}
	ordered := []member{byName[first]}
	for name, ok := next[first]; ok && len(ordered) <= len(list); name, ok = next[name] {
		ordered = append(ordered, byName[name])
	}
	if len(ordered) != len(list) {
		return nil, fmt.Errorf("%d of %d layers follow the InputLayer %s, want a chain of all layers",
			len(ordered)-1, len(list)-1, text.Brief(first))
	}
	return ordered, nil
}

// source returns the name of the layer whose output the layer takes; "" for an InputLayer.
func (m member) source() (string, error) {
	switch {
	case m.Class == "InputLayer" && len(m.Inbound) == 0:
		return "", nil
	case m.Class == "InputLayer":
		return "", errors.New("it has an input")
	case len(m.Inbound) != 1:
		return "", fmt.Errorf("it is called %d times, want a chain of layers", len(m.Inbound))
	}
	names, err := sources(m.Inbound[0], 0)
	if err == nil && len(names) != 1 {
		err = fmt.Errorf("it has %d inputs, want a chain of layers", len(names))
	}
	if err != nil {
		return "", err
	}
	return names[0], nil
}

// predicts reports whether a call of Keras 2 has training=False. Keras 3.15.1 writes that also for calls without it,
// and trains the layer.
func (m member) predicts() bool {
	var calls [][]json.RawMessage // [["dense", 0, 0, {"training": false}]]
	if len(m.Inbound) != 1 || json.Unmarshal(m.Inbound[0], &calls) != nil || len(calls) != 1 || len(calls[0]) < 4 {
		return false
	}
	var arguments struct{ Training *bool }
	return json.Unmarshal(calls[0][3], &arguments) == nil && arguments.Training != nil && !*arguments.Training
}

// maxNested bounds lists in lists, and models in models.
const maxNested = 8

// sources lists the names of the layers whose outputs are in a value:
//
//	["dense", 0, 0]   ["dense", 0, 0, {}]                      Keras 2, and input_layers and output_layers of Keras 3
//	{"class_name": "__keras_tensor__", "config": {"keras_history": ["dense", 0, 0]}}                         Keras 3
//	{"args": [value, ...], "kwargs": {}}                                                                     Keras 3
//
// or a list of such values. Arguments of a call beside these are an error, unless they are null.
func sources(value json.RawMessage, depth int) ([]string, error) {
	if len(value) == 0 || isNull(value) {
		return nil, nil
	}
	if depth > maxNested {
		return nil, fmt.Errorf("lists nested too deep, want at most %d levels", maxNested)
	}
	var call struct {
		Args      json.RawMessage `json:"args"`
		Arguments settings        `json:"kwargs"`
		Config    struct {
			History json.RawMessage `json:"keras_history"`
		} `json:"config"`
	}
	var list []json.RawMessage
	switch {
	case json.Unmarshal(value, &list) == nil:
	case json.Unmarshal(value, &call) != nil:
		return nil, fmt.Errorf("its input is %s, want that of one layer", brief(value))
	case call.Config.History != nil:
		return sources(call.Config.History, depth+1)
	default:
		if err := call.Arguments.rest(); err != nil {
			return nil, fmt.Errorf("its call: %w", err)
		}
		return sources(call.Args, depth+1)
	}
	var name string
	if len(list) > 0 && json.Unmarshal(list[0], &name) == nil {
		if len(list) > 3 {
			var arguments settings
			if err := json.Unmarshal(list[3], &arguments); err != nil {
				return nil, fmt.Errorf("its call has the arguments %s: %w", brief(list[3]), plain(err))
			}
			if err := arguments.rest(); err != nil {
				return nil, fmt.Errorf("its call: %w", err)
			}
		}
		return []string{name}, nil
	}
	var names []string
	for _, inner := range list {
		more, err := sources(inner, depth+1)
		if err != nil {
			return nil, err
		}
		names = append(names, more...)
	}
	return names, nil
}
