package keras

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// losses lists Keras' names of each loss. The first one is written, as both Keras 2.15 and 3 load it (Keras 3 writes
// "mse", but cannot load it). The second one is its class.
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
	var err error
	if t.loss, err = parseLoss(s["loss"]); err != nil {
		return t, fmt.Errorf("loss: %w", err)
	}
	if t.metrics, err = parseMetrics(s["metrics"], 2); err != nil {
		return t, fmt.Errorf("metrics: %w", err)
	}
	weighted, err := parseMetrics(s["weighted_metrics"], 2)
	if err != nil || len(weighted) > 0 {
		return t, fmt.Errorf("weighted_metrics is %s: not supported", brief(s["weighted_metrics"]))
	}
	t.optimizer = s["optimizer_config"]
	s.ignore("loss", "metrics", "weighted_metrics", "optimizer_config")
	return t, s.rest()
}

// parseLoss reads a name, or a class with its settings.
func parseLoss(value json.RawMessage) (loss.Loss, error) {
	if len(value) == 0 || isNull(value) {
		return nil, errors.New("is missing")
	}
	var name string
	if err := json.Unmarshal(value, &name); err != nil {
		var o object
		if err := json.Unmarshal(value, &o); err != nil {
			return nil, fmt.Errorf("is %s: not supported", brief(value))
		}
		name = o.Class
		o.Config.ignore("name", "dtype", "fn")
		if err := first(errors.Join(
			only(o.Config, "reduction", "sum_over_batch_size", "auto"),
			only(o.Config, "label_smoothing", 0.0), only(o.Config, "axis", -1), o.Config.rest())); err != nil {
			return nil, fmt.Errorf("%s: %w", text.Brief(name), err)
		}
	}
	for _, l := range losses {
		if slices.Contains(l.names, name) {
			return l.loss, nil
		}
	}
	return nil, fmt.Errorf("is %s: not supported", text.Brief(name))
}

// parseMetrics lists the names of metrics, which may be in lists of lists up to the depth: Keras 2 has a list for each
// output.
func parseMetrics(value json.RawMessage, depth int) ([]string, error) {
	if len(value) == 0 || isNull(value) {
		return nil, nil
	}
	var name string
	if json.Unmarshal(value, &name) == nil {
		return []string{name}, nil
	}
	var list []json.RawMessage
	if depth > 0 && json.Unmarshal(value, &list) == nil {
		var names []string
		for _, m := range list {
			more, err := parseMetrics(m, depth-1)
			if err != nil {
				return nil, err
			}
			names = append(names, more...)
		}
		return names, nil
	}
	var o object
	if err := json.Unmarshal(value, &o); err != nil {
		return nil, fmt.Errorf("%s: not supported", brief(value))
	}
	name = o.Class
	if name == "MeanMetricWrapper" {
		if err := o.Config.need("fn", &name); err != nil {
			return nil, err
		}
	}
	o.Config.ignore("name", "dtype", "fn")
	if err := first(errors.Join(only(o.Config, "threshold", 0.5), o.Config.rest())); err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(name), err)
	}
	return []string{name}, nil
}

// accuracies are Keras' names of the accuracy by the kind of target. The first one is its class.
var accuracies = map[string][]string{
	"binary":      {"BinaryAccuracy", "binary_accuracy"},
	"categorical": {"CategoricalAccuracy", "categorical_accuracy"},
	"sparse":      {"SparseCategoricalAccuracy", "sparse_categorical_accuracy"},
}

// accuracy is the kind of model.Accuracy for the loss and the number of output values.
func accuracy(l loss.Loss, outputs int) string {
	switch {
	case outputs == 1:
		return "binary"
	case l == loss.SparseCategoricalCrossentropy:
		return "sparse"
	}
	return "categorical"
}

// accuracy lists model.Accuracy if the accuracy is measured. Any other metric is an error.
func (t training) accuracy(outputs int) ([]model.Metric, error) {
	var list []model.Metric
	kind := accuracy(t.loss, outputs)
	for _, name := range t.metrics {
		if name != "accuracy" && name != "acc" && !slices.Contains(accuracies[kind], name) {
			return nil, fmt.Errorf("metrics: %s for the loss %v and %d outputs, want accuracy or %s",
				text.Brief(name), t.loss, outputs, accuracies[kind][0])
		}
		list = []model.Metric{model.Accuracy}
	}
	return list, nil
}

// trainingObject is the JSON of training_config. It has the metric as a class, as Keras 2.15 computes a wrong value for
// the name "accuracy".
func trainingObject(c model.Config, outputs int, optimizer any) (map[string]any, error) {
	o := map[string]any{"loss_weights": nil, "weighted_metrics": nil, "metrics": nil, "optimizer_config": optimizer}
	for _, l := range losses {
		if l.loss == c.Loss {
			o["loss"] = l.names[0]
		}
	}
	if o["loss"] == nil {
		return nil, fmt.Errorf("loss %v: a %T, want one of package loss", c.Loss, c.Loss)
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
