package clitest

import (
	"context"
	"errors"
	"testing"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// watched is a program with -live that does everything right, or makes the mistake.
func watched(mistake string) Program {
	inputs := &show.Prediction{Inputs: []show.Slider{{Name: "x1"}, {Name: "x2"}}}
	d := cli.Defaults{Epochs: 20, Batch: 4, LearningRate: 0.1, Net: true, Predict: inputs}
	return Program{Name: "watched", Defaults: d, Run: func(ctx context.Context, r *cli.Run) error {
		if mistake == "other weights" && r.Given("live") {
			r.Seed++
		}
		picture := show.LiveNetwork(nil, nil)
		if mistake == "broken picture" {
			picture.Draw = func(show.Moment) (chart.Picture, error) { return nil, errors.New("no ink") }
		}
		data, config := dataset.XOR(), model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(r.LearningRate)}
		net, err := r.Compile(model.Sequential(model.Input(2), layer.Dense{Units: 1}), config, data, picture)
		if err != nil {
			return err
		}
		fit := r.Fit(nil)
		if mistake == "trains on" && r.Given("load") {
			fit.Epochs++
		}
		history, err := net.Fit(ctx, data, fit)
		if err == nil && mistake == "fails" && r.Given("live") {
			err = errors.New("no space left")
		}
		if err != nil {
			return err
		}
		return r.Finish(ctx, net, history, data)
	}}
}

func TestLiveFindsTheMistake(t *testing.T) {
	if testing.Short() {
		t.Skip("whole trainings")
	}
	for _, c := range []struct {
		mistake string
		want    bool
	}{{"", false}, {"other weights", true}, {"broken picture", true}, {"trains on", true}, {"fails", true}} {
		t.Run(c.mistake, func(t *testing.T) {
			if got := fails(t, func(t testing.TB) {
				watched(c.mistake).Live(t, `{"inputs": [1, 0]}`, []string{"The net and its weights"})
			}); got != c.want {
				t.Errorf("fails is %t, want %t", got, c.want)
			}
		})
	}
}

// A question that is wrong, and a picture that is half, are failures.
func TestViewerFindsTheMistake(t *testing.T) {
	v := watched("").Watch(t)
	v.State("training")
	for _, c := range []struct {
		name  string
		check func(v *Viewer)
	}{
		{"no question", func(v *Viewer) { v.Ask(`{"inputs": [1]}`) }},
		{"no button", func(v *Viewer) { v.Press(`{"action": "jump"}`) }},
	} {
		if !fails(t, func(t testing.TB) { c.check(&Viewer{t: t, Address: v.Address, client: v.client}) }) {
			t.Errorf("%s is not found", c.name)
		}
	}
	for _, c := range []struct {
		svg  string
		want bool
	}{{"<svg><g></g></svg>", true}, {"<svg><g>", false}, {"<g></g>", false}, {"", false}} {
		if got := wellFormed(c.svg) == nil; got != c.want {
			t.Errorf("%q is well formed: %t, want %t", c.svg, got, c.want)
		}
	}
}
