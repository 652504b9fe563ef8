//go:build !race

package checkpoint

import (
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// A write takes memory for some pieces of the weights and the best weights, and better ones take that of the former.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a large net four times")
	}
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 2_000_000}, layer.Dense{Units: 1}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(1e-6)})
	weights := uint64(4 * net.ParamCount())
	k := &Keeper{Net: net, Path: filepath.Join(t.TempDir(), "net.h5"), Best: true}
	var before uint64
	first := model.Callback{EpochEnd: func(e model.Epoch) error {
		if e.Epoch == 1 { // the memory of the first best weights is there
			before = hostile.Allocated()
		}
		return nil
	}}
	fit(t, net, dataset.XOR(), model.Fit{Epochs: 4, Batch: 4}, k.Callback(), first)
	if used := hostile.Allocated() - before; k.BestEpoch() != 4 || used > weights/2 {
		t.Errorf("three epochs and writes take %d bytes of memory for %d of weights; the best is epoch %d, want 4",
			used, weights, k.BestEpoch())
	}
}
