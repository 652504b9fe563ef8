package kernel

import (
	"fmt"
	"math"
	"testing"
)

// task is a kernel on fixed input: run fills an output of the given size.
type task struct {
	name string
	size int
	run  func(y []float32)
}

// scattered is n numbers, of which about a share are not 0 or -0. Some have a single bit, some are below the normal ones.
func scattered(n int, share float64) []float32 {
	r := newRand()
	a := make([]float32, n)
	for i := range a {
		switch {
		case r.Float64() < share:
			a[i] = [...]float32{r.Float32() - 0.5, r.Float32() - 0.5, 2, -2, 1e-38, -1e-38}[r.IntN(6)]
		case r.Float64() < 0.5:
			a[i] = float32(math.Copysign(0, -1))
		}
	}
	return a
}

// tasks returns every kernel that can have several pieces, at a shape where it has.
func tasks(t *testing.T) []task {
	r := newRand()
	const n = 1 << 17
	a, b, zeros := noise[float32](r, n), noise[float32](r, n), scattered(n, 0.1)
	long, work := noise[float32](r, 1<<20), make([]float32, 1<<20)
	list := []task{
		{"Dense", 40 * 300, func(y []float32) { Dense(y, a, b, a, 40, 200, 300, true) }},
		{"ColumnSums", 32, func(y []float32) { ColumnSums(y, long, work, 1<<15, 32) }},
		{"ColumnSums of one", 1, func(y []float32) { ColumnSums(y, long, work, 1<<20, 1) }},
		{"ReLU", n, func(y []float32) { ReLU(y, a) }},
		{"ReLUGrad", n, func(y []float32) { ReLUGrad(y, a, b) }},
		{"Sigmoid", n, func(y []float32) { Sigmoid(y, a) }},
		{"SigmoidGrad", n, func(y []float32) { SigmoidGrad(y, a, b) }},
		{"Tanh", n, func(y []float32) { Tanh(y, a) }},
		{"TanhGrad", n, func(y []float32) { TanhGrad(y, a, b) }},
		{"Softmax", n, func(y []float32) { Softmax(y, a, n/16, 16) }},
		{"SoftmaxGrad", n, func(y []float32) { SoftmaxGrad(y, a, b, n/16, 16) }},
		{"Dense of zeros", 100 * 160, func(y []float32) { Dense(y, zeros, b, a, 100, 784, 160, true) }},
		{"MatMul of zeros, wide", 300 * 320, func(y []float32) { MatMul(y, zeros, b, work, 300, 100, 320, true, false) }},
		{"MatMul of zeros, tall", 400 * 130, func(y []float32) { MatMul(y, zeros, b, work, 400, 100, 130, true, false) }},
		{"Dropout", n, func(y []float32) { Dropout(y, a, 1<<8, 1<<9, 0, 0.5, 1, 2, 3) }},
	}
	for trans := range 4 {
		transA, transB := trans&1 != 0, trans&2 != 0
		list = append(list, task{fmt.Sprintf("MatMul %t %t", transA, transB), 40 * 300, func(y []float32) {
			MatMul(y, a, b, work, 40, 200, 300, transA, transB)
		}})
	}
	for _, n := range [][5]int{{3, 14, 32, 3, 1}, {8, 28, 8, 3, 2}} { // batch, size, channels, kernel, stride
		w, err := NewWindow(n[0], n[1], n[1], n[2], n[3], n[3], n[4], n[4], true)
		fatalIf(t, err)
		const filters = 8
		input, output := w.Batch*w.Height*w.Width*w.Channels, w.Batch*w.OutHeight*w.OutWidth
		list = append(list,
			task{"Conv2D", output * filters, func(y []float32) { Conv2D(y, a, b, a, w, filters, true) }},
			task{"Conv2DGradInput", input, func(y []float32) { Conv2DGradInput(y, a, b, work, w, filters) }},
			task{"Conv2DGradKernel", 9 * w.Channels * filters, func(y []float32) { Conv2DGradKernel(y, a, b, work, w, filters) }})
	}
	w, err := NewWindow(16, 28, 28, 32, 3, 3, 2, 2, true)
	fatalIf(t, err)
	size := w.Batch * w.OutHeight * w.OutWidth * w.Channels
	index, places := make([]int32, size), make([]int32, size)
	MaxPool2D(work, places, long, w)
	return append(list,
		task{"MaxPool2D", size, func(y []float32) { MaxPool2D(y, index, long, w) }},
		task{"MaxPool2DGrad", 16 * 28 * 28 * 32, func(y []float32) { MaxPool2DGrad(y, long, places, w) }})
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	for _, j := range tasks(t) {
		got, want := make([]float32, j.size), make([]float32, j.size)
		j.run(want)
		withWorkers(func(workers int) {
			clear(got)
			pieces := regionPieces(func() { j.run(got) })
			if workers > 1 && pieces < 2 { // this test would show nothing
				t.Errorf("%s runs as a single piece", j.name)
			}
			sameBits(t, fmt.Sprintf("%s with %d workers", j.name, workers), got, want)
		})
	}
}

// Each row of a forward result has the same bits when it is computed alone.
func testRowAlone[T Float](t *testing.T) {
	r := newRand()
	for _, s := range [][3]int{{17, 300, 270}, {30, 784, 33}, {5, 3, 2}, {65, 129, 70}, {3, 25, 1}} {
		m, k, n := s[0], s[1], s[2]
		x, w, bias := noise[T](r, m*k), noise[T](r, k*n), noise[T](r, n)
		y, row := make([]T, m*n), make([]T, n)
		Dense(y, x, w, bias, m, k, n, true)
		for i := range m {
			Dense(row, x[i*k:][:k], w, bias, 1, k, n, true)
			sameBits(t, fmt.Sprintf("Dense %v row %d", s, i), row, y[i*n:][:n])
		}
		for _, transB := range []bool{false, true} {
			MatMul(y, x, w, make([]T, MatMulWork(m, k, n, false, transB)), m, k, n, false, transB)
			work := make([]T, MatMulWork(1, k, n, false, transB))
			for i := range m {
				MatMul(row, x[i*k:][:k], w, work, 1, k, n, false, transB)
				sameBits(t, fmt.Sprintf("MatMul %v transB %t row %d", s, transB, i), row, y[i*n:][:n])
			}
		}
	}
	for _, c := range []struct{ size, channels, kernel, stride, filters int }{{28, 1, 5, 1, 32}, {14, 32, 2, 1, 64}, {15, 3, 3, 2, 7}} {
		whole, err := NewWindow(4, c.size, c.size, c.channels, c.kernel, c.kernel, c.stride, c.stride, true)
		fatalIf(t, err)
		alone := whole
		alone.Batch = 1
		in, out := c.size*c.size*c.channels, whole.OutHeight*whole.OutWidth
		x, w := noise[T](r, 4*in), noise[T](r, c.kernel*c.kernel*c.channels*c.filters)
		y, one := make([]T, 4*out*c.filters), make([]T, out*c.filters)
		Conv2D(y, x, w, nil, whole, c.filters, false)
		pooled, index := make([]T, 4*out*c.channels), make([]int32, 4*out*c.channels)
		MaxPool2D(pooled, index, x, whole)
		for i := range 4 {
			Conv2D(one, x[i*in:][:in], w, nil, alone, c.filters, false)
			sameBits(t, fmt.Sprintf("Conv2D %v image %d", c, i), one, y[i*len(one):][:len(one)])
			p := make([]T, out*c.channels)
			MaxPool2D(p, index, x[i*in:][:in], alone)
			sameBits(t, fmt.Sprintf("MaxPool2D %v image %d", c, i), p, pooled[i*len(p):][:len(p)])
		}
	}
	const rows, cols = 2000, 35
	x, y, row := noise[T](r, rows*cols), make([]T, rows*cols), make([]T, cols)
	Softmax(y, x, rows, cols)
	for i := range rows {
		Softmax(row, x[i*cols:][:cols], 1, cols)
		sameBits(t, fmt.Sprintf("Softmax row %d", i), row, y[i*cols:][:cols])
	}
	Dropout(y, x, rows, cols, 17, 0.25, 1, 2, 3)
	for i := range rows {
		Dropout(row, x[i*cols:][:cols], 1, cols, 17+i, 0.25, 1, 2, 3)
		sameBits(t, fmt.Sprintf("Dropout row %d", i), row, y[i*cols:][:cols])
	}
}

func TestRowHasTheSameBitsAlone(t *testing.T) {
	both(t, testRowAlone[float32], testRowAlone[float64])
}

func testAllocations[T Float](t *testing.T) {
	w, err := NewWindow(2, 5, 5, 2, 3, 3, 1, 1, true)
	fatalIf(t, err)
	a, b, c, work := noise[T](newRand(), 400), noise[T](newRand(), 400), make([]T, 400), make([]T, 400)
	index := make([]int32, 400)
	pixels := make([]uint8, 100)
	for name, run := range map[string]func(){
		"MatMul":           func() { MatMul(c, a, b, work, 4, 3, 2, true, true) },
		"Dense":            func() { Dense(c, a, b, a, 4, 2, 2, true) },
		"ColumnSums":       func() { ColumnSums(c, a, work, 4, 2) },
		"ReLU":             func() { ReLU(c, a) },
		"ReLUGrad":         func() { ReLUGrad(c, a, b) },
		"Sigmoid":          func() { Sigmoid(c, a) },
		"SigmoidGrad":      func() { SigmoidGrad(c, a, b) },
		"Tanh":             func() { Tanh(c, a) },
		"TanhGrad":         func() { TanhGrad(c, a, b) },
		"Softmax":          func() { Softmax(c, a, 10, 4) },
		"SoftmaxGrad":      func() { SoftmaxGrad(c, a, b, 10, 4) },
		"Conv2D":           func() { Conv2D(c, a, b, a, w, 3, true) },
		"Conv2DGradInput":  func() { Conv2DGradInput(c, a, b, work, w, 3) },
		"Conv2DGradKernel": func() { Conv2DGradKernel(c, a, b, work, w, 3) },
		"MaxPool2D":        func() { MaxPool2D(c, index, a, w) },
		"MaxPool2DGrad":    func() { MaxPool2DGrad(c, a, index, w) },
		"Dropout":          func() { Dropout(c, a, 10, 4, 0, 0.5, 1, 2, 3) },
		"ScaleBytes":       func() { ScaleBytes(c, pixels, T(1)/255) },
	} {
		if n := testing.AllocsPerRun(20, run); n != 0 {
			t.Errorf("%s allocates %v times a call", name, n)
		}
	}
}

func TestSmallShapesAllocateNothing(t *testing.T) {
	both(t, testAllocations[float32], testAllocations[float64])
}
