package kernel

import (
	"fmt"
	"math"
	"testing"
)

// Every kernel of a normalization is the loop of its doc comment, for one piece and for several.
func TestNormalizeIsThePlainLoop(t *testing.T) {
	both(t, testNormalize[float32], testNormalize[float64])
}

func testNormalize[T Float](t *testing.T) {
	r := newRand()
	tolerance := 1e-5
	if _, double := any(T(0)).(float64); double {
		tolerance = 1e-12
	}
	for _, s := range [][2]int{{1, 1}, {1, 5}, {7, 3}, {40, 17}, {3, 20000}, {5000, 9}, {70000, 1}} {
		rows, cols := s[0], s[1]
		name := fmt.Sprint(s)
		x, dy := noise[T](r, rows*cols), noise[T](r, rows*cols)
		for i := range x {
			x[i] += 3
		}
		work := make([]float64, MomentsWork(rows, cols))
		mean, variance := guard[T](cols), guard[T](cols)
		Moments(mean.out, variance.out, x, work, rows, cols, nil, rows)
		wantMean, wantVariance := make([]float64, cols), make([]float64, cols)
		for i, v := range x {
			wantMean[i%cols] += float64(v) / float64(rows)
		}
		for i, v := range x {
			wantVariance[i%cols] += math.Pow(float64(v)-wantMean[i%cols], 2) / float64(rows)
		}
		near(t, name+" mean", mean.out, wantMean, tolerance)
		near(t, name+" variance", variance.out, wantVariance, tolerance)
		mean.check(t, name)
		variance.check(t, name)

		inverse := guard[T](cols)
		InverseDeviation(inverse.out, variance.out, 0.5)
		inverse.check(t, name)
		deviation := guard[T](cols)
		Deviation(deviation.out, variance.out, 0.5)
		deviation.check(t, name)
		factor, shift := noise[T](r, cols), noise[T](r, cols)
		y, dx, sums := guard[T](rows*cols), guard[T](rows*cols), guard[T](2*cols)
		Normalize(y.out, x, mean.out, factor, shift, rows, cols)
		NormalizeSums(sums.out, x, dy, mean.out, inverse.out, work, rows, cols)
		NormalizeGrad(dx.out, x, dy, mean.out, factor, shift, inverse.out, rows, cols)
		wantY, wantDX, wantSums := make([]float64, rows*cols), make([]float64, rows*cols), make([]float64, 2*cols)
		for i, v := range x {
			j := i % cols
			apart := float64(v) - float64(mean.out[j])
			wantY[i] = apart*float64(factor[j]) + float64(shift[j])
			wantDX[i] = (float64(dy[i])-float64(shift[j]))*float64(factor[j]) - apart*float64(inverse.out[j])
			wantSums[j] += float64(dy[i])
			wantSums[cols+j] += float64(dy[i]) * apart * float64(inverse.out[j])
		}
		for j, v := range variance.out {
			near(t, name+" inverse", inverse.out[j:][:1], []float64{1 / math.Sqrt(float64(v)+0.5)}, tolerance)
		}
		for j, v := range variance.out {
			near(t, name+" deviation", deviation.out[j:][:1], []float64{max(math.Sqrt(float64(v)), 0.5)}, tolerance)
		}
		near(t, name+" y", y.out, wantY, tolerance)
		near(t, name+" dx", dx.out, wantDX, tolerance)
		near(t, name+" sums", sums.out, wantSums, tolerance*float64(rows))
		y.check(t, name)
		dx.check(t, name)
		sums.check(t, name)
	}
}

// The moments of a column far from 0 are as exact as those of one near it.
func TestMomentsFarFromZero(t *testing.T) {
	x := []float32{1e6 + 1, 1e6 - 1, 1e6 + 2, 1e6 - 2}
	mean, variance := []float32{0}, []float32{0}
	Moments(mean, variance, x, make([]float64, MomentsWork(4, 1)), 4, 1, nil, 4)
	if mean[0] != 1e6 || variance[0] != 2.5 {
		t.Errorf("mean %v and variance %v, want 1e6 and 2.5", mean[0], variance[0])
	}
}
