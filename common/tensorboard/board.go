// Package tensorboard writes a training run for TensorBoard as the callback TensorBoard of Keras does, so that
// TensorBoard compares runs of both:
//
//	board := &tensorboard.Board{Dir: "logs", Net: net}
//	history, err := net.Fit(ctx, data, model.Fit{..., Callbacks: []model.Callback{board.Callback()}})
//	err = board.Close()
//
// The folders train and validation in Dir have the curves, the graph, the histograms of the weights and the pictures,
// with the tags and steps of Keras 3.15.1 (keras/src/callbacks/tensorboard.py). Dir has the hyperparameters as
// TensorBoard's callback for Keras writes them (tensorboard/plugins/hparams).
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

// Board writes the events of one Fit. If a write fails, for example on a full disk, training continues, the files have
// only whole records, and the next write tries again.
type Board struct {
	Dir        string     // the folder, which is made if it does not exist
	Net        *model.Net // the net that is trained
	Histograms bool       // write histograms of all weights after each epoch

	// Hyperparameters has, by name, the values by which TensorBoard compares runs: bool, float64 or string.
	Hyperparameters map[string]any

	// Warn is called with the error of the first failed write during training. nil: only Close reports errors.
	Warn func(error)

	run                        model.Run
	epoch                      int64 // the step of the newest epoch, from 0
	train, validation, session *stream
	weights                    []*tensor.Dense // a copy, whose memory is reused
	warned                     bool
	now                        func() time.Time                     // time.Now, except in tests
	create                     func(path string) (eventFile, error) // create, except in tests
}

// Holds reports whether the folder already has events of a run. Events of another run would mix with them.
func Holds(dir string) bool {
	for _, run := range []string{"", "train", "validation"} {
		entries, _ := os.ReadDir(filepath.Join(dir, run)) // writing will report a folder that cannot be read
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), filePrefix) {
				return true
			}
		}
	}
	return false
}

// Callback returns the callback of Fit that writes the events. It must come before that of a checkpoint.Keeper, so that
// the events of each saved epoch are on disk before its checkpoint.
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

// begin writes the hyperparameters, the layers and the graph, unless the folder has them from a run that is resumed.
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
	// as Keras, leave out a net that ModelJSON cannot describe
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

// epochEnd writes the metrics of an epoch, and the histograms.
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

// solver returns the number of steps that the solver has made, and the learning rate of the next one; nil if it is
// unknown.
func (b *Board) solver() (iterations int64, rate *float64) {
	s, ok := b.Net.Config().Solver.(solver.Solver)
	if !ok {
		steps, _ := b.Net.Done()
		return int64(steps), nil
	}
	next, err := solver.NextRate(s)
	if err != nil { // the schedule fails; the next step reports it
		return int64(s.View().Step), nil
	}
	return int64(s.View().Step), &next
}

// modelName is the name that Keras gives the first Sequential of a program.
const modelName = "sequential"

func (b *Board) addHistograms(at float64) {
	b.weights = b.Net.CopyWeights(b.weights)
	var names []string // the paths of the weights in Keras
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

// flush writes the pending events. The first error goes to Warn.
func (b *Board) flush() {
	err := b.write((*stream).flush)
	if err != nil && !b.warned && b.Warn != nil {
		b.warned = true
		b.Warn(fmt.Errorf("tensorboard: %w", err))
	}
}

// write calls do for each file, and returns the first error: a full disk gives one for each.
func (b *Board) write(do func(*stream, time.Time) error) (first error) {
	for _, s := range []*stream{b.session, b.train, b.validation} {
		if err := do(s, b.now()); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Image writes a picture of the trained net, encoded as PNG, with the step of the newest epoch. It goes to validation
// if the Fit has validation data, and to train if not. Image must come after the Fit. It returns an error if picture is
// not a PNG; Close reports errors of the file.
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

// Close writes pending events and closes the files. It returns an error if events are lost.
func (b *Board) Close() error {
	if b.train == nil { // Callback was not called
		return nil
	}
	if err := b.write((*stream).close); err != nil {
		return fmt.Errorf("tensorboard: %w", err)
	}
	return nil
}
