package keras

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// losses has Keras' names of each loss. The first one is written, because both Keras 2.15 and 3 load it (Keras 3 writes
// "mse", but cannot load it). The second one is the class.
var losses = []struct {
	loss  loss.Loss
	names []string
}{
	{loss.MeanSquaredError, []string{"mean_squared_error", "MeanSquaredError", "mse", "MSE"}},
	{loss.BinaryCrossentropy, []string{"binary_crossentropy", "BinaryCrossentropy", "bce", "BCE"}},
	{loss.CategoricalCrossentropy, []string{"categorical_crossentropy", "CategoricalCrossentropy"}},
	{loss.SparseCategoricalCrossentropy, []string{"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"}},
}

// training is the content of training_config.
type training struct {
	loss      loss.Loss
	metrics   []string // names, whose meaning depends on the loss and the output
	optimizer json.RawMessage
}

func parseTraining(text string) (training, error) {
	var t training
	var s settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return t, fmt.Errorf("not Keras' JSON: %w", plain(err))
	}
	s.ignore("run_eagerly", "steps_per_execution", "jit_compile", "sample_weight_mode", "auto_scale_loss")
	t.metrics = append(metricNames(s["metrics"], maxNested), metricNames(s["weighted_metrics"], maxNested)...)
	t.loss = readLoss(s["loss"], s["loss_weights"])
	t.optimizer = s["optimizer_config"]
	s.ignore("loss", "loss_weights", "metrics", "weighted_metrics", "optimizer_config")
	return t, s.rest()
}

// UnknownLoss replaces a loss of a file that package loss does not have. The net predicts, and is saved with the same
// loss; evaluating and training are errors.
type UnknownLoss struct {
	Reason error // names the loss or the setting

	config, weights json.RawMessage // of the file; nil: it has none
}

// Computable returns the error of Evaluate and Fit.
func (u *UnknownLoss) Computable() error {
	return fmt.Errorf("the loss of the file: %w", u.Reason)
}

// Target is the shape of the output.
func (u *UnknownLoss) Target(output tensor.Shape) tensor.Shape { return output.Clone() }

// Build returns an error.
func (u *UnknownLoss) Build(_, _ *gorgonia.Node) (*gorgonia.Node, error) { return nil, u.Computable() }

func (u *UnknownLoss) String() string { return "unknown loss" }

// readLoss reads the loss and its weight.
func readLoss(config, weights json.RawMessage) loss.Loss {
	l, err := parseLoss(config)
	if err == nil {
		l, err = weighted(l, weights)
	}
	if err != nil {
		return &UnknownLoss{err, slices.Clone(config), slices.Clone(weights)}
	}
	return l
}

// parseLoss reads a name, or a class with its settings.
func parseLoss(value json.RawMessage) (loss.Loss, error) {
	value = single(value)
	if len(value) == 0 || isNull(value) {
		return nil, errors.New("loss is missing: compile the model in Keras with one, and save it again")
	}
	name, config, err := nameOf(value)
	if err != nil {
		return nil, fmt.Errorf("loss is %s: not supported", brief(value))
	}
	var logits bool
	config.ignore("name", "dtype", "fn")
	_, err = config.decode("from_logits", &logits)
	if err := first(errors.Join(err,
		only(config, "reduction", "sum_over_batch_size", "auto", "mean", "mean_with_sample_weight"),
		only(config, "label_smoothing", 0.0), only(config, "axis", -1), config.rest())); err != nil {
		return nil, fmt.Errorf("loss: %s: %w", text.Brief(name), err)
	}
	for _, l := range losses {
		switch {
		case !slices.Contains(l.names, name):
		case logits && !loss.HasLogits(l.loss):
			return nil, fmt.Errorf("loss: %s: from_logits is true, want false", name)
		case logits:
			return loss.Options{Loss: l.loss, FromLogits: true}, nil
		default:
			return l.loss, nil
		}
	}
	return nil, fmt.Errorf("loss is %s: not supported", text.Brief(name))
}

// nameOf reads a loss or a metric: its name, or its class and settings.
func nameOf(value json.RawMessage) (string, settings, error) {
	var name string
	if json.Unmarshal(value, &name) == nil {
		return name, nil, nil
	}
	var function struct { // of Keras 3
		Class  string `json:"class_name"`
		Config string `json:"config"`
	}
	if json.Unmarshal(value, &function) == nil && function.Class == "function" {
		return function.Config, nil, nil
	}
	var o object
	err := json.Unmarshal(value, &o)
	if err == nil && o.Class == "" {
		err = errors.New("no class_name")
	}
	return o.Class, o.Config, err
}

// single returns the value for the one output of a model, which may be in a list or under the output's name.
func single(value json.RawMessage) json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil && len(list) == 1 {
		return list[0]
	}
	var named map[string]json.RawMessage
	if json.Unmarshal(value, &named) == nil && len(named) == 1 {
		for _, only := range named {
			return only
		}
	}
	return value
}

// weighted returns the loss multiplied by loss_weights of a model with one output.
func weighted(l loss.Loss, weights json.RawMessage) (loss.Loss, error) {
	value := string(single(weights))
	if value == "" || value == "null" || value == "[]" || value == "{}" {
		return l, nil
	}
	var weight float64
	switch err := json.Unmarshal([]byte(value), &weight); {
	case err != nil || weight == 0 || math.Abs(weight) > math.MaxFloat32:
		return nil, fmt.Errorf("loss_weights is %s, want one number other than 0", brief(weights))
	case weight == 1:
		return l, nil
	}
	o, ok := l.(loss.Options)
	if !ok {
		o.Loss = l
	}
	o.Weight = weight
	return o, nil
}

// metricNames returns the names of metrics, which may be in lists and under names of outputs, nested up to depth: Keras
// 2 has a list for each output. The name of a metric with a setting includes the setting.
func metricNames(value json.RawMessage, depth int) []string {
	if len(value) == 0 || isNull(value) {
		return nil
	}
	if name, config, err := nameOf(value); err == nil {
		return []string{metricName(name, config)}
	}
	var list []json.RawMessage
	var named map[string]json.RawMessage
	switch {
	case depth == 0:
	case json.Unmarshal(value, &list) == nil:
		var names []string
		for _, m := range list {
			names = append(names, metricNames(m, depth-1)...)
		}
		return names
	case json.Unmarshal(value, &named) == nil:
		var names []string
		for _, output := range slices.Sorted(maps.Keys(named)) {
			names = append(names, metricNames(named[output], depth-1)...)
		}
		return names
	}
	return []string{brief(value)}
}

// metricName returns the name of a metric of a class, with its setting. Keras 2 saves the metric "accuracy" of a net
// that was not evaluated as the categorical accuracy, for any loss.
func metricName(class string, config settings) string {
	name := class
	if class == "MeanMetricWrapper" {
		if err := config.need("fn", &name); err != nil {
			return class
		}
	}
	var own string
	if _, err := config.decode("name", &own); err == nil && (own == "accuracy" || own == "acc") {
		for _, names := range accuracies {
			if slices.Contains(names, name) {
				name = "accuracy"
			}
		}
	}
	config.ignore("name", "dtype", "fn")
	if err := first(errors.Join(only(config, "threshold", 0.5), config.rest())); err != nil {
		name += ": " + err.Error()
	}
	return name
}

// accuracies has Keras' names of the accuracy by the kind of target. The first one is the class.
var accuracies = map[string][]string{
	"binary":      {"BinaryAccuracy", "binary_accuracy"},
	"categorical": {"CategoricalAccuracy", "categorical_accuracy"},
	"sparse":      {"SparseCategoricalAccuracy", "sparse_categorical_accuracy"},
}

// accuracy returns the kind of model.Accuracy for the loss and the number of outputs.
func accuracy(l loss.Loss, outputs int) string {
	switch {
	case outputs == 1:
		return "binary"
	case loss.Base(l) == loss.SparseCategoricalCrossentropy:
		return "sparse"
	}
	return "categorical"
}

// accuracy returns model.Accuracy if it is among the metrics, and the names of all others. An output with several axes
// has no accuracy.
func (t training) accuracy(output []int) (measured []model.Metric, others []string) {
	kind := accuracy(t.loss, tensor.Shape(output).TotalSize())
	for _, name := range t.metrics {
		if len(output) == 1 && (name == "accuracy" || name == "acc" || slices.Contains(accuracies[kind], name)) {
			measured = []model.Metric{model.Accuracy}
		} else {
			others = append(others, name)
		}
	}
	return measured, others
}

// trainingObject returns the JSON of training_config. It has the metric as a class, because Keras 2.15 computes a wrong
// value for the name "accuracy".
func trainingObject(c model.Config, outputs int, optimizer any) (map[string]any, error) {
	o := map[string]any{"loss": nil, "loss_weights": nil, "metrics": nil, "weighted_metrics": nil,
		"optimizer_config": optimizer}
	if err := lossObject(o, c.Loss); err != nil {
		return nil, err
	}
	if len(c.Metrics) > 0 {
		config := map[string]any{"name": "accuracy", "dtype": c.Dtype.Name()}
		kind := accuracy(c.Loss, outputs)
		if kind == "binary" {
			config["threshold"] = 0.5
		}
		o["metrics"] = []description{{accuracies[kind][0], config}}
	}
	return o, nil
}

// lossObject adds the loss to training_config.
func lossObject(o map[string]any, l loss.Loss) error {
	if u, ok := l.(*UnknownLoss); ok {
		if u.config != nil {
			o["loss"] = u.config
		}
		if u.weights != nil {
			o["loss_weights"] = u.weights
		}
		return nil
	}
	options, _ := l.(loss.Options)
	if options.Weight != 0 {
		o["loss_weights"] = []float{float(options.Weight)}
	}
	for _, known := range losses {
		switch {
		case known.loss != loss.Base(l):
			continue
		case options.FromLogits:
			o["loss"] = description{known.names[1], map[string]any{"name": known.names[0],
				"reduction": "sum_over_batch_size", "from_logits": true}}
		default:
			o["loss"] = known.names[0]
		}
		return nil
	}
	return fmt.Errorf("loss %v: a %T, want one of package loss", l, l)
}
