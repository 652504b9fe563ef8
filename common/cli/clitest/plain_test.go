package clitest

import (
	"context"
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Training with one epoch's loss or one weight a little off is not the same training.
func TestSameTraining(t *testing.T) {
	build := func() (*model.Net, gorgonia.Solver) {
		return model.Sequential(model.Input(2), layer.Dense{Units: 1}), solver.NewSGD(0.1)
	}
	for _, c := range []struct {
		mistake string
		want    bool
	}{{"", false}, {"loss", true}, {"weight", true}} {
		plain := func(ctx context.Context, r *cli.Run, data dataset.Set, net *model.Net) (*model.History, error) {
			h, err := net.Fit(ctx, data, model.Fit{Epochs: r.Epochs, Batch: r.Batch, NoShuffle: true})
			switch c.mistake {
			case "loss":
				h.Epochs[3].Loss += 1e-6
			case "weight":
				net.Params()[0].Value.Float64s()[1] += 1e-6
			}
			return h, err
		}
		t.Run(c.mistake, func(t *testing.T) {
			if got := fails(t, func(t testing.TB) {
				SameTraining(t, dataset.XOR(), &cli.Run{Epochs: 5, Batch: 4}, 1e-9, build, plain)
			}); got != c.want {
				t.Errorf("fails is %t, want %t", got, c.want)
			}
		})
	}
}
