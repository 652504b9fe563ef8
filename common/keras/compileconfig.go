package keras

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// trainingOf returns the compile_config of config.json in the form of training_config; "" if there is none.
func trainingOf(config []byte) (string, error) {
	var model struct {
		Compile json.RawMessage `json:"compile_config"`
	}
	if err := json.Unmarshal(config, &model); err != nil {
		return "", fmt.Errorf("not Keras' JSON: %w", plain(err))
	}
	if len(model.Compile) == 0 || isNull(model.Compile) {
		return "", nil
	}
	if n := len(model.Compile); n > maxCompile {
		return "", fmt.Errorf("compile_config: %d bytes, want at most %d", n, maxCompile)
	}
	var training map[string]any
	numbers := json.NewDecoder(bytes.NewReader(model.Compile))
	numbers.UseNumber() // keeps their digits
	if err := numbers.Decode(&training); err != nil {
		return "", fmt.Errorf("compile_config: %w", plain(err))
	}
	if len(training) == 0 { // Keras 3 writes an empty one for a model that is not compiled
		return "", nil
	}
	switch optimizer := training["optimizer"].(type) {
	case nil:
	case string:
		training["optimizer_config"] = namedOptimizer(optimizer)
	default:
		training["optimizer_config"] = optimizer
	}
	delete(training, "optimizer")
	b, err := json.Marshal(functionNames(training))
	return string(b), err
}

// namedOptimizer describes an optimizer of which Keras 2 saves only the name, as after compile("adam"), with Keras'
// default learning rate.
func namedOptimizer(name string) description {
	config := map[string]any{"learning_rate": 0.001}
	for _, class := range []string{"SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam"} {
		if strings.EqualFold(class, name) {
			name = class
		}
	}
	if name == "SGD" {
		config["learning_rate"] = 0.01
	}
	return description{name, config}
}

// functionNames replaces the objects by which Keras 3 describes its functions, for example losses, by their names.
func functionNames(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if name, ok := v["config"].(string); ok && v["class_name"] == "function" {
			return name
		}
		for key, inner := range v {
			v[key] = functionNames(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = functionNames(inner)
		}
	}
	return value
}
