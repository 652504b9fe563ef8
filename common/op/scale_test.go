package op_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/op"
)

// The loss of 3 rows of 8, as a share of the loss of all: value and gradient are rounded once.
func TestScale(t *testing.T) {
	for _, dtype := range dtypes {
		for _, factor := range []float64{3. / 8, 1. / 3, 0, -2.5} {
			build := func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.Scale(in[0], factor) }
			tr := newTrial(t, build, dtype, 0, array{[]int{}, []float64{0.7}})
			tr.run(t)
			want, grad := factor*0.7, factor*1.7 // the trial's upstream
			if dtype == tensor.Float32 {
				want, grad = float64(float32(factor)*float32(0.7)), float64(float32(factor)*float32(1.7))
			}
			if y, dx := values(t, tr.y), values(t, tr.grads[0]); len(y) != 1 || y[0] != want || len(dx) != 1 || dx[0] != grad {
				t.Errorf("%v, factor %v: %v with the gradient %v, want %v and %v", dtype, factor, y, dx, want, grad)
			}
		}
	}
}

func TestScaleAgainstDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 12))
	for _, factor := range []float64{0.375, -2} {
		checkGradients(t, func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
			loss, err := op.MeanSquaredError(in[0], in[1])
			if err != nil {
				return nil, err
			}
			return op.Scale(loss, factor)
		}, 1, random(rng, 3, 4), random(rng, 3, 4))
	}
}

// Only a scalar can be scaled.
func TestScaleOfATensor(t *testing.T) {
	for _, dtype := range dtypes {
		g := gorgonia.NewGraph()
		_, err := op.Scale(leaf(g, "x", dtype, array{[]int{2, 3}, make([]float64, 6)}), 2)
		wording.Check(t, err, "Scale", "(2, 3)", "scalar")
		_, err = op.Scale(leaf(g, "y", dtype, array{[]int{4}, make([]float64, 4)}), 2)
		wording.Check(t, err, "Scale", "(4)", "scalar")
	}
}

// Rows that begin at Mask.Row draw the same numbers, forward and backward, as in the whole batch.
func TestDropoutOfSomeRowsOfTheBatch(t *testing.T) {
	const rows, cols = 40, 70
	step := uint64(11)
	mask := op.Mask{Seed: 3, Step: &step}
	x := between(rand.New(rand.NewPCG(3, 12)), 1, 2, rows, cols)
	for _, dtype := range dtypes {
		whole := newTrial(t, dropoutOp(0.25, mask), dtype, 0, x)
		whole.run(t)
		y := values(t, whole.y)
		for _, rows := range []struct{ first, end int }{{0, 40}, {0, 1}, {13, 27}, {27, 40}, {39, 40}} {
			t.Run(fmt.Sprint(dtype, rows), func(t *testing.T) {
				mask := mask
				mask.Row = rows.first
				from, to := rows.first*cols, rows.end*cols
				tr := newTrial(t, dropoutOp(0.25, mask), dtype, 0, array{[]int{rows.end - rows.first, cols}, x.data[from:to]})
				tr.run(t)
				got, back := values(t, tr.y), values(t, tr.grads[0])
				for i, want := range y[from:to] {
					if got[i] != want || (back[i] == 0) != (want == 0) {
						t.Fatalf("row %d, column %d: %v with the gradient %v, want %v", rows.first+i/cols, i%cols, got[i], back[i], want)
					}
				}
			})
		}
	}
	_, err := op.Dropout(leaf(gorgonia.NewGraph(), "x", dtypes[0], x), 0.25, op.Mask{Step: &step, Row: -1})
	wording.Check(t, err, "Dropout", "row -1", "0")
}
