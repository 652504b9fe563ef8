package kernel

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// What is carved lies on cache lines of its own, one behind the other, and as many bytes as were said are enough.
func TestCarve(t *testing.T) {
	t.Run("float32", testCarve[float32])
	t.Run("float64", testCarve[float64])
}

func testCarve[T Float](t *testing.T) {
	lengths := []int{1, 0, 7, 8, 9, 15, 16, 17, 1000}
	bytes := 0
	for _, n := range lengths {
		bytes += CarvedBytes[T](n)
	}
	all := Make[uint8](bytes)
	rest := all
	var carved [][]T
	for i, n := range lengths {
		before := len(rest)
		s := Carve[T](&rest, n)
		if len(s) != n || before-len(rest) != CarvedBytes[T](n) {
			t.Fatalf("%d values of %d bytes, want %d of %d", len(s), before-len(rest), n, CarvedBytes[T](n))
		}
		if n > 0 && uintptr(unsafe.Pointer(&s[0]))%cacheLine != 0 {
			t.Errorf("%d values do not begin on a cache line", n)
		}
		for j := range s {
			s[j] = T(i + 1)
		}
		carved = append(carved, s)
	}
	if len(rest) != 0 {
		t.Errorf("%d bytes are left", len(rest))
	}
	for i, s := range carved {
		for j, v := range s {
			if v != T(i+1) {
				t.Fatalf("value %d of slice %d is %v: slices share memory", j, i, v)
			}
		}
	}
	if *(*T)(unsafe.Pointer(&all[0])) != 1 {
		t.Error("the first value is not where the memory begins")
	}
}

// Add gives the bits of a plain loop, in one piece or many.
func TestAdd(t *testing.T) {
	atLevels(t, func(t *testing.T) {
		t.Run("float32", testAdd[float32])
		t.Run("float64", testAdd[float64])
	})
}

func testAdd[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{0, 1, 3, 16, 33, stepPiece - 1, 2*stepPiece + 5} {
		y, x, want := Make[T](n), Make[T](n), make([]T, n)
		for i := range y {
			y[i], x[i] = T(rng.NormFloat64()), T(rng.NormFloat64())
			want[i] = y[i] + x[i]
		}
		Add(y, x)
		for i := range y {
			if y[i] != want[i] {
				t.Fatalf("%d values: number %d is %v, want %v", n, i, y[i], want[i])
			}
		}
	}
}
