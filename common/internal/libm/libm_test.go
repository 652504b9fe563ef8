package libm

import (
	"hash/crc32"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"golang.org/x/sys/cpu"
)

// numbers are arguments of all sizes, most of them near 0.
func numbers() []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	list := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), 0.625, -0.625, 709.7, 709.79,
		-708, -709, -740, -745.1, -745.2, -746, -747, 1e300, -1e300, math.MaxFloat64, 1e-300, math.Sqrt2 / 2, math.Sqrt2}
	for range 200_000 {
		list = append(list, 4*(r.Float64()-0.5), 1500*(r.Float64()-0.5), r.Float64(), math.Ldexp(r.Float64(), r.IntN(2000)-1000))
	}
	return list
}

// On amd64 with FMA the functions are those of package math.
func TestFunctionsAreThoseOfMath(t *testing.T) {
	if runtime.GOARCH != "amd64" || !cpu.X86.HasFMA {
		t.Log("another CPU")
		return
	}
	for _, x := range numbers() {
		for _, f := range []struct {
			name      string
			got, want float64
		}{{"exp", exp(x), math.Exp(x)}, {"log", Log(x), math.Log(x)}, {"tanh", Tanh(x), math.Tanh(x)}} {
			if math.Float64bits(f.got) != math.Float64bits(f.want) && (f.got == f.got || f.want == f.want) {
				t.Fatalf("%s(%v) is %v, want %v", f.name, x, f.got, f.want)
			}
		}
	}
}

// The bits are those on amd64 on every CPU; the sums were made there.
func TestBitsAreTheSameEverywhere(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(float64) float64
		want uint32
	}{{"exp", exp, 0xa59b8cfc}, {"log", Log, 0x5ff27f0d}, {"tanh", Tanh, 0xdf1ae49b}} {
		sum := crc32.NewIEEE()
		for _, x := range numbers() {
			y := c.f(x)
			if y != y {
				y = math.NaN()
			}
			bits := math.Float64bits(y)
			if _, err := sum.Write([]byte{byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24),
				byte(bits >> 32), byte(bits >> 40), byte(bits >> 48), byte(bits >> 56)}); err != nil {
				t.Fatal(err)
			}
		}
		if sum.Sum32() != c.want {
			t.Errorf("%s: checksum %#x, want %#x", c.name, sum.Sum32(), c.want)
		}
	}
}
