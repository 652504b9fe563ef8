// Command ours trains one of the lecture's nets as its program does, or times a kernel, and prints
// what it measures as the peers do: lines of JSON, which peers/python/lecture.py lists.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

var (
	work   = flag.String("work", "", "xor, iris, mlp, cnn, product or adam")
	epochs = flag.Int("epochs", 1, "epochs of xor and iris")
	steps  = flag.Int("steps", 0, "steps of one timed part of mlp and cnn; 0: a whole epoch")
	parts  = flag.Int("parts", 1, "timed parts after the first, which warms up")
	mnist  = flag.String("mnist", "", "folder of the MNIST files; empty: the module cache")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ours:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := kernel.LevelError(); err != nil {
		return err
	}
	if *epochs < 1 || *steps < 0 || *parts < 1 {
		return errors.New("-epochs and -parts must be at least 1, -steps at least 0")
	}
	err := say(line{"versions": map[string]string{"go": runtime.Version()}, "level": kernel.ActiveLevel().String()})
	if err != nil {
		return err
	}
	switch *work {
	case "product":
		return product()
	case "adam":
		return adam()
	}
	w, err := bench.WorkNamed(*work)
	if err != nil {
		return err
	}
	train, test, err := w.Load(*mnist)
	if err != nil {
		return err
	}
	net, err := w.Compile()
	if err != nil {
		return err
	}
	if w.Name == "xor" || w.Name == "iris" {
		return small(w, net, train, test)
	}
	return digits(w, net, train, test)
}

// line is one line of output.
type line map[string]any

func say(l line) error { return json.NewEncoder(os.Stdout).Encode(l) }

func mark(moment string) error {
	return say(line{"at": moment, "unix": float64(time.Now().UnixMicro()) / 1e6})
}

func learned(e model.Epoch) error { return say(line{"loss": e.Loss, "accuracy": e.ValAccuracy}) }

// small times the epochs after the first one. There is no callback for steps: they take less than
// the callback would.
func small(w bench.Work, net *model.Net, train, test dataset.Set) error {
	var start time.Time
	fit := model.Fit{Epochs: *epochs, Batch: w.Batch, Callbacks: []model.Callback{{
		TrainBegin: func(model.Run) error { return mark("first step begins") },
		EpochEnd: func(e model.Epoch) error {
			if e.Epoch > 1 {
				return nil
			}
			err := mark("first step done")
			start = time.Now()
			return err
		},
	}}}
	if test.Len() > 0 {
		fit.Validation = test
	}
	history, err := net.Fit(context.Background(), train, fit)
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	if err := say(line{"timed": "epochs", "epochs": *epochs - 1, "seconds": seconds}); err != nil {
		return err
	}
	return learned(history.Last())
}

// digits times training and validation of each epoch after the first one.
func digits(w bench.Work, net *model.Net, train, test dataset.Set) error {
	if *steps > 0 {
		train = train.First(*steps * w.Batch)
	}
	var begin, between time.Time
	history, err := net.Fit(context.Background(), train, model.Fit{
		Epochs: 1 + *parts, Batch: w.Batch, Validation: test,
		Callbacks: []model.Callback{{
			TrainBegin: func(model.Run) error { return mark("first step begins") },
			BatchEnd: func(b model.Batch) error {
				if b.Batch == b.Batches {
					between = time.Now()
				}
				if b.Epoch == 1 && b.Batch == 1 {
					return mark("first step done")
				}
				return nil
			},
			EpochEnd: func(e model.Epoch) error {
				end := time.Now()
				defer func() { begin = time.Now() }()
				if e.Epoch == 1 {
					return nil
				}
				done := (train.Len()-1)/w.Batch + 1
				return errors.Join(
					say(line{"timed": "train", "steps": done, "seconds": between.Sub(begin).Seconds()}),
					say(line{"timed": "validation", "rows": test.Len(), "seconds": end.Sub(between).Seconds()}))
			},
		}},
	})
	if err != nil {
		return err
	}
	return learned(history.Last())
}

// product times the square matrix product of 1024 rows.
func product() error {
	const n, repeats = 1024, 20
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	stream := kernel.NewStream(1, kernel.PurposeSample, 0, 0)
	for i := range a {
		a[i], b[i] = float32(stream.Float64()), float32(stream.Float64())
	}
	work := make([]float32, kernel.MatMulWork(n, n, n, false, false))
	for part := range 1 + *parts {
		start := time.Now()
		for range repeats {
			kernel.MatMul(c, a, b, work, n, n, n, false, false)
		}
		if part == 0 {
			continue
		}
		if err := say(line{"timed": "product", "steps": repeats, "seconds": time.Since(start).Seconds()}); err != nil {
			return err
		}
	}
	return nil
}

// adam times Adam over the parameters of the convolutional network, and triads beside it.
func adam() error {
	w, err := bench.WorkNamed("cnn")
	if err != nil {
		return err
	}
	for range *parts {
		for _, r := range bench.Adam(w.Parameters, time.Second) {
			if err := say(line{"timed": "adam", "where": r.Where, "bytes": r.Bytes, "adam": r.Adam, "triad": r.Triad}); err != nil {
				return err
			}
		}
	}
	return nil
}
