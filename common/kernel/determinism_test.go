package kernel

import (
	"fmt"
	"runtime"
	"testing"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/kernel/internal/oracle"
	"gorgonia-lectures/common/kernel/internal/parallel"
	"gorgonia-lectures/common/random"
)

// task is a kernel on fixed input: run fills an output of the given size.
type task[T Float] struct {
	name string
	size int
	run  func(y []T)
}

// tasks returns every kernel that can have several pieces, at a shape that gives it several.
func tasks[T Float](t *testing.T) []task[T] {
	r := oracle.Rand()
	const n = 1 << 17
	a, b, zeros := oracle.Noise[T](r, n), oracle.Noise[T](r, n), golden.Convert[T](oracle.Scattered(n, 0.1))
	long, work := oracle.Noise[T](r, 1<<20), make([]T, 1<<20)
	list := []task[T]{
		{"Dense", 40 * 300, func(y []T) { Dense(y, a, b, a, 40, 200, 300, true) }},
		{"ColumnSums", 32, func(y []T) { ColumnSums(y, long, work, 1<<15, 32) }},
		{"ColumnSums of one", 1, func(y []T) { ColumnSums(y, long, work, 1<<20, 1) }},
		{"ReLU", n, func(y []T) { ReLU(y, a) }},
		{"ReLUGrad", n, func(y []T) { ReLUGrad(y, a, b) }},
		{"Sigmoid", 3 * expPiece, func(y []T) { Sigmoid(y, a[:3*expPiece]) }},
		{"SigmoidGrad", n, func(y []T) { SigmoidGrad(y, a, b) }},
		{"Tanh", 3 * expPiece, func(y []T) { Tanh(y, a[:3*expPiece]) }},
		{"TanhGrad", n, func(y []T) { TanhGrad(y, a, b) }},
		{"Softmax", n, func(y []T) { Softmax(y, a, n/16, 16) }},
		{"SoftmaxGrad", n, func(y []T) { SoftmaxGrad(y, a, b, n/16, 16) }},
		{"Dense of zeros", 100 * 320, func(y []T) { Dense(y, zeros, long, a, 100, 784, 320, true) }},
		{"MatMul of zeros, wide", 300 * 320, func(y []T) { MatMul(y, zeros, b, work, 300, 100, 320, true, false) }},
		{"MatMul of zeros, tall", 400 * 130, func(y []T) { MatMul(y, zeros, b, work, 400, 100, 130, true, false) }},
		{"DenseGradInput", 40 * 300, func(y []T) { DenseGradInput(y, zeros, b, zeros[7:], work, 40, 300, 200) }},
		{"Activate", n, func(y []T) { Activate(y, a, SELU) }},
		{"ActivateGrad", n, func(y []T) { ActivateGrad(y, a, b, SELU) }},
		{"GaussianNoise", n, func(y []T) { GaussianNoise(y, a[:n], 0, 0.5, random.NewDraw(1, 2)) }},
		{"Dropout", n, func(y []T) { Dropout(y, a[:n], 0, 0.5, random.NewDraw(1, 2)) }},
	}
	for trans := range 4 {
		transA, transB := trans&1 != 0, trans&2 != 0
		list = append(list, task[T]{fmt.Sprintf("MatMul %t %t", transA, transB), 40 * 300, func(y []T) {
			MatMul(y, a, b, work, 40, 200, 300, transA, transB)
		}})
	}
	for _, n := range [][5]int{{3, 14, 32, 3, 1}, {8, 28, 8, 3, 2}} { // batch, size, channels, kernel, stride
		w, err := NewWindow(n[0], n[1], n[1], n[2], n[3], n[3], n[4], n[4], true)
		oracle.FatalIf(t, err)
		const filters = 8
		input, output := w.Batch*w.Height*w.Width*w.Channels, w.Batch*w.OutHeight*w.OutWidth
		stride := fmt.Sprint(" stride ", n[4])
		list = append(list,
			task[T]{"Conv2D" + stride, output * filters, func(y []T) { Conv2D(y, a, b, a, w, filters, true) }},
			task[T]{"Conv2DGradInput" + stride, input, func(y []T) { Conv2DGradInput(y, a, b, work, w, filters) }},
			task[T]{"Conv2DGradKernel" + stride, 9 * w.Channels * filters, func(y []T) { Conv2DGradKernel(y, a, b, work, w, filters) }})
	}
	for _, step := range steps[T]() {
		const n = 3*stepPiece - 5
		list = append(list, task[T]{step.name, n, func(y []T) {
			copy(y, a[:n])
			clear(work[:2*n])
			step.run(y, work[:n], work[n:][:n], b[:n])
		}})
	}
	w, err := NewWindow(16, 28, 28, 32, 3, 3, 2, 2, true)
	oracle.FatalIf(t, err)
	size := w.Batch * w.OutHeight * w.OutWidth * w.Channels
	index, indices, sums := make([]int32, size), make([]int32, size), make([]float64, MomentsWork(1<<17, 32))
	MaxPool2D(work, indices, long, w)
	return append(list,
		task[T]{"AveragePool2D", size, func(y []T) { AveragePool2D(y, long, w) }},
		task[T]{"AveragePool2DGrad", 16 * 28 * 28 * 32, func(y []T) { AveragePool2DGrad(y, long, w) }},
		task[T]{"GlobalMaxPool2D", 16 * 32, func(y []T) { GlobalMaxPool2D(y, long, 16, 28*28, 32) }},
		task[T]{"GlobalMaxPool2DGrad", 16 * 28 * 28 * 32, func(y []T) { GlobalMaxPool2DGrad(y, long, a, b, 16, 28*28, 32) }},
		task[T]{"Moments", 2 * 32, func(y []T) { Moments(y[:32], y[32:], long, sums, 1<<12, 32, nil, 1<<12) }},
		task[T]{"Moments of one", 2, func(y []T) { Moments(y[:1], y[1:], long, sums, 1<<17, 1, nil, 1<<17) }},
		task[T]{"Normalize", n, func(y []T) { Normalize(y, b, a, b, a, n/32, 32) }},
		task[T]{"NormalizeSums", 2 * 32, func(y []T) { NormalizeSums(y, a, b, a, b, sums, n/32, 32) }},
		task[T]{"NormalizeGrad", n, func(y []T) { NormalizeGrad(y, a, b, a, b, a, b, n/32, 32) }},
		task[T]{"MaxPool2D", size, func(y []T) { MaxPool2D(y, index, long, w) }},
		task[T]{"MaxPool2DGrad", 16 * 28 * 28 * 32, func(y []T) { MaxPool2DGrad(y, long, indices, w) }})
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	if testing.Short() {
		testWorkers[float32](t) // at one level
		return
	}
	oracle.Both(t, testWorkers[float32], testWorkers[float64])
}

func testWorkers[T Float](t *testing.T) {
	defer SetWorkers(0)
	for _, j := range tasks[T](t) {
		got, want := make([]T, j.size), make([]T, j.size)
		j.run(want)
		compare := func(workers int) {
			clear(got)
			// a test of a single piece would show nothing
			if pieces := parallel.Pieces(func() { j.run(got) }); workers > 1 && pieces < 2 || workers == 1 && pieces > 0 {
				t.Errorf("%s with %d workers: helpers ran %d pieces", j.name, workers, pieces)
			}
			oracle.SameBits(t, fmt.Sprintf("%s with %d workers", j.name, workers), got, want)
		}
		oracle.WithWorkers(compare)
		for limit := 1; limit <= 2; limit++ {
			SetWorkers(limit)
			compare(limit)
		}
		SetWorkers(0)
	}
}

// Each row of a forward result has the same bits when it is computed alone.
func testRowAlone[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, s := range [][3]int{{17, 300, 270}, {30, 784, 33}, {5, 3, 2}, {65, 129, 70}, {3, 25, 1}} {
		m, k, n := s[0], s[1], s[2]
		x, w, bias := oracle.Noise[T](r, m*k), oracle.Noise[T](r, k*n), oracle.Noise[T](r, n)
		y, row := make([]T, m*n), make([]T, n)
		Dense(y, x, w, bias, m, k, n, true)
		for i := range m {
			Dense(row, x[i*k:][:k], w, bias, 1, k, n, true)
			oracle.SameBits(t, fmt.Sprintf("Dense %v row %d", s, i), row, y[i*n:][:n])
		}
		for _, transB := range []bool{false, true} {
			MatMul(y, x, w, make([]T, MatMulWork(m, k, n, false, transB)), m, k, n, false, transB)
			work := make([]T, MatMulWork(1, k, n, false, transB))
			for i := range m {
				MatMul(row, x[i*k:][:k], w, work, 1, k, n, false, transB)
				oracle.SameBits(t, fmt.Sprintf("MatMul %v transB %t row %d", s, transB, i), row, y[i*n:][:n])
			}
		}
	}
	for _, c := range []struct{ size, channels, kernel, stride, filters int }{
		{28, 1, 5, 1, 32}, {14, 32, 2, 1, 64}, {15, 3, 3, 2, 7},
	} {
		whole, err := NewWindow(4, c.size, c.size, c.channels, c.kernel, c.kernel, c.stride, c.stride, true)
		oracle.FatalIf(t, err)
		alone := whole
		alone.Batch = 1
		in, out := c.size*c.size*c.channels, whole.OutHeight*whole.OutWidth
		x, w := oracle.Noise[T](r, 4*in), oracle.Noise[T](r, c.kernel*c.kernel*c.channels*c.filters)
		y, one := make([]T, 4*out*c.filters), make([]T, out*c.filters)
		Conv2D(y, x, w, nil, whole, c.filters, false)
		pooled, index := make([]T, 4*out*c.channels), make([]int32, 4*out*c.channels)
		MaxPool2D(pooled, index, x, whole)
		for i := range 4 {
			Conv2D(one, x[i*in:][:in], w, nil, alone, c.filters, false)
			oracle.SameBits(t, fmt.Sprintf("Conv2D %v image %d", c, i), one, y[i*len(one):][:len(one)])
			p := make([]T, out*c.channels)
			MaxPool2D(p, index, x[i*in:][:in], alone)
			oracle.SameBits(t, fmt.Sprintf("MaxPool2D %v image %d", c, i), p, pooled[i*len(p):][:len(p)])
		}
	}
	const rows, cols = 2000, 35
	x, y, row := oracle.Noise[T](r, rows*cols), make([]T, rows*cols), make([]T, cols)
	Softmax(y, x, rows, cols)
	for i := range rows {
		Softmax(row, x[i*cols:][:cols], 1, cols)
		oracle.SameBits(t, fmt.Sprintf("Softmax row %d", i), row, y[i*cols:][:cols])
	}
	draw := random.NewDraw(1, 2)
	Dropout(y, x, 17*cols, 0.25, draw)
	for i := range rows {
		Dropout(row, x[i*cols:][:cols], (17+i)*cols, 0.25, draw)
		oracle.SameBits(t, fmt.Sprintf("Dropout row %d", i), row, y[i*cols:][:cols])
	}
}

func TestRowHasTheSameBitsAlone(t *testing.T) {
	oracle.Both(t, testRowAlone[float32], testRowAlone[float64])
}

func TestShortSlicePanicsInTheCaller(t *testing.T) {
	oracle.WithWorkers(func(workers int) {
		defer func() {
			if _, ok := recover().(runtime.Error); !ok {
				t.Errorf("%d workers: no bounds error", workers)
			}
		}()
		ReLU(make([]float32, 5*elementPiece-1), make([]float32, 5*elementPiece))
	})
}
