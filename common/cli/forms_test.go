package cli_test

import (
	"bytes"
	"context"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks/rankstest"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// flowers has one-hot targets; the loss of its net wants them so.
func flowers(ctx context.Context, r *cli.Run) error {
	data, err := dataset.Iris().OneHot(3, false)
	if err != nil {
		return err
	}
	net, err := r.Compile(model.Sequential(model.Input(4), layer.Dense{Units: 3, Activation: layer.Softmax}),
		model.Config{Loss: loss.CategoricalCrossentropy, Solver: solver.NewAdam(r.LearningRate)}, data)
	if err != nil {
		return err
	}
	history, err := net.Fit(ctx, data, r.Fit(data))
	if err != nil {
		return err
	}
	return r.Finish(ctx, net, history, data, show.Curves)
}

// Ranks give a net of a file the class numbers that its loss wants, as one process does.
func TestRanksGiveClassNumbers(t *testing.T) {
	_, file := below(t)
	args := func(out string) []string {
		return []string{"-load", "../keras/testdata/cases/iris_sparse_loss.h5", "-no-pictures", "-epochs", "3", "-batch", "7",
			"-out", file(out), "-save", file(out + "/net.h5"), "-checkpoint", file(out + "/run.h5")}
	}
	clitest.Program{Name: "toy", Defaults: toys, Run: flowers}.Main(t, args("alone")...)
	for rank, err := range rankstest.Run(2, func(r *rankstest.Rank) error {
		var stdout, stderr bytes.Buffer
		if code := cli.RankExecute(t.Context(), r, "toy", toys, flowers, args("ranks"), &stdout, &stderr); code != 0 {
			t.Errorf("rank %d ends with %d: %s", r.Rank(), code, &stderr)
		}
		return nil
	}) {
		if err != nil {
			t.Errorf("rank %d: %v", rank, err)
		}
	}
	near(t, file("alone/net.h5"), file("ranks/net.h5"))
	a, b := clitest.Final(t, file("alone"), "test_accuracy"), clitest.Final(t, file("ranks"), "test_accuracy")
	if a != b || a == 0 {
		t.Errorf("test accuracy %v alone and %v on ranks", a, b)
	}
}
