package kernel

import (
	"fmt"
	"math"
	"testing"
)

// Each level gives the bits of the plain loop, for every length and alignment, with guard values around.
func TestReLUHasTheSameBitsAtEveryLevel(t *testing.T) {
	r := newRand()
	const most = elementPiece + 37
	x, dy := extremes(r, most), extremes(r, most)
	check := func(t *testing.T, n, offset int) {
		name := fmt.Sprintf("of %d at %d", n, offset)
		in, gradient := shifted(n, offset, x).out, shifted(n, (offset+5)%17, dy).out
		wantY, wantX := shifted(n, 0, nil).out, shifted(n, 0, nil).out
		atLevel(t, PlainGo, func() { ReLU(wantY, in); ReLUGrad(wantX, in, gradient) })
		y, dx := shifted(n, (offset+9)%17, nil), shifted(n, (offset+3)%17, nil)
		ReLU(y.out, in)
		ReLUGrad(dx.out, in, gradient)
		y.check(t, "ReLU "+name)
		dx.check(t, "ReLUGrad "+name)
		sameNumbers(t, "ReLU "+name, y.out, wantY)
		sameNumbers(t, "ReLUGrad "+name, dx.out, wantX)
	}
	atLevels(t, func(t *testing.T) {
		for _, n := range lengths() {
			for offset := range 17 {
				check(t, n, offset)
			}
		}
		check(t, most, 1)
	})
}

func TestFiniteFindsEveryNaNAndInfinity(t *testing.T) {
	check := map[Level]func(x []float32) bool{PlainGo: finiteLoop[float32], AVX2: finiteAssembly, AVX512: finiteAssembly}
	atLevels(t, func(t *testing.T) {
		finite := check[ActiveLevel()]
		large := []float32{math.MaxFloat32, -math.MaxFloat32, 1e-39, 0, -1}
		for _, n := range lengths() {
			x := shifted(n, n%17, nil)
			for i := range x.out {
				x.out[i] = large[i%len(large)]
			}
			for i := range x.all { // what is around is not looked at
				if x.all[i] == guardValue {
					x.all[i] = float32(math.NaN())
				}
			}
			if !finite(x.out) {
				t.Fatalf("%d finite numbers: not finite", n)
			}
			for i := range x.out {
				before := x.out[i]
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					if x.out[i] = float32(v); finite(x.out) {
						t.Fatalf("%v at %d of %d: finite", v, i, n)
					}
				}
				x.out[i] = before
			}
		}
	})
}
