//go:build unix

package main

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gorgonia-lectures/common/internal/events"
)

// curve wants folders of -tensorboard to have the loss of each epoch of a history. An epoch that was trained again
// after a kill comes twice, with the same loss.
func (t *trial) curve(history string, folders ...string) {
	want, err := losses(history)
	if err != nil {
		t.fault("%s: %v", t.named(history), cause(err))
		return
	}
	got := map[int64]float32{}
	for _, e := range t.events(true, folders...) {
		if e.Value == nil || e.Value.Tag != "epoch_loss" || e.folder != "train" {
			continue
		}
		loss := float32(e.Value.Numbers[0])
		if before, twice := got[e.Step]; twice && before != loss {
			t.fault("-tensorboard has the losses %v and %v of epoch %d", before, loss, e.Step+1)
		}
		got[e.Step] = loss
	}
	for i, loss := range want {
		if v, ok := got[int64(i)]; !ok || v != loss {
			t.fault("-tensorboard has the loss %v (%t) of epoch %d, want %v", v, ok, i+1, loss)
			return
		}
	}
	if len(got) != len(want) {
		t.fault("-tensorboard has %d epochs, want %d", len(got), len(want))
	}
}

// losses is a column of history.csv.
func losses(history string) (list []float32, err error) {
	file, err := os.Open(history)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	table, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(table) == 0 || len(table[0]) < 2 || table[0][1] != "loss" {
		return nil, errors.New("it does not begin with epoch,loss")
	}
	for _, row := range table[1:] {
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			return nil, err
		}
		list = append(list, float32(v))
	}
	return list, nil
}

// logged is an event with the name of its file's folder.
type logged struct {
	events.Event
	folder string
}

// events are those of the files below folders. Each file must have whole records, to its end unless a kill may have cut
// it.
func (t *trial) events(cut bool, folders ...string) (all []logged) {
	for _, folder := range folders {
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasPrefix(d.Name(), "events.out.tfevents.") {
				return nil // what is missing is missed by its epochs
			}
			list, err := events.Read(path)
			if err == nil && len(list) == 0 && !cut {
				err = errors.New("no events")
			}
			if err != nil && !(cut && errors.Is(err, events.ErrCut)) {
				t.fault("events in %s: %v", t.named(filepath.Dir(path)), err)
			}
			for _, e := range list {
				all = append(all, logged{e, filepath.Base(filepath.Dir(path))})
			}
			return nil
		})
	}
	return all
}
