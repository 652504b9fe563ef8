package kernel

import (
	"fmt"
	"math"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// Every kernel of a normalization is the loop of its doc comment, for one piece and for several.
func TestNormalizeIsThePlainLoop(t *testing.T) {
	oracle.Both(t, testNormalize[float32], testNormalize[float64])
}

func testNormalize[T Float](t *testing.T) {
	r := oracle.Rand()
	tolerance := 1e-5
	if _, double := any(T(0)).(float64); double {
		tolerance = 1e-12
	}
	for _, s := range [][2]int{{1, 1}, {1, 5}, {7, 3}, {40, 17}, {3, 20000}, {5000, 9}, {70000, 1}} {
		rows, cols := s[0], s[1]
		name := fmt.Sprint(s)
		x, dy := oracle.Noise[T](r, rows*cols), oracle.Noise[T](r, rows*cols)
		for i := range x {
			x[i] += 3
		}
		work := make([]float64, MomentsWork(rows, cols))
		mean, variance := oracle.Guard[T](cols), oracle.Guard[T](cols)
		Moments(mean.Out, variance.Out, x, work, rows, cols, nil, rows)
		wantMean, wantVariance := make([]float64, cols), make([]float64, cols)
		for i, v := range x {
			wantMean[i%cols] += float64(v) / float64(rows)
		}
		for i, v := range x {
			wantVariance[i%cols] += math.Pow(float64(v)-wantMean[i%cols], 2) / float64(rows)
		}
		oracle.Near(t, name+" mean", mean.Out, wantMean, tolerance)
		oracle.Near(t, name+" variance", variance.Out, wantVariance, tolerance)
		mean.Check(t, name)
		variance.Check(t, name)

		inverse := oracle.Guard[T](cols)
		InverseDeviation(inverse.Out, variance.Out, 0.5)
		inverse.Check(t, name)
		deviation := oracle.Guard[T](cols)
		Deviation(deviation.Out, variance.Out, 0.5)
		deviation.Check(t, name)
		factor, shift := oracle.Noise[T](r, cols), oracle.Noise[T](r, cols)
		y, dx, sums := oracle.Guard[T](rows*cols), oracle.Guard[T](rows*cols), oracle.Guard[T](2*cols)
		Normalize(y.Out, x, mean.Out, factor, shift, rows, cols)
		NormalizeSums(sums.Out, x, dy, mean.Out, inverse.Out, work, rows, cols)
		NormalizeGrad(dx.Out, x, dy, mean.Out, factor, shift, inverse.Out, rows, cols)
		wantY, wantDX, wantSums := make([]float64, rows*cols), make([]float64, rows*cols), make([]float64, 2*cols)
		for i, v := range x {
			j := i % cols
			apart := float64(v) - float64(mean.Out[j])
			wantY[i] = apart*float64(factor[j]) + float64(shift[j])
			wantDX[i] = (float64(dy[i])-float64(shift[j]))*float64(factor[j]) - apart*float64(inverse.Out[j])
			wantSums[j] += float64(dy[i])
			wantSums[cols+j] += float64(dy[i]) * apart * float64(inverse.Out[j])
		}
		for j, v := range variance.Out {
			oracle.Near(t, name+" inverse", inverse.Out[j:][:1], []float64{1 / math.Sqrt(float64(v)+0.5)}, tolerance)
		}
		for j, v := range variance.Out {
			oracle.Near(t, name+" deviation", deviation.Out[j:][:1], []float64{max(math.Sqrt(float64(v)), 0.5)}, tolerance)
		}
		oracle.Near(t, name+" y", y.Out, wantY, tolerance)
		oracle.Near(t, name+" dx", dx.Out, wantDX, tolerance)
		oracle.Near(t, name+" sums", sums.Out, wantSums, tolerance*float64(rows))
		y.Check(t, name)
		dx.Check(t, name)
		sums.Check(t, name)
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
