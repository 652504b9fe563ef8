package keras_test

import (
	"path/filepath"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Writing a net takes memory for some pieces of it, not for a copy; reading takes memory for two: what was read, and
// the net.
func TestMemory(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		if testing.Short() && dtype == tensor.Float64 {
			continue
		}
		net := model.Sequential(model.Input(2),
			layer.Dense{Units: 1000}, layer.Dense{Units: 2000}, layer.Dense{Units: 1})
		nets.Compile(t, net,
			model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(0.01), Dtype: dtype})
		nets.Fit(t, net, dataset.XOR(), model.Fit{Epochs: 1, Batch: 4})
		numbers := uint64(3 * net.ParamCount() * int(dtype.Size())) // with the two moments
		for _, ending := range []string{".h5", ".keras"} {
			path := filepath.Join(t.TempDir(), "net"+ending)
			before := hostile.Allocated()
			save(t, path, net)
			if used := hostile.Allocated() - before; used > numbers/16 {
				t.Errorf("%v, %s: writing %d bytes of numbers takes %d bytes of memory", dtype, ending, numbers, used)
			}
			before = hostile.Allocated()
			if _, err := keras.Load(path); err != nil {
				t.Fatal(err)
			}
			if used := hostile.Allocated() - before; used > numbers*5/2 {
				t.Errorf("%v, %s: reading %d bytes of numbers takes %d bytes of memory", dtype, ending, numbers, used)
			}
		}
	}
}
