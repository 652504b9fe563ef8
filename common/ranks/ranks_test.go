package ranks_test

import (
	"fmt"
	"os"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// N ranks give the weights and the history of one: with dropout, shards of different sizes, a last batch of one row,
// of which other ranks have none, and a validation.
func TestRanksTrainAsOne(t *testing.T) { trainAsOne(t, nets.CNN, 1, 2, 3, 4, 8) }

// The other layers too, with noise and dropped channels.
func TestRanksTrainOtherLayersAsOne(t *testing.T) { trainAsOne(t, nets.Various, 3) }

func trainAsOne(t *testing.T, net func() *model.Net, sizes ...int) {
	t.Helper()
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 20, Batch: 8, Validation: nets.Digits(t, 300)} // 100 steps
	build := func() *model.Net {
		accuracy := []model.Metric{model.Accuracy}
		return nets.Compile(t, net(), model.Config{Seed: 7, Dtype: tensor.Float64, Metrics: accuracy})
	}
	alone := build()
	history := nets.Fit(t, alone, data, how)
	for _, size := range sizes {
		if testing.Short() && size != 3 {
			continue
		}
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			asOne(t, together(t, size, build, data, how, nil), alone, history, 1e-9)
		})
	}
}
