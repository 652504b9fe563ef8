package dataset

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// near fails the test unless got is within a relative tolerance of want.
func near(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s is %.17g, want %.17g", name, got, want)
	}
}

// The known answer of ordinary least squares, computed by another program, checks every value of the table.
func TestBloodFatLeastSquares(t *testing.T) {
	s := BloodFat()
	if s.Len() != 25 || !slices.Equal(s.InputShape(), []int{2}) || !slices.Equal(s.TargetShape(), []int{1}) {
		t.Fatalf("%d rows of %v and %v", s.Len(), s.InputShape(), s.TargetShape())
	}
	x, y := mat.NewDense(25, 3, nil), mat.NewVecDense(25, nil)
	for i := range 25 {
		x.SetRow(i, append(s.Input(i), 1))
		y.SetVec(i, s.Target(i)[0])
	}
	var qr mat.QR
	qr.Factorize(x)
	var w mat.VecDense
	if err := qr.SolveVecTo(&w, false, y); err != nil {
		t.Fatal(err)
	}
	near(t, "the weight of weight", w.AtVec(0), 0.41736209879450742, 1e-9)
	near(t, "the weight of age", w.AtVec(1), 5.2165908087913495, 1e-9)
	near(t, "the bias", w.AtVec(2), 77.982538614875651, 1e-9)

	var residual mat.VecDense
	residual.MulVec(x, &w)
	residual.SubVec(&residual, y)
	near(t, "the mean squared error", mat.Dot(&residual, &residual)/25, 1712.2490139804595, 1e-9)
	near(t, "the targets' variance", stat.PopVariance(y.RawVector().Data, nil), 5815.0816, 1e-9)
	if len(BloodFatColumns) != 3 {
		t.Errorf("columns %q", BloodFatColumns)
	}
}

// Minimum, maximum, mean and standard deviation (of the population) are those in scikit-learn's description of
// load_iris, which truncates the mean sepal width to 3.05.
func TestIris(t *testing.T) {
	s := Iris()
	if s.Len() != 150 || !slices.Equal(s.InputShape(), []int{len(IrisFeatures)}) || len(s.TargetShape()) != 0 {
		t.Fatalf("%d rows of %v and %v", s.Len(), s.InputShape(), s.TargetShape())
	}
	counts := make([]int, len(IrisSpecies))
	columns := make([][]float64, 4)
	for i := range s.Len() {
		counts[s.Label(i)]++
		for j, v := range s.Input(i) {
			columns[j] = append(columns[j], v)
		}
	}
	if !slices.Equal(counts, []int{50, 50, 50}) {
		t.Errorf("flowers per species: %v", counts)
	}
	for j, want := range []string{"4.3 7.9 5.84 0.83", "2.0 4.4 3.06 0.43", "1.0 6.9 3.76 1.76", "0.1 2.5 1.20 0.76"} {
		c := columns[j]
		mean, deviation := stat.PopMeanStdDev(c, nil)
		got := fmt.Sprintf("%.1f %.1f %.2f %.2f", slices.Min(c), slices.Max(c), mean, deviation)
		if got != want {
			t.Errorf("%s: %s, want %s", IrisFeatures[j], got, want)
		}
	}
	// The two flowers that are wrong in the UCI repository, as they are in Fisher's paper.
	if !slices.Equal(s.Input(34), []float64{4.9, 3.1, 1.5, 0.2}) || !slices.Equal(s.Input(37), []float64{4.9, 3.6, 1.4, 0.1}) {
		t.Errorf("rows 34 and 37 are %v and %v", s.Input(34), s.Input(37))
	}
}
