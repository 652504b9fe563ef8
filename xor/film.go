package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// The number of moments in moments.png, and of steps in training.gif.
const (
	momentCount = 5
	frameCount  = 50
)

// film has the weights of the net in the course of training.
type film struct {
	net    *model.Net
	epochs []int             // the epochs after which weights were recorded; 0: before training
	values [][]*tensor.Dense // the weights after each of these, in the order of Params
	wanted []int             // the epochs to record
}

// startFilm records the initial weights. Without pictures it records nothing.
func startFilm(r *cli.Run, net *model.Net) *film {
	f := &film{net: net}
	if !r.NoPictures && !plain && r.Epochs > 0 {
		f.wanted = append(evenly(r.Epochs, momentCount-1), evenly(r.Epochs, frameCount)...)
		f.note(cli.EpochsDone(net))
	}
	return f
}

// evenly returns the ends of equal steps, from 0 to epochs.
func evenly(epochs, steps int) []int {
	var ends []int
	for i := range steps + 1 {
		ends = append(ends, epochs*i/steps)
	}
	return slices.Compact(ends)
}

func (f *film) note(epoch int) {
	f.epochs, f.values = append(f.epochs, epoch), append(f.values, f.net.Weights())
}

func (f *film) callbacks() []model.Callback {
	if f.wanted == nil {
		return nil
	}
	return []model.Callback{{EpochEnd: func(e model.Epoch) error {
		if slices.Contains(f.wanted, e.Epoch) {
			f.note(e.Epoch)
		}
		return nil
	}, TrainEnd: func(h *model.History) error {
		if last := h.Last().Epoch; !slices.Contains(f.epochs, last) { // stopped before its end
			f.note(last)
		}
		return nil
	}}}
}

// noted returns the recorded epochs nearest to the wanted ones, which are the same unless the run was stopped.
func (f *film) noted(wanted []int) []int {
	var epochs []int
	for _, want := range wanted {
		epochs = append(epochs, slices.MinFunc(f.epochs, func(a, b int) int {
			return cmp.Compare(max(a-want, want-a), max(b-want, want-b))
		}))
	}
	return slices.Compact(epochs)
}

// draw draws moments.png and training.gif: the net's answers over the unit square and the lines of its hidden neurons,
// at five moments and as a film.
func (f *film) draw(ctx context.Context, out show.Output, t show.Trained) error {
	if f.wanted == nil {
		return nil
	}
	last := f.epochs[len(f.epochs)-1]
	pictures := func(epochs []int) (list []chart.Picture, err error) {
		for _, epoch := range epochs {
			picture, err := f.surface(t.Test, epoch)
			if err != nil {
				return nil, err
			}
			list = append(list, picture)
		}
		return list, nil
	}
	out.Draw(ctx, "moments.png", func() (show.Drawing, error) {
		moments, err := pictures(f.noted(evenly(last, momentCount-1)))
		if err != nil {
			return nil, err
		}
		panels, err := chart.NewPanels(min(3, len(moments)), moments...)
		if err != nil {
			return nil, err
		}
		panels.Title = "What the net answers in the course of training"
		return panels, nil
	})
	out.Draw(ctx, "training.gif", func() (show.Drawing, error) {
		frames, err := pictures(f.noted(evenly(last, frameCount)))
		if err != nil {
			return nil, err
		}
		return chart.NewAnimation(frames...)
	})
	return nil
}

// surface returns the picture of the net after an epoch.
func (f *film) surface(data dataset.Set, epoch int) (*chart.Surface, error) {
	at := slices.Index(f.epochs, epoch)
	if at < 0 {
		return nil, fmt.Errorf("the weights after epoch %d were not noted", epoch)
	}
	net, err := f.copyAt(at)
	if err != nil {
		return nil, err
	}
	return surface(net, data, epoch)
}

// copyAt returns a new net with the recorded weights at index at.
func (f *film) copyAt(at int) (*model.Net, error) {
	var layers []layer.Layer
	for _, l := range f.net.Layers() {
		layers = append(layers, l.Layer)
	}
	net := model.Sequential(model.Input(f.net.InputShape()...), layers...)
	config := f.net.Config()
	if err := net.Compile(model.Config{Loss: config.Loss, Solver: solver.NewSGD(1), Dtype: config.Dtype}); err != nil {
		return nil, err
	}
	return net, net.SetWeights(f.values[at])
}
