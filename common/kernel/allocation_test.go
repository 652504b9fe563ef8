//go:build !race

package kernel

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
	"gorgonia-lectures/common/random"
)

// Under the race detector a sync.Pool drops some of its values at random, so that it allocates.

// allocations returns the allocations of three calls of f, the helpers' included: the fewest of some rounds, after all
// goroutines have their structs and buffers.
func allocations(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties the pools
	least := uint64(math.MaxUint64)
	for round := 0; round < 10 && least > 0; round++ {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 3 {
			f()
		}
		runtime.ReadMemStats(&after)
		least = min(least, after.Mallocs-before.Mallocs)
	}
	return least
}

func TestRegionsAllocateNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("every kernel again and again")
	}
	oracle.Both(t, testRegionAllocations[float32], testRegionAllocations[float64])
}

func testRegionAllocations[T Float](t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	for _, j := range tasks[T](t) {
		y := make([]T, j.size)
		if got := allocations(func() { j.run(y) }); got != 0 {
			t.Errorf("%s allocates %d times in three calls", j.name, got)
		}
	}
}

func TestSmallShapesAllocateNothing(t *testing.T) {
	oracle.Both(t, testAllocations[float32], testAllocations[float64])
}

func testAllocations[T Float](t *testing.T) {
	w, err := NewWindow(2, 5, 5, 2, 3, 3, 1, 1, true)
	oracle.FatalIf(t, err)
	a, b := oracle.Noise[T](oracle.Rand(), 400), oracle.Noise[T](oracle.Rand(), 400)
	c, work := make([]T, 400), make([]T, 400)
	index, sums := make([]int32, 400), make([]float64, MomentsWork(10, 4))
	pixels := make([]uint8, 100)
	list := []task[T]{
		{"MatMul", 8, func(c []T) { MatMul(c, a, b, work, 4, 3, 2, true, true) }},
		{"Dense", 8, func(c []T) { Dense(c, a, b, a, 4, 2, 2, true) }},
		{"ColumnSums", 2, func(c []T) { ColumnSums(c, a, work, 4, 2) }},
		{"ReLU", 400, func(c []T) { ReLU(c, a) }},
		{"ReLUGrad", 400, func(c []T) { ReLUGrad(c, a, b) }},
		{"Sigmoid", 400, func(c []T) { Sigmoid(c, a) }},
		{"SigmoidGrad", 400, func(c []T) { SigmoidGrad(c, a, b) }},
		{"Tanh", 400, func(c []T) { Tanh(c, a) }},
		{"TanhGrad", 400, func(c []T) { TanhGrad(c, a, b) }},
		{"Softmax", 40, func(c []T) { Softmax(c, a, 10, 4) }},
		{"SoftmaxGrad", 40, func(c []T) { SoftmaxGrad(c, a, b, 10, 4) }},
		{"Conv2D", 150, func(c []T) { Conv2D(c, a, b, a, w, 3, true) }},
		{"Conv2DGradInput", 100, func(c []T) { Conv2DGradInput(c, a, b, work, w, 3) }},
		{"Conv2DGradKernel", 54, func(c []T) { Conv2DGradKernel(c, a, b, work, w, 3) }},
		{"AveragePool2D", 100, func(c []T) { AveragePool2D(c, a, w) }},
		{"AveragePool2DGrad", 100, func(c []T) { AveragePool2DGrad(c, a, w) }},
		{"GlobalMaxPool2D", 4, func(c []T) { GlobalMaxPool2D(c, a, 2, 25, 2) }},
		{"GlobalMaxPool2DGrad", 100, func(c []T) { GlobalMaxPool2DGrad(c, a, b, a, 2, 25, 2) }},
		{"Moments", 8, func(c []T) { Moments(c[:4], c[4:], a, sums, 10, 4, nil, 10) }},
		{"InverseDeviation", 8, func(c []T) { InverseDeviation(c, a[:8], 2) }},
		{"Normalize", 40, func(c []T) { Normalize(c, a, a, b, a, 10, 4) }},
		{"NormalizeSums", 8, func(c []T) { NormalizeSums(c, a, b, a, b, sums, 10, 4) }},
		{"NormalizeGrad", 40, func(c []T) { NormalizeGrad(c, a, b, a, b, a, b, 10, 4) }},
		{"MaxPool2D", 100, func(c []T) { MaxPool2D(c, index, a, w) }},
		{"MaxPool2DGrad", 100, func(c []T) { MaxPool2DGrad(c, a, index, w) }},
		{"Dropout", 40, func(c []T) { Dropout(c, a[:40], 0, 0.5, random.NewDraw(1, 2)) }},
		{"Activate", 400, func(c []T) { Activate(c, a, GELU) }},
		{"ActivateGrad", 400, func(c []T) { ActivateGrad(c, a, b, GELU) }},
		{"Pad", 200, func(c []T) { Pad(c, a, 2, 3, 3, 4, 1, 1, 5, 5) }},
		{"PadGrad", 72, func(c []T) { PadGrad(c, a, 2, 3, 3, 4, 1, 1, 5, 5) }},
		{"SpatialDropout", 72, func(c []T) { SpatialDropout(c, a, work, 2, 9, 4, 0, 0.5, random.NewDraw(1, 2)) }},
		{"GaussianNoise", 40, func(c []T) { GaussianNoise(c, a[:40], 0, 0.5, random.NewDraw(1, 2)) }},
		{"ScaleBytes", 100, func(c []T) { ScaleBytes(c, pixels, T(1)/255) }},
	}
	for _, l := range losses[T]() {
		list = append(list, task[T]{l.name, 320, func(c []T) {
			l.value(a[:320], b, 32, 10)
			l.grad(c, a[:320], b, 32, 10, 1)
		}})
	}
	for _, step := range steps[T]() {
		list = append(list, task[T]{step.name, 100, func(c []T) { step.run(c, work[:100], work[100:200], b[:100]) }})
	}
	for _, j := range list {
		if n := testing.AllocsPerRun(20, func() { j.run(c[:j.size]) }); n != 0 {
			t.Errorf("%s allocates %v times a call", j.name, n)
		}
	}
}
