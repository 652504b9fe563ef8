package kernel

import (
	"math"
	"sync"

	"gorgonia-lectures/common/kernel/internal/parallel"
)

// columns is the arguments of the kernels of a batch normalization, on rows×cols elements.
type columns[T Float] struct {
	kind      columnsKind
	y, x, d   []T
	mean      []float64 // of each column, as are the others
	center    []T
	factor    []T
	shift     []T
	slope     []T
	work      []float64 // partial sums: a row for each piece
	run, cols int       // rows of one piece
}

type columnsKind int

const (
	ofValues columnsKind = iota
	ofSquares
	ofProducts
	toNormal
	toGradient
)

var columnJobs sync.Pool

func (c *columns[T]) Piece(i int) {
	lo, hi := i*c.run*c.cols, min((i+1)*c.run*c.cols, len(c.x))
	switch c.kind {
	case ofValues:
		c.sum(c.work[i*c.cols:][:c.cols], c.x[lo:hi])
	case ofSquares:
		c.squares(c.work[i*c.cols:][:c.cols], c.x[lo:hi])
	case ofProducts:
		c.products(c.work[2*i*c.cols:][:2*c.cols], c.x[lo:hi], c.d[lo:hi])
	case toNormal:
		c.normalize(c.y[lo:hi], c.x[lo:hi])
	case toGradient:
		c.gradient(c.y[lo:hi], c.x[lo:hi], c.d[lo:hi])
	}
}

// all runs the pieces of all rows; sums of several pieces are then added in their order to the first width elements of
// work.
func (c columns[T]) all(kind columnsKind, width int) {
	rows := len(c.x) / c.cols
	c.kind, c.run = kind, columnsRun(rows, c.cols)
	pieces := max(1, ceilDiv(rows, c.run))
	if pieces == 1 {
		c.Piece(0)
		return
	}
	parallel.Region(&columnJobs, pieces, c)
	for i := width; i < pieces*width; i++ {
		c.work[i%width] += c.work[i]
	}
}

func columnsRun(rows, cols int) int { return max(1, min(rows, sumPiece/4/max(1, cols))) }

// MomentsWork returns the length of the scratch slice of Moments and NormalizeSums for rows×cols elements.
func MomentsWork(rows, cols int) int {
	return (2*max(1, ceilDiv(rows, columnsRun(rows, cols))) + 1) * cols
}

// Moments computes the mean and the variance of each column of x, rows×cols:
//
//	for j := range cols {
//		mean[j] = Σ_i x[i,j] / rows                  // i = 0 … rows-1
//		variance[j] = Σ_i (x[i,j] - mean[j])² / rows // biased
//	}
//
// It adds in float64. work has at least MomentsWork elements. All levels give the same bits.
//
// If x is a shard of the rows, reduce adds the sums of the other shards to those that it gets, and all is the number of
// rows of all shards. For a whole batch reduce is nil, and all is rows.
func Moments[T Float](mean, variance, x []T, work []float64, rows, cols int, reduce func(sums []float64), all int) {
	means := work[:cols]
	c := columns[T]{x: x[:rows*cols], mean: means, work: work[cols:], cols: cols}
	c.all(ofValues, cols)
	if reduce != nil {
		reduce(c.work[:cols])
	}
	for j := range means {
		means[j] = c.work[j] / float64(all)
		mean[j] = T(means[j])
	}
	c.all(ofSquares, cols)
	if reduce != nil {
		reduce(c.work[:cols])
	}
	for j := range means {
		variance[j] = T(c.work[j] / float64(all))
	}
}

func (c *columns[T]) sum(sums []float64, x []T) {
	clear(sums)
	for ; len(x) > 0; x = x[len(sums):] {
		for j, v := range x[:len(sums)] {
			sums[j] += float64(v)
		}
	}
}

func (c *columns[T]) squares(sums []float64, x []T) {
	clear(sums)
	mean := c.mean[:len(sums)]
	for ; len(x) > 0; x = x[len(sums):] {
		for j, v := range x[:len(sums)] {
			v := float64(v) - mean[j]
			sums[j] += float64(v * v) // no fused multiply-add: the same bits everywhere
		}
	}
}

// InverseDeviation computes 1/√(variance + epsilon).
func InverseDeviation[T Float](y, variance []T, epsilon float64) {
	for j, v := range variance {
		y[j] = T(1 / math.Sqrt(float64(v)+epsilon))
	}
}

// Deviation computes max(√variance, least).
func Deviation[T Float](y, variance []T, least float64) {
	for j, v := range variance {
		y[j] = T(max(math.Sqrt(float64(v)), least))
	}
}

// Normalize moves and scales each column of x, rows×cols:
//
//	for i, j := range y {
//		y[i,j] = (x[i,j] - center[j]) * factor[j] + shift[j]
//	}
//
// center, factor and shift have a number for each column. All levels give the same bits.
func Normalize[T Float](y, x, center, factor, shift []T, rows, cols int) {
	columns[T]{y: y[:rows*cols], x: x[:rows*cols], center: center, factor: factor, shift: shift, cols: cols}.
		all(toNormal, 0)
}

func (c *columns[T]) normalize(y, x []T) {
	center, factor, shift := c.center[:c.cols], c.factor[:c.cols], c.shift[:c.cols]
	for ; len(x) > 0; x, y = x[c.cols:], y[c.cols:] {
		y := y[:c.cols]
		for j, v := range x[:c.cols] {
			y[j] = T((v-center[j])*factor[j]) + shift[j]
		}
	}
}

// NormalizeSums computes the gradients of the shift and of the factor of normalized columns:
//
//	for j := range cols {
//		sums[j] = Σ_i dy[i,j]                                           // i = 0 … rows-1
//		sums[cols+j] = Σ_i dy[i,j] * (x[i,j] - center[j]) * inverse[j]
//	}
//
// It adds in float64. work has at least MomentsWork elements. All levels give the same bits.
func NormalizeSums[T Float](sums, x, dy, center, inverse []T, work []float64, rows, cols int) {
	c := columns[T]{x: x[:rows*cols], d: dy[:rows*cols], center: center, work: work, cols: cols}
	c.all(ofProducts, 2*cols)
	for j := range cols {
		sums[j], sums[cols+j] = T(work[j]), T(work[cols+j]*float64(inverse[j]))
	}
}

func (c *columns[T]) products(sums []float64, x, d []T) {
	clear(sums)
	cols, center := c.cols, c.center[:c.cols]
	first, second := sums[:cols], sums[cols:][:cols]
	for ; len(x) > 0; x, d = x[cols:], d[cols:] {
		x := x[:cols]
		for j, v := range d[:cols] {
			first[j] += float64(v)
			second[j] += float64(float64(v) * (float64(x[j]) - float64(center[j])))
		}
	}
}

// NormalizeGrad computes the gradient of columns that are normalized by their own moments:
//
//	for i, j := range dx {
//		dx[i,j] = (dy[i,j] - shift[j]) * factor[j] - (x[i,j] - center[j]) * slope[j]
//	}
//
// shift is the mean of dy, slope that of dy·(x-center) times factor/variance. All levels give the same bits.
func NormalizeGrad[T Float](dx, x, dy, center, factor, shift, slope []T, rows, cols int) {
	columns[T]{y: dx[:rows*cols], x: x[:rows*cols], d: dy[:rows*cols],
		center: center, factor: factor, shift: shift, slope: slope, cols: cols}.all(toGradient, 0)
}

func (c *columns[T]) gradient(dx, x, dy []T) {
	cols := c.cols
	center, factor, shift, slope := c.center[:cols], c.factor[:cols], c.shift[:cols], c.slope[:cols]
	for ; len(x) > 0; x, dx, dy = x[cols:], dx[cols:], dy[cols:] {
		x, dx := x[:cols], dx[:cols]
		for j, v := range dy[:cols] {
			dx[j] = T((v-shift[j])*factor[j]) - T((x[j]-center[j])*slope[j])
		}
	}
}
