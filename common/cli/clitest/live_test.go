package clitest

import (
	"context"
	"errors"
	"testing"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// watched is a program with -live that does everything right until it is told to make a mistake.
func watched(mistake string) Program {
	d := cli.Defaults{Epochs: 20, Batch: 4, LearningRate: 0.1, Net: true, Predict: cli.Numbers("0,1")}
	return Program{Name: "watched", Defaults: d, Run: func(ctx context.Context, opt *cli.Run) error {
		data, net := dataset.XOR(), model.Sequential(model.Input(2), layer.Dense{Units: 1})
		if mistake == "other weights" && opt.Given("live") {
			opt.Seed++
		}
		err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(opt.LearningRate), Seed: opt.Seed})
		if err != nil {
			return err
		}
		if net, err = opt.Load(net, data); err != nil {
			return err
		}
		picture := cli.LiveNetwork(net, nil, nil)
		if mistake == "broken picture" {
			picture.Draw = func(live.Moment) (chart.Picture, error) { return nil, errors.New("no ink") }
		}
		view := live.View{Net: net, Sliders: []live.Slider{{Name: "x1"}, {Name: "x2"}}, Speed: opt.Watchable(), Pictures: []live.Picture{picture}}
		if err := opt.Live(view); err != nil {
			return err
		}
		fit := model.Fit{Epochs: opt.Epochs, Batch: opt.Batch, Callbacks: opt.Callbacks()}
		if mistake == "trains on" && opt.Given("load") {
			fit.Epochs++
		}
		history, err := net.Fit(ctx, data, fit)
		if err == nil && mistake == "fails" && opt.Given("live") {
			err = errors.New("no space left")
		}
		if err != nil {
			return err
		}
		return errors.Join(opt.SaveModel(net), opt.SaveRun(history, nil))
	}}
}

func TestLiveFindsTheMistake(t *testing.T) {
	for mistake, want := range map[string]bool{"": false, "other weights": true, "broken picture": true, "trains on": true, "fails": true} {
		if got := fails(t, func(t testing.TB) {
			watched(mistake).Live(t, `{"inputs": [1, 0]}`, []string{"The net and its weights"})
		}); got != want {
			t.Errorf("%q: fails is %t, want %t", mistake, got, want)
		}
	}
}

// A question that is wrong, and a picture that is half, are failures.
func TestViewerFindsTheMistake(t *testing.T) {
	v := watched("").Watch(t)
	v.State("training")
	for name, check := range map[string]func(v *Viewer){
		"no question": func(v *Viewer) { v.Ask(`{"inputs": [1]}`) },
		"no button":   func(v *Viewer) { v.Press(`{"action": "jump"}`) },
	} {
		if !fails(t, func(t testing.TB) { check(&Viewer{t: t, Address: v.Address, client: v.client}) }) {
			t.Errorf("%s is not found", name)
		}
	}
	for svg, want := range map[string]bool{"<svg><g></g></svg>": true, "<svg><g>": false, "<g></g>": false, "": false} {
		if got := wellFormed(svg) == nil; got != want {
			t.Errorf("%q is well formed: %t, want %t", svg, got, want)
		}
	}
}
