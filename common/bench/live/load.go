package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

const (
	crowd  = 100 // viewers beside the predictions: as many as a page takes
	atOnce = 16  // predictions
	// The rows of the convolutional network's epochs while predictions are measured: the page has news often.
	trainRows, testRows = 3200, 1000
)

// load is a net under predictions while a crowd watches.
type load struct {
	name    string
	work    string
	view    live.View // without its net
	body    []byte    // of a request
	trains  bool
	outputs int

	seconds       []float64 // of each prediction
	whole         float64   // seconds of all
	before, after uint64    // bytes of the heap
}

// loads are a small net and the convolutional one, at rest and while they train.
func loads(test dataset.Set) ([]*load, error) {
	seven, err := os.ReadFile(filepath.Join("mnistcnn", "testdata", "seven.png"))
	if err != nil {
		return nil, err
	}
	var list []*load
	for _, trains := range []bool{false, true} {
		list = append(list, &load{
			name: "XOR, two numbers", work: "xor", trains: trains, outputs: 1, body: []byte(`{"inputs": [1, 0]}`),
			view: live.View{Sliders: []live.Slider{{Name: "x1", Max: 1}, {Name: "x2", Max: 1}}, Speed: 250},
		})
	}
	for _, trains := range []bool{false, true} {
		list = append(list, &load{
			name: "CNN, a picture", work: "cnn", trains: trains, outputs: 10, body: seven,
			view: live.View{Labels: cli.Pictures(28, 28).Labels, Pictures: []show.Picture{show.LiveWrong(test)}},
		})
	}
	return list, nil
}

func (r *report) measureLoads(train, test dataset.Set) (err error) {
	test = test.First(min(test.Len(), testRows))
	if r.loads, err = loads(test); err != nil {
		return err
	}
	for _, l := range r.loads {
		fmt.Fprintf(os.Stderr, "load: %s, %s\n", l.name, l.while())
		if err := l.measure(train, test, r.size.predictions); err != nil {
			return fmt.Errorf("%s, %s: %w", l.name, l.while(), err)
		}
	}
	return nil
}

func (l *load) while() string {
	if l.trains {
		return "while it trains"
	}
	return "at rest"
}

func (l *load) measure(train, test dataset.Set, predictions int) (err error) {
	work, err := bench.WorkNamed(l.work)
	if err != nil {
		return err
	}
	net, err := work.Compile()
	if err != nil {
		return err
	}
	l.view.Program, l.view.Net = work.Program, net
	a, err := gather(l.view, crowd, "status")
	if err != nil {
		return err
	}
	end := "waiting"
	stop := func() error { return nil }
	if l.trains {
		end = "stopped"
		if stop, err = a.train(work, net, train, test); err != nil {
			_, failure := a.leave("failed")
			return errors.Join(err, failure)
		}
	}
	l.before = heap()
	start := time.Now()
	err = l.ask(a, predictions)
	l.whole = time.Since(start).Seconds()
	a.client.CloseIdleConnections()
	l.after = heap()
	err = errors.Join(err, stop())
	_, failure := a.leave(end)
	return errors.Join(err, failure)
}

// train begins a training without an end, and returns behind its first epoch. Stop ends it as a visitor does.
func (a *audience) train(w bench.Work, net *model.Net, train, test dataset.Set) (stop func() error, err error) {
	fit := model.Fit{Epochs: math.MaxInt, Batch: w.Batch}
	if w.Name == "xor" {
		if train, _, err = w.Load(""); err != nil {
			return nil, err
		}
	} else {
		if train, err = train.First(min(train.Len(), trainRows)).Reshape(28, 28, 1); err != nil {
			return nil, err
		}
		if fit.Validation, err = test.Reshape(28, 28, 1); err != nil {
			return nil, err
		}
	}
	begun, ended := make(chan struct{}), make(chan error, 1)
	fit.Callbacks = []model.Callback{a.page.Callback(), {EpochEnd: func(e model.Epoch) error {
		if e.Epoch == 1 {
			close(begun)
		}
		return nil
	}}}
	go func() {
		_, err := net.Fit(context.Background(), train, fit)
		ended <- err
	}()
	select {
	case <-begun:
	case err := <-ended:
		return nil, fmt.Errorf("the training ended: %w", err)
	}
	return func() error {
		err := a.post("/control", []byte(`{"action": "stop"}`), func([]byte) error { return nil })
		if err != nil {
			return err // and the training goes on
		}
		return <-ended
	}, nil
}

// ask makes the predictions, some at a time. None may be lost.
func (l *load) ask(a *audience, predictions int) error {
	l.seconds = make([]float64, predictions)
	lost := make([]error, predictions)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range atOnce {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(predictions); i = next.Add(1) - 1 {
				start := time.Now()
				lost[i] = a.post("/predict", l.body, l.check)
				l.seconds[i] = time.Since(start).Seconds()
			}
		})
	}
	wait.Wait()
	count, first := 0, error(nil)
	for _, err := range lost {
		if err == nil {
			continue
		}
		if count++; first == nil {
			first = err
		}
	}
	if count > 0 {
		return fmt.Errorf("%d of %d predictions lost, want none: %w", count, predictions, first)
	}
	return nil
}

// check reads an answer.
func (l *load) check(text []byte) error {
	var answer show.Answer
	if err := json.Unmarshal(text, &answer); err != nil {
		return fmt.Errorf("the answer %s: %w", text, err)
	}
	outputs := len(answer.Probabilities)
	if answer.Output != nil {
		outputs = 1
	}
	if outputs != l.outputs {
		return fmt.Errorf("the answer %s: %d outputs, want %d", text, outputs, l.outputs)
	}
	return nil
}

// post sends a body and checks the answer to it.
func (a *audience) post(path string, body []byte, check func([]byte) error) error {
	response, err := a.client.Post(a.page.Address()+path, "application/octet-stream", bytes.NewReader(body))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return fmt.Errorf("the answer of %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s, want 200 OK", path, response.Status, strings.TrimSpace(string(text)))
	}
	return check(text)
}

// heap is what is in use of it.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what pools hold is given up by the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
