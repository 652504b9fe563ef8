package memory

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

func TestMake(t *testing.T) {
	t.Run("float32", testMake[float32])
	t.Run("float64", testMake[float64])
	t.Run("uint8", testMake[uint8])
}

func testMake[T float32 | float64 | uint8](t *testing.T) {
	size := int(unsafe.Sizeof(T(0)))
	fromLarge := large / size
	lengths := []int{1, 2, 3, 7, 8, 15, 16, 17, 63, 64, 65, 1000, 4096, 4097,
		fromLarge - 1, fromLarge, fromLarge + hugePage/size - 1}
	for _, n := range lengths[:oracle.ShortOr(len(lengths)-2, len(lengths))] {
		// several at once, and again on memory that the collector reuses
		for range 2 {
			var all [3][]T
			for i := range all {
				all[i] = Make[T](n)
				checkMade(t, n, size, all[i])
				for j := range all[i] {
					all[i][j] = T(i + 1)
				}
			}
			for i, s := range all {
				for j, v := range s {
					if v != T(i+1) {
						t.Fatalf("n %d: value %d of slice %d is %v: slices share memory", n, j, i, v)
					}
				}
			}
			runtime.GC()
		}
	}
}

func checkMade[T float32 | float64 | uint8](t *testing.T, n, size int, s []T) {
	t.Helper()
	if len(s) != n || cap(s) != n {
		t.Fatalf("n %d: length %d, capacity %d", n, len(s), cap(s))
	}
	align := uintptr(64)
	if n*size >= 4<<20 {
		align = 2 << 20
	}
	if at := uintptr(unsafe.Pointer(&s[0])); at%align != 0 {
		t.Fatalf("n %d: %d bytes of %T are at %#x, want a multiple of %#x", n, n*size, s, at, align)
	}
	for i, v := range s {
		if v != 0 {
			t.Fatalf("n %d: value %d is %v, want 0", n, i, v)
		}
	}
}

func TestMakeNothing(t *testing.T) {
	if s := Make[float32](0); s == nil || len(s) != 0 || cap(s) != 0 {
		t.Errorf("%#v, capacity %d, want an empty slice that is not nil", s, cap(s))
	}
}

// The panics are those of make itself, even if only the room for the alignment overflows.
func TestMakePanics(t *testing.T) {
	for _, n := range []int{-1, -15, -16, math.MinInt, math.MaxInt, math.MaxInt - 1<<19, math.MaxInt / 4} {
		want := panicOf(func() { runtime.KeepAlive(make([]float32, n)) })
		if got := panicOf(func() { runtime.KeepAlive(Make[float32](n)) }); got != want || got == "<nil>" {
			t.Errorf("Make(%d) panics with %q, make with %q", n, got, want)
		}
	}
}

func panicOf(f func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	f()
	return message
}

// The collector frees the memory of Make: 4 GB pass through a heap that stays small.
func TestMakeIsCollected(t *testing.T) {
	if testing.Short() {
		t.Skip("4 GB")
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 64 {
		runtime.KeepAlive(Make[float32](16 << 20))
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 1<<29 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
}
