package main

import (
	"math"
	"testing"

	"gorgonia-lectures/common/dataset"
)

// The known answer for the lecture's data; the normal equations in exact fractions give the same.
const (
	leastWeight = 0.41736209879450742
	leastAge    = 5.2165908087913495
	leastBias   = 77.982538614875651
	leastMSE    = 1712.2490139804595
	meanMSE     = 5815.0816 // of predicting the mean for everyone
)

func TestLeastSquaresIsTheKnownAnswer(t *testing.T) {
	data := dataset.BloodFat()
	best, err := leastSquares(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"weight", best.weight, leastWeight}, {"age", best.age, leastAge}, {"bias", best.bias, leastBias},
		{"mse", best.mse(data), leastMSE},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s is %.15g, want %.15g", c.what, c.got, c.want)
		}
	}
}

func TestMSEOfTheMean(t *testing.T) {
	data := dataset.BloodFat()
	if got := mean(data).mse(data); math.Abs(got-meanMSE) > 1e-4 {
		t.Errorf("predicting the mean has an mse of %.6f, want %.4f", got, meanMSE)
	}
}

// At the smallest error the residuals stand upright on the columns of the system: their sums of
// products are 0.
func TestResidualsAreOrthogonal(t *testing.T) {
	data := dataset.BloodFat()
	best, err := leastSquares(data)
	if err != nil {
		t.Fatal(err)
	}
	var sums [3]float64
	for i := range data.Len() {
		x := data.Input(i)
		e := best.at(x[0], x[1]) - data.Target(i)[0]
		sums[0], sums[1], sums[2] = sums[0]+e*x[0], sums[1]+e*x[1], sums[2]+e
	}
	for i, sum := range sums {
		if math.Abs(sum) > 1e-8 {
			t.Errorf("residuals times column %d sum up to %g, want 0", i, sum)
		}
	}
}

func TestLeastSquaresOfPointsOnALineIsAnError(t *testing.T) {
	// Age is twice the weight: many planes fit, and none is the answer.
	data, err := dataset.FromFloats([]int{2}, []float64{1, 2, 2, 4, 3, 6, 4, 8}, []int{1}, []float64{1, 2, 3, 5})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := leastSquares(data); err == nil {
		t.Errorf("the plane is %+v, want an error", p)
	}
}
