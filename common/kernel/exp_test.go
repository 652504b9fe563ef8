package kernel

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// exactExp is e^x to some 30 digits, x in [-700, 0]: the Taylor series of x/2^20, squared 20 times.
func exactExp(x float64) *big.Float {
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(160).SetFloat64(v) }
	r, term, sum := number(x/(1<<20)), number(1), number(1)
	for i := 1; i < 30; i++ {
		term.Mul(term, r).Quo(term, number(float64(i)))
		sum.Add(sum, term)
	}
	for range 20 {
		sum.Mul(sum, sum)
	}
	return sum
}

// The error of each exponential in units in the last place.
func TestExpAtEveryLevel(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		r := oracle.Rand()
		worst := 0.0
		for round := range 60 {
			var e expBlock
			x := make([]float32, 1+round)
			for i := range x {
				x[i] = float32(-math.Exp(r.Float64()*26 - 20)) // -2e-9 to -403
			}
			x[r.IntN(len(x))] = 0
			for i, got := range fill(&e, x, 0) {
				want := exactExp(float64(x[i]))
				difference, _ := new(big.Float).Sub(want, big.NewFloat(got)).Float64()
				nearest, _ := want.Float64()
				worst = max(worst, math.Abs(difference)/(math.Nextafter(nearest, 2)-nearest))
			}
		}
		t.Logf("at most %.3f units in the last place", worst)
		limit := 1.0
		if ActiveLevel() == PlainGo {
			limit = 1.5 // math.Exp, which has assembly of its own on some machines
		}
		if worst >= limit {
			t.Errorf("an error of %v units in the last place, want less than %v", worst, limit)
		}
	})
}

// chainExp is what the assembly computes, one rounding for each multiply-add.
func chainExp(x float64) float64 {
	const round, ln2High = 3 << 51, 0x1.62e42feep-1
	if x < -700 {
		x = -700
	}
	whole := math.FMA(math.Log2E, x, round)
	power := math.Float64frombits(math.Float64bits(whole)<<52 + math.Float64bits(1))
	whole -= round
	r := math.FMA(-(math.Ln2 - ln2High), whole, math.FMA(-ln2High, whole, x))
	var series [14]float64
	factorial := 1.0
	for i := range series {
		series[i] = 1 / factorial
		factorial *= float64(i + 1)
	}
	sum := series[13]
	for i := 12; i >= 0; i-- {
		sum = math.FMA(sum, r, series[i])
	}
	return float64(sum * power)
}

// All levels of assembly give the same bits.
func TestExpHasTheSameBitsAtEveryLevel(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		if ActiveLevel() == PlainGo {
			return
		}
		r := oracle.Rand()
		for range oracle.ShortOr(100, 1000) {
			var e, want expBlock
			for i := range e {
				e[i] = -math.Ldexp(1+r.Float64(), r.IntN(30)-20)
				if r.IntN(20) == 0 {
					e[i] = []float64{0, -700, math.Inf(-1), math.NaN()}[r.IntN(4)]
				}
				want[i] = chainExp(e[i])
			}
			expAll[float32](&e, len(e))
			oracle.SameNumbers(t, "exp", e[:], want[:])
		}
	})
}

func TestExpOfExtremes(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	oracle.AtLevels(t, func(t *testing.T) {
		for _, c := range []struct {
			x    float32
			top  float64
			want float32
		}{
			{0, 0, 1}, {-inf, 0, 0}, {-1e30, 0, 0}, {-700, 0, 0}, {-800, 0, 0}, {5, math.Inf(1), 0},
			{nan, 0, nan}, {1, math.NaN(), nan}, {inf, math.Inf(1), nan}, {-inf, math.Inf(-1), nan},
		} {
			var e expBlock
			x := []float32{-1, -2, c.x}
			if got := float32(fill(&e, x, c.top)[2]); got != c.want && !(got != got && c.want != c.want) {
				t.Errorf("exp(%v - %v) is %v, want %v", c.x, c.top, got, c.want)
			}
		}
	})
}

// Rows of every length, shorter and longer than a block of exponentials: each result is the exact one rounded, except
// for one in millions.
func TestSoftmaxAndItsLossesAtEveryLevel(t *testing.T) {
	const rows, upstream = 3, 2.5
	oracle.AtLevels(t, func(t *testing.T) {
		r := oracle.Rand()
		for cols := 1; cols <= 2*len(expBlock{})+9; cols++ {
			name := fmt.Sprintf("%d columns", cols)
			x, labels, target := make([]float32, rows*cols), make([]float32, rows), oracle.Noise[float32](r, rows*cols)
			p := make([]float64, len(x))
			value, sparse := 0.0, 0.0
			for row := range rows {
				labels[row] = float32(r.IntN(cols))
				logits, q := x[row*cols:][:cols], p[row*cols:][:cols]
				sum := 0.0
				for j := range logits {
					logits[j] = float32(r.NormFloat64() * 4)
					q[j] = math.Exp(float64(logits[j]))
					sum += q[j]
				}
				sparse += math.Log(sum) - float64(logits[int(labels[row])])
				for j := range q {
					value += float64(target[row*cols+j]) * (math.Log(sum) - float64(logits[j]))
					q[j] /= sum
				}
			}
			dense, byLabel := make([]float64, len(x)), make([]float64, len(x))
			for i, q := range p {
				dense[i] = upstream * (q - float64(target[i])) / rows
				byLabel[i] = upstream * q / rows
				if i%cols == int(labels[i/cols]) {
					byLabel[i] = upstream * (q - 1) / rows
				}
			}
			y := oracle.GuardAt[float32](len(x), cols%17)
			compare := func(kernel string, want []float64) {
				t.Helper()
				y.Check(t, name+" "+kernel)
				for i, w := range want {
					ulp := float64(math.Nextafter32(float32(math.Abs(w)), 9)) - float64(float32(math.Abs(w)))
					// q - 1 cancels, so q is needed in float64
					if e := math.Abs(float64(y.Out[i]) - w); !(e <= 0.501*ulp+1e-15) {
						t.Fatalf("%s: %s: element %d is %v, want %v", name, kernel, i, y.Out[i], w)
					}
				}
			}
			Softmax(y.Out, x, rows, cols)
			compare("Softmax", p)
			sparseLogitsGrad(y.Out, x, labels, rows, cols, upstream)
			compare("sparse gradient", byLabel)
			categoricalLogitsGrad(y.Out, x, target, rows, cols, upstream)
			compare("gradient", dense)
			oracle.Near(t, name, []float32{sparseLogits(x, labels, rows, cols)},
				[]float64{sparse / rows}, 1e-7*math.Abs(sparse))
			oracle.Near(t, name, []float32{categoricalLogits(x, target, rows, cols)},
				[]float64{value / rows}, 1e-7*math.Abs(value)+1e-12)
		}
	})
}

// A row with NaN or +Inf becomes NaN, and its neighbours do not.
func TestSoftmaxSpreadsNaNInItsRow(t *testing.T) {
	oracle.AtLevels(t, func(t *testing.T) {
		for _, cols := range []int{1, 5, 10, 16, 64, 65, 130} {
			for _, bad := range []float64{math.NaN(), math.Inf(1)} {
				for at := range cols {
					x, y := make([]float32, 3*cols), make([]float32, 3*cols)
					x[cols+at] = float32(bad)
					Softmax(y, x, 3, cols)
					loss := sparseLogits(x, make([]float32, 3), 3, cols)
					d := make([]float32, len(x))
					sparseLogitsGrad(d, x, make([]float32, 3), 3, cols, 1)
					if loss == loss {
						t.Fatalf("%d columns, %v at %d: loss %v", cols, bad, at, loss)
					}
					for i := range y {
						if want := i/cols == 1; (y[i] != y[i]) != want || (d[i] != d[i]) != want {
							t.Fatalf("%d columns, %v at %d: element %d is %v, gradient %v", cols, bad, at, i, y[i], d[i])
						}
					}
				}
			}
		}
	})
}

// A row has the same bits alone and among others, whose exponentials are computed with its own.
func TestSoftmaxRowByRow(t *testing.T) {
	r := oracle.Rand()
	oracle.AtLevels(t, func(t *testing.T) {
		for _, cols := range []int{1, 2, 3, 7, 10, 31, 32, 33, 63, 64, 65, 130} {
			for _, rows := range []int{1, 2, 20, 21, 22, 43, 65}[:oracle.ShortOr(4, 7)] {
				x, labels, target := oracle.Extremes(r, rows*cols), make([]float32, rows), oracle.Noise[float32](r, rows*cols)
				y, sparse, dense := oracle.Guard[float32](len(x)), make([]float32, len(x)), make([]float32, len(x))
				Softmax(y.Out, x, rows, cols)
				y.Check(t, "softmax")
				sparseLogitsGrad(sparse, x, labels, rows, cols, float32(rows))
				categoricalLogitsGrad(dense, x, target, rows, cols, float32(rows))
				for row := range rows {
					lo, hi := row*cols, (row+1)*cols
					name := fmt.Sprintf("row %d of %dx%d", row, rows, cols)
					one := make([]float32, cols)
					Softmax(one, x[lo:hi], 1, cols)
					oracle.SameNumbers(t, name+": softmax", y.Out[lo:hi], one)
					sparseLogitsGrad(one, x[lo:hi], labels[row:], 1, cols, 1)
					oracle.SameNumbers(t, name+": sparse gradient", sparse[lo:hi], one)
					categoricalLogitsGrad(one, x[lo:hi], target[lo:hi], 1, cols, 1)
					oracle.SameNumbers(t, name+": gradient", dense[lo:hi], one)
				}
			}
		}
	})
}
