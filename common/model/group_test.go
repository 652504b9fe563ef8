package model_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/ranks"
	"gorgonia-lectures/common/model"
)

var (
	_ model.Group  = (*ranks.Rank)(nil)
	_ model.Sharer = ranks.Sharing{}
)

// N ranks give the weights and the history of one: with dropout, parts of different sizes, a last batch of one row and
// so of none for some, and a validation shared out.
func TestRanksTrainAsOne(t *testing.T) { eachWay(t, testRanksTrainAsOne) }

func testRanksTrainAsOne(t *testing.T) {
	data, validation := digits(t, 33), digits(t, 300)
	how := model.Fit{Epochs: 20, Batch: 8, Validation: validation} // 100 steps
	config := model.Config{Seed: 7, Dtype: tensor.Float64, Metrics: []model.Metric{model.Accuracy}}
	alone := compile(t, smallCNN(), config)
	want := fit(t, alone, data, how)
	for _, size := range []int{1, 2, 3, 4, 8} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			nets := make([]*model.Net, size)
			for i := range nets {
				nets[i] = compile(t, smallCNN(), config)
			}
			histories := make([]*model.History, size)
			errs := ranks.Run(size, func(r *ranks.Rank) (err error) {
				mine := how
				mine.Group = groupOf(r)
				histories[r.Rank()], err = nets[r.Rank()].Fit(context.Background(), data, mine)
				return err
			})
			for rank, err := range errs {
				if err != nil {
					t.Fatalf("rank %d: %v", rank, err)
				}
				if d := furthest(nets[rank].Weights(), alone.Weights()); d > 1e-9 {
					t.Errorf("rank %d: a weight is %g away, want 1e-9", rank, d)
				}
				if d := furthest(nets[rank].Weights(), nets[0].Weights()); d != 0 {
					t.Errorf("rank %d: a weight is %g away from rank 0, want the same bits", rank, d)
				}
				for i, e := range histories[rank].Epochs {
					w := want.Epochs[i]
					if math.Abs(e.Loss-w.Loss) > 1e-9 || e.Accuracy != w.Accuracy ||
						math.Abs(e.ValLoss-w.ValLoss) > 1e-9 || e.ValAccuracy != w.ValAccuracy {
						t.Errorf("rank %d: %v, want %v", rank, e, w)
					}
				}
			}
		})
	}
}

// furthest is the largest difference of two lists of weights.
func furthest(a, b [][]float64) float64 {
	most := 0.0
	for i := range a {
		for j := range a[i] {
			most = max(most, math.Abs(a[i][j]-b[i][j]))
		}
	}
	return most
}
