package kernel

import (
	"fmt"
	"testing"
)

// job is a kernel on fixed input: run fills a new output.
type job struct {
	name string
	run  func() []float32
}

// jobs returns every kernel that has several pieces, at a shape where it has.
func jobs(t *testing.T) []job {
	r := newRand()
	conv, err := NewWindow(8, 14, 14, 32, 3, 3, 1, 1, true)
	fatalIf(t, err)
	strided, err := NewWindow(8, 28, 28, 8, 3, 3, 2, 2, true)
	fatalIf(t, err)
	const filters = 24
	big := noise[float32](r, 1<<18)
	other := noise[float32](r, 1<<18)
	out := func(n int, f func(y []float32)) func() []float32 {
		return func() []float32 {
			y := make([]float32, n)
			f(y)
			return y
		}
	}
	list := []job{
		{"Dense", out(100*300, func(y []float32) { Dense(y, big, other, big, 100, 500, 300, true) })},
		{"ColumnSums", out(32, func(y []float32) {
			ColumnSums(y, big, make([]float32, ColumnSumsWork(1<<13, 32)), 1<<13, 32)
		})},
		{"ColumnSums of one", out(1, func(y []float32) {
			ColumnSums(y, big, make([]float32, ColumnSumsWork(1<<18, 1)), 1<<18, 1)
		})},
		{"ReLU", out(1<<18, func(y []float32) { ReLU(y, big) })},
		{"ReLUGrad", out(1<<18, func(y []float32) { ReLUGrad(y, big, other) })},
		{"Sigmoid", out(1<<18, func(y []float32) { Sigmoid(y, big) })},
		{"SigmoidGrad", out(1<<18, func(y []float32) { SigmoidGrad(y, big, other) })},
		{"Tanh", out(1<<18, func(y []float32) { Tanh(y, big) })},
		{"TanhGrad", out(1<<18, func(y []float32) { TanhGrad(y, big, other) })},
		{"Softmax", out(1<<18, func(y []float32) { Softmax(y, big, 1<<14, 16) })},
		{"SoftmaxGrad", out(1<<18, func(y []float32) { SoftmaxGrad(y, big, other, 1<<14, 16) })},
		{"Dropout", out(1<<18, func(y []float32) { Dropout(y, big, 1<<9, 1<<9, 0, 0.5, 1, 2, 3) })},
	}
	for trans := range 4 {
		transA, transB := trans&1 != 0, trans&2 != 0
		list = append(list, job{fmt.Sprintf("MatMul %t %t", transA, transB), out(90*300, func(y []float32) {
			MatMul(y, big, other, make([]float32, MatMulWork(90, 500, 300, transA, transB)), 90, 500, 300, transA, transB)
		})})
	}
	for _, w := range []Window{conv, strided} {
		input, output := w.Batch*w.Height*w.Width*w.Channels, w.Batch*w.OutHeight*w.OutWidth
		pooled := make([]float32, output*w.Channels)
		index := make([]int32, len(pooled))
		MaxPool2D(pooled, index, big, w)
		list = append(list,
			job{"Conv2D", out(output*filters, func(y []float32) { Conv2D(y, big, other, big, w, filters, true) })},
			job{"Conv2DGradInput", out(input, func(y []float32) {
				Conv2DGradInput(y, big, other, make([]float32, Conv2DGradInputWork(w, filters)), w, filters)
			})},
			job{"Conv2DGradKernel", out(9*w.Channels*filters, func(y []float32) {
				Conv2DGradKernel(y, big, other, make([]float32, Conv2DGradKernelWork(w, filters)), w, filters)
			})},
			job{"MaxPool2D", out(len(pooled), func(y []float32) { MaxPool2D(y, make([]int32, len(y)), big, w) })},
			job{"MaxPool2DGrad", out(input, func(y []float32) { MaxPool2DGrad(y, other, index, w) })})
	}
	return list
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	for _, j := range jobs(t) {
		var want []float32
		withWorkers(func(workers int) {
			got := j.run()
			if workers == 1 {
				want = got
			}
			sameBits(t, fmt.Sprintf("%s with %d workers", j.name, workers), got, want)
		})
	}
}

// Each row of a forward result has the same bits when it is computed alone.
func testRowAlone[T Float](t *testing.T) {
	r := newRand()
	for _, s := range [][3]int{{37, 500, 300}, {100, 784, 33}, {5, 3, 2}, {65, 129, 600}, {3, 25, 1}} {
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
		whole, err := NewWindow(9, c.size, c.size, c.channels, c.kernel, c.kernel, c.stride, c.stride, true)
		fatalIf(t, err)
		alone := whole
		alone.Batch = 1
		in, out := c.size*c.size*c.channels, whole.OutHeight*whole.OutWidth
		x, w := noise[T](r, 9*in), noise[T](r, c.kernel*c.kernel*c.channels*c.filters)
		y, one := make([]T, 9*out*c.filters), make([]T, out*c.filters)
		Conv2D(y, x, w, nil, whole, c.filters, false)
		pooled, index := make([]T, 9*out*c.channels), make([]int32, 9*out*c.channels)
		MaxPool2D(pooled, index, x, whole)
		for i := range 9 {
			Conv2D(one, x[i*in:][:in], w, nil, alone, c.filters, false)
			sameBits(t, fmt.Sprintf("Conv2D %v image %d", c, i), one, y[i*len(one):][:len(one)])
			p := make([]T, out*c.channels)
			MaxPool2D(p, index, x[i*in:][:in], alone)
			sameBits(t, fmt.Sprintf("MaxPool2D %v image %d", c, i), p, pooled[i*len(p):][:len(p)])
		}
	}
	const rows, cols = 3000, 35
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
	stream, perm := NewStream(1, PurposeShuffle, 0, 0), make([]int, 100)
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
		"Perm":             func() { stream.Perm(perm) },
	} {
		if n := testing.AllocsPerRun(20, run); n != 0 {
			t.Errorf("%s allocates %v times a call", name, n)
		}
	}
}

func TestSmallShapesAllocateNothing(t *testing.T) {
	both(t, testAllocations[float32], testAllocations[float64])
}
