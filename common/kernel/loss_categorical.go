package kernel

import (
	"math"

	"gorgonia-lectures/common/internal/libm"
)

// CategoricalCrossentropy is the mean over the rows of -Σ t*log(q), where q is the row of
// probabilities divided by its sum and then clipped. pred and target are rows×cols.
func CategoricalCrossentropy[T Float](pred, target []T, rows, cols int) T {
	total := 0.0
	for r := range rows {
		p, t := pred[r*cols:(r+1)*cols], target[r*cols:(r+1)*cols]
		sum := rowSum(p)
		for j, v := range p {
			q, _ := clip(float64(v) / sum)
			total -= float64(float64(t[j]) * libm.Log(q))
		}
	}
	return T(total / float64(rows))
}

// CategoricalCrossentropyGrad writes d (rows×cols). With s the row's sum, q = p/s and g = -t/q (0
// where q is clipped), d = upstream * (g - Σ g*q)/(s*rows): the second term is the derivative of
// the division by s.
func CategoricalCrossentropyGrad[T Float](d, pred, target []T, rows, cols int, upstream T) {
	for r := range rows {
		p, t, out := pred[r*cols:(r+1)*cols], target[r*cols:(r+1)*cols], d[r*cols:(r+1)*cols]
		sum := rowSum(p)
		scale := float64(upstream) / (sum * float64(rows))
		through := 0.0 // Σ g*q = -Σ t over what is not clipped
		for j, v := range p {
			if _, inside := clip(float64(v) / sum); inside {
				through -= float64(t[j])
			}
		}
		for j, v := range p {
			g := 0.0
			if q, inside := clip(float64(v) / sum); inside {
				g = -float64(t[j]) / q
			}
			out[j] = T(scale * (g - through))
		}
	}
}

// CategoricalCrossentropyLogits is the mean over the rows of Σ t*(log Σ exp(x) - x): the categorical
// cross-entropy of softmax(x). The row's maximum is subtracted first. logits and target are
// rows×cols; softmax gets softmax(x), which the gradient needs.
func CategoricalCrossentropyLogits[T Float](logits, target []T, softmax []float64, rows, cols int) T {
	all := expRows[T]{x: logits, cols: cols, left: rows}
	total := 0.0
	for r := range rows {
		x, t := logits[r*cols:(r+1)*cols], target[r*cols:(r+1)*cols]
		top, sum := all.next()
		logSum := libm.Log(sum)
		for j, v := range x {
			total += float64(float64(t[j]) * (logSum - (float64(v) - top)))
		}
		all.share(softmax[r*cols:(r+1)*cols], sum)
	}
	return T(total / float64(rows))
}

// CategoricalCrossentropyLogitsGrad writes d = upstream * (softmax(x)-t)/rows, with the softmax(x) of
// CategoricalCrossentropyLogits. This is the derivative
// for targets whose row sums to one; TensorFlow's softmax_cross_entropy_with_logits gives the
// same for other rows too, such as the zeros of an unknown class, and so does this.
func CategoricalCrossentropyLogitsGrad[T Float](d, target []T, softmax []float64, rows, cols int, upstream T) {
	scale := float64(upstream) / float64(rows)
	for i, p := range softmax[:rows*cols] {
		d[i] = T(scale * (p - float64(target[i])))
	}
}

// SparseCategoricalCrossentropy is the mean over the rows of log Σ c - log c[label], where c is the
// row of clipped probabilities: Keras takes their logarithms as logits, so the row is divided by
// its sum after the clip, not before it as in CategoricalCrossentropy. pred is rows×cols; labels
// are rows class numbers in [0, cols), and any other makes the value NaN.
func SparseCategoricalCrossentropy[T Float](pred, labels []T, rows, cols int) T {
	total := 0.0
	for r := range rows {
		p := pred[r*cols : (r+1)*cols]
		c, _ := clip(at(p, labels[r]))
		total += libm.Log(clippedSum(p)) - libm.Log(c)
	}
	return T(total / float64(rows))
}

// SparseCategoricalCrossentropyGrad writes d = upstream * (1/Σc - [j = label]/c)/rows, and 0 where
// the probability was clipped. A row whose label is out of range becomes NaN.
func SparseCategoricalCrossentropyGrad[T Float](d, pred, labels []T, rows, cols int, upstream T) {
	scale := float64(upstream) / float64(rows)
	for r := range rows {
		p, out := pred[r*cols:(r+1)*cols], d[r*cols:(r+1)*cols]
		label := labelOf(labels[r], cols)
		sum := clippedSum(p)
		for j, v := range p {
			c, inside := clip(float64(v))
			g := 0.0
			switch {
			case label < 0:
				g = math.NaN()
			case inside && j == label:
				g = 1/sum - 1/c
			case inside:
				g = 1 / sum
			}
			out[j] = T(scale * g)
		}
	}
}

// SparseCategoricalCrossentropyLogits is the mean over the rows of log Σ exp(x) - x[label]. logits
// is rows×cols; labels are rows class numbers in [0, cols), and any other makes the value NaN. softmax gets softmax(x),
// which the gradient needs.
func SparseCategoricalCrossentropyLogits[T Float](logits, labels []T, softmax []float64, rows, cols int) T {
	all := expRows[T]{x: logits, cols: cols, left: rows}
	total := 0.0
	for r := range rows {
		x := logits[r*cols : (r+1)*cols]
		top, sum := all.next()
		total += libm.Log(sum) - (at(x, labels[r]) - top)
		all.share(softmax[r*cols:(r+1)*cols], sum)
	}
	return T(total / float64(rows))
}

// SparseCategoricalCrossentropyLogitsGrad writes d = upstream * (softmax(x) - [j = label])/rows, with the softmax(x) of
// SparseCategoricalCrossentropyLogits. A row whose label is out of range becomes NaN.
func SparseCategoricalCrossentropyLogitsGrad[T Float](d, labels []T, softmax []float64, rows, cols int, upstream T) {
	scale := float64(upstream) / float64(rows)
	for r := range rows {
		p, out := softmax[r*cols:(r+1)*cols], d[r*cols:(r+1)*cols]
		for j, v := range p {
			out[j] = T(scale * v)
		}
		if label := labelOf(labels[r], cols); label >= 0 {
			out[label] = T(scale * (p[label] - 1))
		} else {
			for j := range out {
				out[j] = T(math.NaN())
			}
		}
	}
}

func rowSum[T Float](row []T) float64 {
	sum := 0.0
	for _, v := range row {
		sum += float64(v)
	}
	return sum
}

func clippedSum[T Float](row []T) float64 {
	sum := 0.0
	for _, v := range row {
		c, _ := clip(float64(v))
		sum += c
	}
	return sum
}

// labelOf is the class number as an index, -1 if it is NaN or not in [0, cols).
func labelOf[T Float](label T, cols int) int {
	if label >= 0 && label < T(cols) {
		return int(label)
	}
	return -1
}

// at is the row's value for a class number, NaN if that is out of range.
func at[T Float](row []T, label T) float64 {
	if i := labelOf(label, len(row)); i >= 0 {
		return float64(row[i])
	}
	return math.NaN()
}
