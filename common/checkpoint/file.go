// Package checkpoint saves a training run to disk. A killed run resumes from the file and ends with the same bits in
// weights and history as an undisturbed one, on any number of cores at the same level of the CPU:
//
//	keeper := &checkpoint.Keeper{Path: "out/iris.h5", Net: net}
//	history, err := net.Fit(ctx, data, model.Fit{..., Callbacks: []model.Callback{keeper.Callback()}})
//
//	file, err := checkpoint.Open("out/iris.h5")
//	history, err := file.Net.Fit(ctx, data, ...) // the same Fit: it resumes in the middle of its epoch
//
// A checkpoint is the .h5 file of package keras, which Keras opens as a model, with one more group in its root.
//
// The Keeper also replaces Keras' callbacks EarlyStopping and ModelCheckpoint: it stops a run whose loss has stopped
// falling, and keeps the best weights.
package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
)

// groupName is the name of the group, which Keras ignores. In it are
//
//	attribute run      JSON: the Info, and the whole numbers of the model.Position
//	epochs             [epochs, 5] float64: loss, accuracy, val_loss, val_accuracy, seconds; missing in the first epoch
//	sums               [2] float64: loss and seconds of the position
//	best/0, best/1 ... the best weights in the order of Net.Params; missing unless the Keeper keeps them
const groupName = "gorgonia_lectures_run"

// Info is what a program stores with a run, to resume it with the same settings.
type Info struct {
	Program string            `json:"program"`
	Flags   map[string]string `json:"flags"` // by name, all that change the run
	Given   []string          `json:"given"` // the names of those that were on the command line
	Level   string            `json:"level"` // of the CPU
	Data    string            `json:"data"`  // dataset.Fingerprint of the training rows
}

// version is the version of the header. Runs of other versions cannot be resumed: before version 2 a seed gave other
// random numbers.
const version = 2

// header is the JSON of the attribute run.
type header struct {
	Info
	Version    int  `json:"version"`
	BatchSize  int  `json:"batch_size"`
	Rows       int  `json:"rows"`
	Validation bool `json:"validation"`
	Reshuffle  bool `json:"reshuffle"`
	Epochs     int  `json:"epochs"`
	Steps      int  `json:"steps"`
	Seen       int  `json:"seen"`
	Right      int  `json:"right"`
	Best       bool `json:"best"`
}

// File is a checkpoint that was read. The next Fit of its net resumes the run.
type File struct {
	Info
	Net      *model.Net
	Position model.Position
	Best     []*tensor.Dense // weights of the best epoch; nil if they were not kept
}

// Holds reports whether there is a checkpoint at path. It reads no weights.
func Holds(path string) bool {
	f, err := hdf5.Open(path)
	if err != nil {
		return false
	}
	held := f.Root.Member(groupName) != nil
	return f.Close() == nil && held
}

// write writes the net and its run to a file, without a copy of its weights.
func write(fs atomicfile.FS, path string, net *model.Net, info Info, best []*tensor.Dense) error {
	var written error
	err := net.View(func(state model.State) error {
		group, err := runGroup(net, state.Run, info, best)
		if err != nil {
			return err
		}
		root, err := keras.Tree(net, state, map[string]*hdf5.Group{groupName: group})
		if err == nil {
			written = atomicfile.WriteOn(fs, path, func(w io.Writer) error { return hdf5.Write(w, root) })
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", text.Brief(path), err)
	}
	return written
}

func runGroup(net *model.Net, p *model.Position, info Info, best []*tensor.Dense) (*hdf5.Group, error) {
	if p == nil {
		return nil, errors.New("no Fit is running")
	}
	text, err := json.Marshal(header{Info: info, Version: version, BatchSize: p.BatchSize, Rows: p.Rows, Validation: p.Validation,
		Reshuffle: p.Reshuffle, Epochs: len(p.Epochs), Steps: p.Steps, Seen: p.Seen, Right: p.Right, Best: best != nil})
	if err != nil {
		return nil, err
	}
	group := hdf5.NewGroup()
	group.SetAttribute("run", string(text))
	if len(p.Epochs) > 0 {
		table := make([]float64, 0, epochColumns*len(p.Epochs))
		for _, e := range p.Epochs {
			table = append(table, e.Loss, e.Accuracy, e.ValLoss, e.ValAccuracy, e.Seconds)
		}
		if err := group.AddNumbers("epochs", []int{len(p.Epochs), epochColumns}, table); err != nil {
			return nil, err
		}
	}
	if err := group.AddNumbers("sums", []int{2}, []float64{p.Loss, p.Seconds}); err != nil || best == nil {
		return group, err
	}
	weights := hdf5.NewGroup()
	for i, w := range best {
		if err := keras.AddTensor(weights, strconv.Itoa(i), w); err != nil {
			return nil, fmt.Errorf("best: %s: %w", net.Params()[i].Name, err)
		}
	}
	return group, group.Add("best", weights)
}

const epochColumns = 5
