package main

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// timeParts trains a net as its program does: an epoch on the rows before, with its validation, to warm up, and then
// the timed parts, each an epoch on train with its validation. The last part starts from untrained weights again, in
// the same graphs: it has the zeros of a first epoch without the time to build the graphs.
func timeParts(w bench.Work, before, train, test dataset.Set, parts int) (failed error) {
	var adam solver.Solver
	net, err := w.CompileWith(func(c *model.Config) { adam = c.Solver.(solver.Solver) })
	if err != nil {
		return err
	}
	fit := func(data dataset.Set, epochs int, c model.Callback) (*model.History, error) {
		return net.Fit(context.Background(), data, model.Fit{Epochs: epochs, Batch: w.Batch, Validation: test,
			Callbacks: []model.Callback{c}})
	}
	untrained := adam.State()
	file, err := os.CreateTemp("", "weights") // a copy in memory would change the peak
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, file.Close(), os.Remove(file.Name())) }()
	err = each(net, file, func(weights []float32) error { return binary.Write(file, binary.LittleEndian, weights) })
	if err != nil {
		return err
	}
	_, err = fit(before, 1, model.Callback{
		TrainBegin: func(model.Run) error { return bench.Mark(bench.StepBegins) },
		BatchEnd: func(b model.Batch) error {
			if b.Batch == 1 {
				return bench.Mark(bench.StepDone)
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	history, err := fit(train, parts, timing(false, test.Len()))
	if err != nil {
		return err
	}
	// print the peak now: the rest takes more memory than training
	if err := bench.Say(bench.Line{PeakMB: bench.OwnPeakMB()}); err != nil {
		return err
	}
	if err := errors.Join(adam.SetState(untrained), each(net, file, func(weights []float32) error {
		return binary.Read(file, binary.LittleEndian, weights)
	})); err != nil {
		return err
	}
	runtime.GC() // free the moments before new ones are allocated
	runtime.GC()
	if _, err := fit(train.First(w.Batch), 1, model.Callback{}); err != nil { // allocates the moments of Adam
		return err
	}
	if _, err := fit(train, 1, timing(true, test.Len())); err != nil {
		return err
	}
	return bench.Say(bench.Line{Loss: history.Last().Loss, Accuracy: history.Last().ValAccuracy})
}

// each calls do for each weight tensor of a net, after it has moved to the start of the file.
func each(net *model.Net, file *os.File, do func(weights []float32) error) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for _, p := range net.Params() {
		for part := range slices.Chunk(p.Value.Float32s(), 1<<14) {
			if err := do(part); err != nil {
				return err
			}
		}
	}
	return nil
}

// timing returns a callback that times the training and the validation of each epoch.
func timing(first bool, rows int) model.Callback {
	var begin, between time.Time
	steps := 0
	return model.Callback{
		TrainBegin: func(model.Run) error { begin = time.Now(); return nil },
		BatchEnd: func(b model.Batch) error {
			if b.Batch == b.Batches {
				between, steps = time.Now(), b.Batches
			}
			return nil
		},
		EpochEnd: func(model.Epoch) error {
			end := time.Now()
			defer func() { begin = time.Now() }()
			return errors.Join(
				bench.Say(bench.Line{Timed: bench.Train, First: first, Steps: steps, Seconds: between.Sub(begin).Seconds()}),
				bench.Say(bench.Line{Timed: bench.Validation, First: first, Rows: rows, Seconds: end.Sub(between).Seconds()}))
		},
	}
}
