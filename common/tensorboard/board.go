// Package tensorboard writes a training run for TensorBoard as Keras' callback of that name does, so that both lie side
// by side there:
//
//	board := &tensorboard.Board{Dir: "logs", Net: net}
//	history, err := net.Fit(ctx, data, model.Fit{..., Callbacks: []model.Callback{board.Callback()}})
//	err = board.Close()
//
// The folder has train and validation with the curves, the graph, the weights' histograms and pictures, under the
// names and with the steps of Keras 3.15.1 (keras/src/callbacks/tensorboard.py), and the hyperparameters as
// TensorBoard's own callback for Keras writes them (tensorboard/plugins/hparams).
package tensorboard

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Board writes the events of one Fit. After a write that fails, as on a full disk, training continues, the files have
// whole records only, and the next write tries again.
type Board struct {
	Dir        string // the folder; it is made
	Net        *model.Net
	Histograms bool // of all weights, after each epoch

	// Hyperparameters are what TensorBoard compares runs by: bool, float64 or string by name.
	Hyperparameters map[string]any

	// Warn gets the error of the first write that fails while the net trains. nil: only Close has errors.
	Warn func(error)

	run                        model.Run
	epoch                      int64 // the step of the newest epoch: from 0
	train, validation, session *stream
	weights                    []*tensor.Dense // the memory of a copy
	warned                     bool
	now                        func() time.Time                     // time.Now, except in tests
	create                     func(path string) (eventFile, error) // of this package, except in tests
}

// Holds reports whether the folder has events of a run, with which those of another one would mix.
func Holds(dir string) bool {
	for _, run := range []string{"", "train", "validation"} {
		entries, _ := os.ReadDir(filepath.Join(dir, run)) // one that cannot be read has none that would mix
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), filePrefix) {
				return true
			}
		}
	}
	return false
}

// Callback connects the Board to a Fit. It must come before a checkpoint.Keeper: the epochs that this one has kept are
// then on disk here.
func (b *Board) Callback() model.Callback {
	if b.now == nil {
		b.now = time.Now
	}
	if b.create == nil {
		b.create = create
	}
	at := func(folder string) *stream { return &stream{folder: filepath.Join(b.Dir, folder), create: b.create} }
	b.train, b.validation, b.session = at("train"), at("validation"), at("")
	return model.Callback{TrainBegin: b.begin, EpochEnd: b.epochEnd, TrainEnd: b.end}
}

// begin writes what does not change in the run, unless it is resumed in the same folder.
func (b *Board) begin(run model.Run) error {
	b.run, b.epoch = run, int64(max(0, len(run.Before)-1))
	if Holds(b.Dir) {
		return nil
	}
	at := seconds(b.now())
	start, err := sessionStart(at, b.Hyperparameters)
	if err != nil {
		return fmt.Errorf("tensorboard: %w", err)
	}
	b.session.add(event(at, 0, eventSummary, start))
	// a net that has no such description is left out, as in Keras
	if config, err := keras.ModelJSON(b.Net); err == nil {
		text := tensorOf(dtypeString).bytes(tensorStrings, config)
		b.train.add(event(at, 0, eventSummary, summary("keras", kerasModel, text)))
	}
	if g, err := graph(b.Net); err == nil {
		b.train.add(event(at, 0, eventGraph, g))
	}
	b.flush()
	return nil
}

// epochEnd writes the curves' next values, and the histograms.
func (b *Board) epochEnd(e model.Epoch) error {
	at := seconds(b.now())
	b.epoch = int64(e.Epoch - 1)
	type metric struct {
		name              string
		train, validation float64
	}
	metrics := []metric{{"loss", e.Loss, e.ValLoss}}
	if slices.Contains(b.run.Metrics, model.Accuracy) {
		metrics = append(metrics, metric{"accuracy", e.Accuracy, e.ValAccuracy})
	}
	add := func(to *stream, tag string, value float64, step int64) {
		to.add(event(at, step, eventSummary, summary(tag, scalars, scalarTensor(value))))
	}
	iterations, rate := b.solver()
	for _, m := range metrics {
		add(b.train, "epoch_"+m.name, m.train, b.epoch)
		if b.run.Validation {
			add(b.validation, "evaluation_"+m.name+"_vs_iterations", m.validation, iterations)
			add(b.validation, "epoch_"+m.name, m.validation, b.epoch)
		}
	}
	if rate != nil {
		add(b.train, "epoch_learning_rate", *rate, b.epoch)
	}
	if b.Histograms {
		b.addHistograms(at)
	}
	b.flush()
	return nil
}

// solver is how many steps the net's solver has made, and the learning rate of the next one, nil if it is unknown.
func (b *Board) solver() (iterations int64, rate *float64) {
	s, ok := b.Net.Config().Solver.(solver.Solver)
	if !ok {
		steps, _ := b.Net.Done()
		return int64(steps), nil
	}
	next, err := solver.NextRate(s)
	if err != nil { // of a schedule, which the next step reports
		return int64(s.View().Step), nil
	}
	return int64(s.View().Step), &next
}

// modelName is what Keras calls the first Sequential of a program.
const modelName = "sequential"

func (b *Board) addHistograms(at float64) {
	b.weights = b.Net.CopyWeights(b.weights)
	var names []string // of the weights, as paths in Keras
	for _, l := range b.Net.Layers() {
		for _, p := range l.Params {
			names = append(names, modelName+"/"+l.Name+"/"+strings.TrimPrefix(p.Name, l.Name+"."))
		}
	}
	for i, name := range names {
		var table [bucketCount][3]float64
		switch data := b.weights[i].Data().(type) {
		case []float32:
			table = buckets(data)
		case []float64:
			table = buckets(data)
		}
		b.train.add(event(at, b.epoch, eventSummary, summary(name+"/histogram", histograms, bucketsTensor(table))))
	}
}

func (b *Board) end(*model.History) error {
	at := seconds(b.now())
	b.session.add(event(at, 0, eventSummary, sessionEnd(at)))
	b.flush()
	return nil
}

// flush writes what the epoch has added, and warns once if it cannot.
func (b *Board) flush() {
	err := b.write((*stream).flush)
	if err != nil && !b.warned && b.Warn != nil {
		b.warned = true
		b.Warn(fmt.Errorf("tensorboard: %w", err))
	}
}

// write does the same with each file, and returns the first error: a full disk has one for each of them.
func (b *Board) write(do func(*stream, time.Time) error) (first error) {
	for _, s := range []*stream{b.session, b.train, b.validation} {
		if err := do(s, b.now()); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Image adds a PNG picture of the trained net, at the step of the newest epoch, to the validation if there is one. It
// must come after the Fit. An error is of the picture; those of its file are Close's.
func (b *Board) Image(tag string, picture []byte) error {
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("tensorboard: picture %s: %w", tag, err)
	}
	to, now := b.train, b.now()
	if b.run.Validation {
		to = b.validation
	}
	tensor := stringsTensor([]byte(strconv.Itoa(size.Width)), []byte(strconv.Itoa(size.Height)), picture)
	to.add(event(seconds(now), b.epoch, eventSummary, summary(tag, images, tensor)))
	_ = to.flush(now) // Close tries again
	return nil
}

// Close writes what is not written yet and closes the files. Its error says why events are missing.
func (b *Board) Close() error {
	if b.train == nil { // no Callback
		return nil
	}
	if err := b.write((*stream).close); err != nil {
		return fmt.Errorf("tensorboard: %w", err)
	}
	return nil
}
