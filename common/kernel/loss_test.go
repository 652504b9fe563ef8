package kernel

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/kernel/internal/oracle"
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
		oracle.AtLevels(t, func(t *testing.T) { checkLoss[float32](t, path, c, 1e-5) })
	})
}

// loss is one loss function of this package in a common form; cols is the length of a row.
type loss[T Float] struct {
	name   string // Keras'
	value  func(pred, target []T, rows, cols int) T
	grad   func(d, pred, target []T, rows, cols int, upstream T)
	sparse bool // the target is a class number for each row
}

func (l loss[T]) logits() bool { return strings.HasSuffix(l.name, "_logits") }

// flat gives a loss that ignores rows the common form.
func flat[T Float](name string, value func(pred, target []T) T, grad func(d, pred, target []T, upstream T)) loss[T] {
	return loss[T]{
		name:  name,
		value: func(pred, target []T, _, _ int) T { return value(pred, target) },
		grad:  func(d, pred, target []T, _, _ int, upstream T) { grad(d, pred, target, upstream) },
	}
}

func losses[T Float]() []loss[T] {
	return []loss[T]{
		flat("mse", MeanSquaredError[T], MeanSquaredErrorGrad[T]),
		flat("binary_crossentropy", BinaryCrossentropy[T], BinaryCrossentropyGrad[T]),
		flat("binary_crossentropy_logits", BinaryCrossentropyLogits[T], BinaryCrossentropyLogitsGrad[T]),
		{"categorical_crossentropy", CategoricalCrossentropy[T], CategoricalCrossentropyGrad[T], false},
		{"categorical_crossentropy_logits", categoricalLogits[T], categoricalLogitsGrad[T], false},
		{"sparse_categorical_crossentropy", SparseCategoricalCrossentropy[T], SparseCategoricalCrossentropyGrad[T], true},
		{"sparse_categorical_crossentropy_logits",
			sparseLogits[T], sparseLogitsGrad[T], true},
	}
}

// softmaxes is memory for the softmax of a loss of logits.
var softmaxes []float64

func softmaxOfLength(n int) []float64 {
	softmaxes = slices.Grow(softmaxes[:0], n)[:n]
	return softmaxes
}

// The losses of logits as the others are: each gradient computes its value first.

func categoricalLogits[T Float](x, target []T, rows, cols int) T {
	return CategoricalCrossentropyLogits(x, target, softmaxOfLength(rows*cols), rows, cols)
}

func categoricalLogitsGrad[T Float](d, x, target []T, rows, cols int, upstream T) {
	softmax := softmaxOfLength(rows * cols)
	CategoricalCrossentropyLogits(x, target, softmax, rows, cols)
	CategoricalCrossentropyLogitsGrad(d, target, softmax, rows, cols, upstream)
}

func sparseLogits[T Float](x, labels []T, rows, cols int) T {
	return SparseCategoricalCrossentropyLogits(x, labels, softmaxOfLength(rows*cols), rows, cols)
}

func sparseLogitsGrad[T Float](d, x, labels []T, rows, cols int, upstream T) {
	softmax := softmaxOfLength(rows * cols)
	SparseCategoricalCrossentropyLogits(x, labels, softmax, rows, cols)
	SparseCategoricalCrossentropyLogitsGrad(d, labels, softmax, rows, cols, upstream)
}

// lossOf is the loss of that name.
func lossOf[T Float](t *testing.T, name string) loss[T] {
	for _, l := range losses[T]() {
		if l.name == name {
			return l
		}
	}
	t.Fatalf("loss %q is not supported", name)
	return loss[T]{}
}

func checkLoss[T Float](t *testing.T, path string, c lossCase, tolerance float64) {
	// the file's name is that of the loss, perhaps with more after it: the longest name that fits
	file := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "loss_"), ".json")
	known := ""
	for _, l := range losses[T]() {
		if (file == l.name || strings.HasPrefix(file, l.name+"_")) && len(l.name) > len(known) {
			known = l.name
		}
	}
	if known == "" {
		t.Fatalf("%s is of no loss in losses()", path)
	}
	l := lossOf[T](t, known)
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

// randomLossInput draws an output and a target fit for the loss; targets' rows sum to one.
func randomLossInput[T Float](rng *rand.Rand, l loss[T], rows, cols int) (pred, target []T) {
	pred = make([]T, rows*cols)
	for i := range pred {
		pred[i] = T(rng.Float64()*.8 + .1)
		if l.logits() {
			pred[i] = T(rng.NormFloat64() * 3)
		}
	}
	if l.sparse {
		target = make([]T, rows)
		for r := range target {
			target[r] = T(rng.IntN(cols))
		}
		return pred, target
	}
	target = make([]T, rows*cols)
	for r := range rows {
		row := target[r*cols : (r+1)*cols]
		sum := T(0)
		for j := range row {
			row[j] = T(rng.Float64())
			sum += row[j]
		}
		for j := range row {
			row[j] /= sum
		}
	}
	return pred, target
}

// The logit forms are the probability forms after softmax or sigmoid.
func TestLogitLossesAgreeWithProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, name := range []string{"binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"} {
		l, logits := lossOf[float64](t, name), lossOf[float64](t, name+"_logits")
		for range 20 {
			rows, cols := 1+rng.IntN(5), 2+rng.IntN(4)
			x, target := randomLossInput(rng, logits, rows, cols)
			p := make([]float64, len(x))
			dx := make([]float64, len(x)) // by the chain rule
			d := make([]float64, len(x))
			for i, v := range x {
				p[i] = 1 / (1 + math.Exp(-v))
			}
			if name != "binary_crossentropy" {
				for i, v := range x {
					p[i] = math.Exp(v)
				}
				for r := range rows {
					row := p[r*cols : (r+1)*cols]
					sum := 0.0
					for _, v := range row {
						sum += v
					}
					for j := range row {
						row[j] /= sum
					}
				}
			}
			l.grad(d, p, target, rows, cols, 1)
			for i := range x {
				if name == "binary_crossentropy" {
					dx[i] = d[i] * p[i] * (1 - p[i])
					continue
				}
				for j := i / cols * cols; j < (i/cols+1)*cols; j++ {
					dx[i] -= d[j] * p[j] * p[i]
				}
				dx[i] += d[i] * p[i]
			}
			got := []float64{logits.value(x, target, rows, cols)}
			golden.Near(t, name, got, []float64{l.value(p, target, rows, cols)}, 1e-12)
			logits.grad(d, x, target, rows, cols, 1)
			golden.Near(t, name+" gradient", d, dx, 1e-11)
		}
	}
}

func TestFloat32LossesAgreeWithFloat64(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for i, l := range losses[float64]() {
		name, l32 := l.name, losses[float32]()[i]
		rows, cols := 7, 5
		pred, target := randomLossInput(rng, l32, rows, cols)
		pred64, target64 := golden.Convert[float64](pred), golden.Convert[float64](target)
		got := float64(l32.value(pred, target, rows, cols))
		golden.Near(t, name, []float64{got}, []float64{l.value(pred64, target64, rows, cols)}, 6e-8)
		d, d64 := make([]float32, len(pred)), make([]float64, len(pred))
		l32.grad(d, pred, target, rows, cols, 1)
		l.grad(d64, pred64, target64, rows, cols, 1)
		golden.Near(t, name+" gradient", golden.Convert[float64](d), d64, 6e-8)
	}
}

// Logits of any size give a finite loss and gradient; a wrong answer costs its distance.
func TestLogitLossesDoNotOverflow(t *testing.T) {
	const big = 1e4
	for _, c := range []struct {
		name           string
		logits, target []float64
		rows, cols     int
		grad           []float64
	}{
		{"binary_crossentropy_logits", []float64{big, -big, big, -big}, []float64{0, 1, 1, 0}, 4, 1,
			[]float64{.25, -.25, 0, 0}},
		{"categorical_crossentropy_logits", []float64{big, 0, -big, big}, []float64{0, 1, 0, 1}, 2, 2,
			[]float64{.5, -.5, 0, 0}},
		{"sparse_categorical_crossentropy_logits", []float64{big, 0, -big, big}, []float64{1, 1}, 2, 2,
			[]float64{.5, -.5, 0, 0}},
	} {
		l := lossOf[float64](t, c.name)
		golden.Near(t, c.name, []float64{l.value(c.logits, c.target, c.rows, c.cols)}, []float64{big / 2}, 1e-15)
		d := make([]float64, len(c.logits))
		l.grad(d, c.logits, c.target, c.rows, c.cols, 1)
		golden.Near(t, c.name+" gradient", d, c.grad, 1e-15)
	}
}

// Keras 3.15 in float64, from_logits=True: the gradient is softmax-t for targets whose row does not sum to one, too.
func TestCategoricalLogitsOfOtherTargets(t *testing.T) {
	x := []float64{1, 2, 3, 0, 0, 1}
	target := []float64{0, 0, 0, 0, 1, 1}
	want := []float64{0.04501529, 0.12236424, 0.33262048, 0.10597078, -0.39402922, -0.21194156}
	d := make([]float64, 6)
	categoricalLogitsGrad(d, x, target, 2, 3, 1)
	golden.Near(t, "gradient", d, want, 1e-7)
	got := categoricalLogits(x, target, 2, 3)
	golden.Near(t, "value", []float64{got}, []float64{1.051444713932051}, 1e-15)
}

func TestLossesSpreadNaN(t *testing.T) {
	nan := math.NaN()
	for _, l := range losses[float64]() {
		for _, where := range []string{"pred", "target"} {
			pred, target := []float64{.3, .7, .4, .6}, []float64{0, 1, 1, 0}
			if l.sparse {
				target = target[:2]
			}
			poisoned := pred
			if where == "target" {
				poisoned = target
			}
			poisoned[0] = nan
			if v := l.value(pred, target, 2, 2); !math.IsNaN(v) {
				t.Errorf("%s: a NaN in the %s gives %v", l.name, where, v)
			}
			d := []float64{9, 9, 9, 9}
			l.grad(d, pred, target, 2, 2, 1)
			if !math.IsNaN(d[0]) || math.IsNaN(d[2]) || math.IsNaN(d[3]) {
				t.Errorf("%s: a NaN in the %s's first element gives the gradient %v", l.name, where, d)
			}
		}
	}
}

func TestSparseLabelsOutOfRange(t *testing.T) {
	for _, l := range losses[float64]() {
		if !l.sparse {
			continue
		}
		for _, label := range []float64{-1, 3, math.Inf(1), math.Inf(-1), 1e300} {
			pred, d := []float64{.2, .3, .5}, make([]float64, 3)
			v := l.value(pred, []float64{label}, 1, 3)
			l.grad(d, pred, []float64{label}, 1, 3, 1)
			if !math.IsNaN(v) || slices.ContainsFunc(d, func(x float64) bool { return x == x }) {
				t.Errorf("%s: label %v gives %v and %v, want NaN", l.name, label, v, d)
			}
		}
	}
}
