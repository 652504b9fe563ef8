package main

import (
	"context"
	"errors"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// timeParts trains a net as its program does, and times the training and the validation of each epoch but the first.
func timeParts(w bench.Work, train, test dataset.Set, parts int) error {
	net, err := w.Compile()
	if err != nil {
		return err
	}
	var begin, between time.Time
	history, err := net.Fit(context.Background(), train, model.Fit{
		Epochs: 1 + parts, Batch: w.Batch, Validation: test,
		Callbacks: []model.Callback{{
			TrainBegin: func(model.Run) error { return bench.Mark(bench.StepBegins) },
			BatchEnd: func(b model.Batch) error {
				if b.Batch == b.Batches {
					between = time.Now()
				}
				if b.Epoch == 1 && b.Batch == 1 {
					return bench.Mark(bench.StepDone)
				}
				return nil
			},
			EpochEnd: func(e model.Epoch) error {
				end := time.Now()
				defer func() { begin = time.Now() }()
				if e.Epoch == 1 {
					return nil
				}
				steps := (train.Len()-1)/w.Batch + 1
				return errors.Join(
					bench.Say(bench.Line{Timed: bench.Train, Steps: steps, Seconds: between.Sub(begin).Seconds()}),
					bench.Say(bench.Line{Timed: bench.Validation, Rows: test.Len(), Seconds: end.Sub(between).Seconds()}))
			},
		}},
	})
	if err != nil {
		return err
	}
	return bench.Say(bench.Line{Loss: history.Last().Loss, Accuracy: history.Last().ValAccuracy})
}
