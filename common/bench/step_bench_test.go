package bench

import (
	"context"
	"testing"

	"gorgonia-lectures/common/model"
)

// BenchmarkStep times a whole training step of each net, through Fit on the data of its program, without validation.
// Operations are those of products and convolutions, bytes those of the weights and of the optimizer's state.
func BenchmarkStep(b *testing.B) {
	steps := map[string]int{"xor": 2000, "iris": 400, "mlp": 60, "cnn": 15}
	for _, w := range Works() {
		b.Run(w.Program, func(b *testing.B) {
			l := machineLimits()
			train, _, err := w.Load("")
			if err != nil {
				b.Fatal(err)
			}
			net, err := w.Compile()
			if err != nil {
				b.Fatal(err)
			}
			train = train.First(steps[w.Name] * w.Batch)
			batches := (train.Len()-1)/w.Batch + 1
			fit := model.Fit{Epochs: steps[w.Name] / batches, Batch: w.Batch}
			first := model.Fit{Epochs: 1, Batch: w.Batch} // builds the graph
			if _, err := net.Fit(context.Background(), train.First(w.Batch), first); err != nil {
				b.Fatal(err)
			}
			calls := 0
			for b.Loop() {
				if _, err := net.Fit(context.Background(), train, fit); err != nil {
					b.Fatal(err)
				}
				calls += fit.Epochs * batches
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(calls), "ns/step")
			rates(b, l, work{flops: flops(w), bytes: weightBytes(w), set: float64(adamBytes(w.Parameters))}, calls)
		})
	}
}

// flops is the number of floating-point operations in the products and convolutions of a training step, two for each
// multiply-add.
func flops(w Work) float64 { return 2 * float64(w.MultiplyAdds) * float64(w.Batch) }

// weightBytes is the smallest number of bytes of parameters that a training step moves: the forward pass and the
// gradient of the input read the float32 weights, the gradients are written, and the optimizer reads weight and
// gradient and writes the weight; Adam also reads and writes its two moments.
func weightBytes(w Work) float64 {
	values := 6
	if w.Name != "xor" {
		values += 4
	}
	return 4 * float64(values) * float64(w.Parameters)
}
