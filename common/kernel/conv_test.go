package kernel

import (
	"math/rand/v2"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

func testConv2D[T Float](t *testing.T, fill func(*rand.Rand, int) []T) {
	r := oracle.Rand()
	for i, s := range oracle.Convolutions(t, r) {
		x, w := fill(r, s.Inputs()), fill(r, s.Weights())
		var bias []T
		if i%3 > 0 {
			bias = oracle.Noise[T](r, s.Filters)
		}
		relu := i%2 == 0
		want := make([]float64, s.Outputs())
		for j := range want {
			if bias != nil {
				want[j] = float64(bias[j%s.Filters])
			}
		}
		s.Visit(func(i, j, k int) { want[i] += float64(x[j]) * float64(w[k]) })
		for j, v := range want {
			if relu && v < 0 {
				want[j] = 0
			}
		}
		y := oracle.Guard[T](len(want))
		Conv2D(y.Out, x, w, bias, s.Window, s.Filters, relu)
		y.Check(t, s.String())
		oracle.Near(t, s.String(), y.Out, want, oracle.Epsilon[T]()*float64(8+len(w)/s.Filters))
	}
}

func testConv2DGrads[T Float](t *testing.T, fill func(*rand.Rand, int) []T) {
	r := oracle.Rand()
	for _, s := range oracle.Convolutions(t, r) {
		x, w, dy := fill(r, s.Inputs()), fill(r, s.Weights()), fill(r, s.Outputs())
		wantX, wantW := make([]float64, len(x)), make([]float64, len(w))
		s.Visit(func(i, j, k int) {
			wantX[j] += float64(dy[i]) * float64(w[k])
			wantW[k] += float64(dy[i]) * float64(x[j])
		})
		dx, work := oracle.Guard[T](len(x)), oracle.Guard[T](Conv2DGradInputWork(s.Window, s.Filters))
		Conv2DGradInput(dx.Out, dy, w, work.Out, s.Window, s.Filters)
		dx.Check(t, s.String()+" dx")
		work.Check(t, s.String()+" dx work")
		oracle.Near(t, s.String()+" dx", dx.Out, wantX, oracle.Epsilon[T]()*float64(8+len(w)/s.Channels))

		dw, work := oracle.Guard[T](len(w)), oracle.Guard[T](Conv2DGradKernelWork(s.Window, s.Filters))
		Conv2DGradKernel(dw.Out, x, dy, work.Out, s.Window, s.Filters)
		dw.Check(t, s.String()+" dw")
		work.Check(t, s.String()+" dw work")
		oracle.Near(t, s.String()+" dw", dw.Out, wantW, oracle.Epsilon[T]()*float64(8+len(dy)/s.Filters))
	}
}

func TestConv2DIsThePlainLoop(t *testing.T) {
	oracle.Both(t, func(t *testing.T) { testConv2D(t, oracle.Noise[float32]) },
		func(t *testing.T) { testConv2D(t, oracle.Noise[float64]) })
}

func TestConv2DSpreadsNaNAndInfinity(t *testing.T) {
	oracle.Both(t, func(t *testing.T) { testConv2D(t, oracle.Hostile[float32]) },
		func(t *testing.T) { testConv2D(t, oracle.Hostile[float64]) })
}

func TestConv2DGradsAreThePlainLoops(t *testing.T) {
	oracle.Both(t,
		func(t *testing.T) { testConv2DGrads(t, oracle.Noise[float32]) },
		func(t *testing.T) { testConv2DGrads(t, oracle.Noise[float64]) })
}

func TestConv2DGradsSpreadNaNAndInfinity(t *testing.T) {
	oracle.Both(t, func(t *testing.T) { testConv2DGrads(t, oracle.Hostile[float32]) },
		func(t *testing.T) { testConv2DGrads(t, oracle.Hostile[float64]) })
}

// The product of these strides does not fit an int; only the first window lies on the image.
func TestConv2DGradInputWithHugeStrides(t *testing.T) {
	w, err := NewWindow(1, 2, 2, 1, 1, 1, 1<<32, 1<<32, true)
	oracle.FatalIf(t, err)
	oracle.AtLevels(t, func(t *testing.T) {
		dx := []float32{9, 9, 9, 9}
		Conv2DGradInput(dx, []float32{3}, []float32{2}, make([]float32, Conv2DGradInputWork(w, 1)), w, 1)
		oracle.SameBits(t, "dx", dx, []float32{6, 0, 0, 0})
	})
}
