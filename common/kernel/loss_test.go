package kernel

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/golden"
)

// lossCase is a golden file loss_*.json: the loss as the batch's mean, and its gradient with
// respect to the model's output (upstream 1).
type lossCase struct {
	YTrue  golden.Array  `json:"y_true"`
	YPred  golden.Array  `json:"y_pred"`
	Loss   float64       `json:"loss"`
	DYPred golden.Array  `json:"dy_pred"`
	MadeBy golden.MadeBy `json:"made_by"`
}

func TestLossesGiveWhatKerasGives(t *testing.T) {
	golden.Each(t, "loss_*.json", func(t *testing.T, path string) {
		var c lossCase
		golden.Read(t, path, &c)
		t.Run("float64", func(t *testing.T) { checkLoss[float64](t, path, c, 1e-12) })
		atLevels(t, func(t *testing.T) { checkLoss[float32](t, path, c, 1e-5) })
	})
}

// loss is one loss function of this package in a common form; cols is the length of a row.
type loss[T Float] struct {
	value  func(pred, target []T, rows, cols int) T
	grad   func(d, pred, target []T, rows, cols int, upstream T)
	sparse bool // the target is a class number for each row
	logits bool
}

// flat puts a loss that does not care for rows into the common form.
func flat[T Float](value func(pred, target []T) T, grad func(d, pred, target []T, upstream T)) loss[T] {
	return loss[T]{
		value: func(pred, target []T, _, _ int) T { return value(pred, target) },
		grad:  func(d, pred, target []T, _, _ int, upstream T) { grad(d, pred, target, upstream) },
	}
}

// losses are all of them, named as in Keras.
func losses[T Float]() map[string]loss[T] {
	all := map[string]loss[T]{
		"mse":                        flat(MeanSquaredError[T], MeanSquaredErrorGrad[T]),
		"binary_crossentropy":        flat(BinaryCrossentropy[T], BinaryCrossentropyGrad[T]),
		"binary_crossentropy_logits": flat(BinaryCrossentropyLogits[T], BinaryCrossentropyLogitsGrad[T]),
		"categorical_crossentropy":   {value: CategoricalCrossentropy[T], grad: CategoricalCrossentropyGrad[T]},
		"categorical_crossentropy_logits": {
			value: CategoricalCrossentropyLogits[T], grad: CategoricalCrossentropyLogitsGrad[T]},
		"sparse_categorical_crossentropy": {
			value: SparseCategoricalCrossentropy[T], grad: SparseCategoricalCrossentropyGrad[T], sparse: true},
		"sparse_categorical_crossentropy_logits": {
			value: SparseCategoricalCrossentropyLogits[T], grad: SparseCategoricalCrossentropyLogitsGrad[T], sparse: true},
	}
	for name, l := range all {
		l.logits = strings.HasSuffix(name, "_logits")
		all[name] = l
	}
	return all
}

func checkLoss[T Float](t *testing.T, path string, c lossCase, tolerance float64) {
	// the file's name begins with the loss, and may go on with "_saturated" or the like
	name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "loss_"), ".json")
	var l loss[T]
	found := ""
	for known, candidate := range losses[T]() {
		if (name == known || strings.HasPrefix(name, known+"_")) && len(known) > len(found) {
			found, l = known, candidate
		}
	}
	if found == "" {
		t.Fatalf("loss %q is not supported", name)
	}
	if c.MadeBy.Floatx != "float64" {
		t.Fatalf("made with floatx %q, want float64", c.MadeBy.Floatx)
	}
	shape := c.YPred.Shape
	if len(shape) != 2 || !slices.Equal(c.DYPred.Shape, shape) {
		t.Fatalf("y_pred has shape %v and dy_pred %v, want two equal shapes of rank 2", shape, c.DYPred.Shape)
	}
	wantTarget := shape
	if l.sparse {
		wantTarget = shape[:1]
	}
	if !slices.Equal(c.YTrue.Shape, wantTarget) {
		t.Fatalf("y_true has shape %v, want %v", c.YTrue.Shape, wantTarget)
	}
	rows, cols := shape[0], shape[1]
	pred, target := golden.Convert[T](c.YPred.Data), golden.Convert[T](c.YTrue.Data)
	value := l.value(pred, target, rows, cols)
	golden.Near(t, "loss", []float64{float64(value)}, []float64{c.Loss}, tolerance)
	d := make([]T, len(pred))
	l.grad(d, pred, target, rows, cols, 1)
	golden.Near(t, "dy_pred", golden.Convert[float64](d), c.DYPred.Data, tolerance)
}
