package tensorboard

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/events"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// xor is the net that testdata/record.py trains.
func xor(t *testing.T, c model.Config) *model.Net {
	t.Helper()
	c.Loss, c.Metrics, c.Seed = loss.BinaryCrossentropy, []model.Metric{model.Accuracy}, 1
	if c.Solver == nil {
		c.Solver = solver.NewAdam(0.1)
	}
	return nets.Compile(t, model.Sequential(model.Input(2),
		layer.Dense{Units: 3, Activation: layer.Tanh}, layer.Dense{Units: 1, Activation: layer.Sigmoid}), c)
}

// fit trains the net as testdata/record.py does, and closes the board.
func fit(t *testing.T, b *Board, epochs int, more ...model.Callback) *model.History {
	t.Helper()
	data := dataset.XOR()
	h, err := b.Net.Fit(context.Background(), data, model.Fit{Epochs: epochs, Batch: 3, Validation: data,
		Callbacks: append([]model.Callback{b.Callback()}, more...)})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return h
}

// The events of a run are those that Keras' callbacks wrote for the same net: in the same folders, with the same tags,
// steps, shapes and plugins, and with values that differ only by rounding.
func TestBesideKeras(t *testing.T) {
	dir := t.TempDir()
	fit(t, &Board{Dir: dir, Net: xor(t, model.Config{}), Histograms: true,
		Hyperparameters: map[string]any{"batch": 3.0, "lr": 0.1, "optimizer": "adam", "reshuffle": false}}, 3)
	ours := runs(t, dir)
	for run, theirs := range recorded(t) {
		t.Run(run, func(t *testing.T) {
			want, got := tags(theirs), tags(ours[run])
			if run == "train" { // Keras 3 writes no graph of operations
				want["graph"] = got["graph"]
			}
			if a, b := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(a, b) {
				t.Fatalf("tags %v, want %v", a, b)
			}
			for tag := range want {
				same(t, tag, got[tag], want[tag])
			}
		})
	}
}

// tags groups events by tag; the graph has none.
func tags(list []events.Event) map[string][]events.Event {
	all := map[string][]events.Event{}
	for _, e := range list {
		switch {
		case e.Graph != nil:
			all["graph"] = append(all["graph"], e)
		case e.Value != nil:
			all[e.Value.Tag] = append(all[e.Value.Tag], e)
		}
	}
	return all
}

func same(t *testing.T, tag string, got, want []events.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d events, want %d", tag, len(got), len(want))
		return
	}
	for i, w := range want {
		g := got[i]
		if g.Step != w.Step {
			t.Errorf("%s: step %d, want %d", tag, g.Step, w.Step)
		}
		if w.Graph != nil {
			continue
		}
		about := func(v *events.Value) string {
			content := fmt.Sprintf("%x", v.Content)
			if v.Plugin == "hparams" { // its content has times, which differ
				content = fmt.Sprint(len(v.Content))
			}
			return fmt.Sprint(v.Plugin, " ", content, v.Dtype, v.Shape, len(v.Strings))
		}
		if a, b := about(g.Value), about(w.Value); a != b {
			t.Errorf("%s: %s, want %s", tag, a, b)
		}
		for k, x := range w.Value.Numbers {
			if d := math.Abs(g.Value.Numbers[k] - x); d > 1e-6 {
				t.Errorf("%s, step %d: number %d is %v, want %v", tag, w.Step, k, g.Value.Numbers[k], x)
			}
		}
	}
}

// The curves have the values of the history; the learning rate is that of the next step.
func TestCurves(t *testing.T) {
	dir := t.TempDir()
	net := xor(t, model.Config{Solver: &solver.Adam{LearningRate: 0.1, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7,
		Options: solver.Options{Schedule: &solver.InverseTimeDecay{Initial: 0.1, DecaySteps: 2, DecayRate: 1}}}})
	h := fit(t, &Board{Dir: dir, Net: net}, 4)
	all := runs(t, dir)
	for _, c := range []struct {
		run, tag string
		values   []float64
		step     int64 // of the second value
	}{
		{"train", "epoch_loss", h.Series("loss"), 1},
		{"train", "epoch_accuracy", h.Series("accuracy"), 1},
		{"train", "epoch_learning_rate", []float64{0.1 / 2, 0.1 / 3, 0.1 / 4, 0.1 / 5}, 1},
		{"validation", "epoch_loss", h.Series("val_loss"), 1},
		{"validation", "epoch_accuracy", h.Series("val_accuracy"), 1},
		{"validation", "evaluation_loss_vs_iterations", h.Series("val_loss"), 4},
		{"validation", "evaluation_accuracy_vs_iterations", h.Series("val_accuracy"), 4},
	} {
		list := events.Tagged(all[c.run], c.tag)
		if len(list) != 4 {
			t.Errorf("%s has %d values, want 4", c.tag, len(list))
			continue
		}
		for i, e := range list {
			if got := e.Value.Numbers[0]; math.Abs(got-c.values[i]) > 1e-7*c.values[i] {
				t.Errorf("%s: %v, want %v", c.tag, got, c.values[i])
			}
		}
		if list[1].Step != c.step {
			t.Errorf("%s: its second step is %d, want %d", c.tag, list[1].Step, c.step)
		}
	}
}

// Training with a board has the same bits as without.
func TestSameTraining(t *testing.T) {
	with, without := xor(t, model.Config{}), xor(t, model.Config{})
	fit(t, &Board{Dir: t.TempDir(), Net: with, Histograms: true}, 5)
	data := dataset.XOR()
	if _, err := without.Fit(context.Background(), data, model.Fit{Epochs: 5, Batch: 3, Validation: data}); err != nil {
		t.Fatal(err)
	}
	for i, w := range with.Weights() {
		if !slices.Equal(model.Float64s(w), model.Float64s(without.Weights()[i])) {
			t.Errorf("parameter %d differs", i)
		}
	}
}

// The same run writes the same events, except for their times.
func TestSameEvents(t *testing.T) {
	bytesOf := func() (all []byte) {
		dir := t.TempDir()
		clock := time.Unix(1, 0)
		fit(t, &Board{Dir: dir, Net: xor(t, model.Config{}), Histograms: true, now: func() time.Time { return clock }}, 2)
		for _, run := range []string{"", "train", "validation"} {
			for _, e := range events.Run(t, filepath.Join(dir, run)) {
				all = append(all, e.Raw...)
			}
		}
		return all
	}
	if !bytes.Equal(bytesOf(), bytesOf()) {
		t.Error("the events differ")
	}
}

// A run that is resumed appends files with the steps that follow, and neither the graph nor the hyperparameters again.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	net := xor(t, model.Config{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	b := &Board{Dir: dir, Net: net}
	data := dataset.XOR()
	f := model.Fit{Epochs: 4, Batch: 3, Validation: data, Callbacks: []model.Callback{b.Callback(),
		{BatchEnd: func(b model.Batch) error {
			if b.Epoch == 3 {
				stop()
			}
			return nil
		}}}}
	var state model.State
	f.Callbacks = append(f.Callbacks, model.Callback{Interrupted: func(*model.History) (err error) {
		state, err = net.State()
		return err
	}})
	if _, err := net.Fit(ctx, data, f); err == nil {
		t.Fatal("the run was not interrupted")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if end := events.Tagged(runs(t, dir)[""], "_hparams_/session_end_info"); len(end) != 0 {
		t.Error("an interrupted run has ended")
	}
	fit(t, &Board{Dir: dir, Net: xor(t, model.Config{Start: &state})}, 4)
	all := runs(t, dir)
	for _, c := range []struct {
		run, tag string
		steps    []int64
	}{
		{"train", "epoch_loss", []int64{0, 1, 2, 3}},
		{"validation", "evaluation_loss_vs_iterations", []int64{2, 4, 6, 8}},
		{"train", "keras", []int64{0}},
		{"", "_hparams_/session_start_info", []int64{0}},
		{"", "_hparams_/session_end_info", []int64{0}},
	} {
		var got []int64
		for _, e := range events.Tagged(all[c.run], c.tag) {
			got = append(got, e.Step)
		}
		if !slices.Equal(got, c.steps) {
			t.Errorf("%s has the steps %v, want %v", c.tag, got, c.steps)
		}
	}
}

// A picture is written to validation, with the step of the newest epoch.
func TestImage(t *testing.T) {
	dir := t.TempDir()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 7, 5))); err != nil {
		t.Fatal(err)
	}
	b := &Board{Dir: dir, Net: xor(t, model.Config{})}
	data := dataset.XOR()
	if _, err := b.Net.Fit(t.Context(), data, model.Fit{Epochs: 3, Batch: 3, Validation: data,
		Callbacks: []model.Callback{b.Callback()}}); err != nil {
		t.Fatal(err)
	}
	if err := b.Image("wrong", picture.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := b.Image("wrong", []byte("no picture")); err == nil || !strings.Contains(err.Error(), "picture wrong") {
		t.Errorf("error %v, want one of the picture", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	list := events.Tagged(runs(t, dir)["validation"], "wrong")
	if len(list) != 1 {
		t.Fatalf("%d pictures, want one", len(list))
	}
	v := list[0].Value
	got := fmt.Sprintf("%d %s %v %s %s", list[0].Step, v.Plugin, v.Shape, v.Strings[0], v.Strings[1])
	if got != "2 images [3] 7 5" || !bytes.Equal(v.Strings[2], picture.Bytes()) {
		t.Errorf("%s and %d bytes", got, len(v.Strings[2]))
	}
}

// A file that is truncated anywhere, as by a kill, is read up to its last whole record.
func TestCut(t *testing.T) {
	dir := t.TempDir()
	fit(t, &Board{Dir: dir, Net: xor(t, model.Config{})}, 2)
	paths, err := filepath.Glob(filepath.Join(dir, "validation", "*"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v (%v)", paths, err)
	}
	file, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for size := range len(file) + 1 {
		if err := os.WriteFile(paths[0], file[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		list, err := events.Read(paths[0])
		if len(list) < whole || len(list) > whole+1 {
			t.Fatalf("%d events of %d bytes, want about %d", len(list), size, whole)
		}
		if whole = len(list); size == len(file) && (err != nil || whole != 9) {
			t.Errorf("%d events of the whole file (%v), want 9", whole, err)
		}
	}
}

// disk is a file in memory that fails like a full disk.
type disk struct {
	bytes.Buffer
	fails, broken bool
}

func (d *disk) WriteAt(data []byte, offset int64) (int, error) {
	if offset != int64(d.Len()) {
		return 0, io.ErrUnexpectedEOF
	}
	if !d.fails {
		return d.Buffer.Write(data)
	}
	_, _ = d.Buffer.Write(data[:len(data)/2])
	return 0, io.ErrShortWrite // 0 bytes, as WriteAt of package os
}

func (d *disk) Truncate(size int64) error {
	if d.broken {
		return io.ErrClosedPipe
	}
	d.Buffer.Truncate(int(size))
	return nil
}

func (d *disk) Close() error { return nil }

// While the disk is full, the net keeps training after one warning. Pending events are written once there is room. If
// the end of a file is damaged, Close reports the loss.
func TestFullDisk(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to int // the epochs with a full disk
		broken   bool
		warnings int
		written  int // losses
		lost     bool
	}{
		{"never", 0, 0, false, 0, 6, false},
		{"a while", 2, 3, false, 1, 6, false},
		{"to the end", 4, 9, false, 1, 3, true},
		{"damaged", 2, 3, true, 1, 2, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := map[string]*disk{}
			var warnings []error
			b := &Board{Dir: t.TempDir(), Net: xor(t, model.Config{}),
				Warn: func(err error) { warnings = append(warnings, err) },
				create: func(path string) (eventFile, error) {
					run := filepath.Base(filepath.Dir(path))
					d[run] = new(disk)
					return d[run], nil
				}}
			data := dataset.XOR()
			full := model.Callback{EpochEnd: func(e model.Epoch) error {
				for _, d := range d {
					d.fails, d.broken = e.Epoch+1 >= c.from && e.Epoch+1 <= c.to, c.broken
				}
				return nil
			}}
			if _, err := b.Net.Fit(t.Context(), data, model.Fit{Epochs: 6, Batch: 3, Validation: data,
				Callbacks: []model.Callback{b.Callback(), full}}); err != nil {
				t.Fatal(err)
			}
			err := b.Close()
			if (err != nil) != c.lost || len(warnings) != c.warnings {
				t.Errorf("closed with %v after %d warnings, want %d", err, len(warnings), c.warnings)
			}
			path := filepath.Join(t.TempDir(), "events")
			if err := os.WriteFile(path, d["train"].Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			list, err := events.Read(path)
			if got := len(events.Tagged(list, "epoch_loss")); got != c.written || (err != nil) != c.broken {
				t.Errorf("%d losses (%v), want %d", got, err, c.written)
			}
		})
	}
}

// The pending bytes are bounded while the disk is full.
func TestPending(t *testing.T) {
	s := &stream{folder: t.TempDir(), create: func(string) (eventFile, error) { return nil, io.ErrShortWrite }}
	for range 3 * maxPending >> 20 {
		s.add(make([]byte, 1<<20))
		if err := s.flush(time.Unix(1, 0)); err == nil || len(s.pending) > maxPending+2<<20 {
			t.Fatalf("%d bytes wait (%v)", len(s.pending), err)
		}
	}
}

func TestHolds(t *testing.T) {
	dir := t.TempDir()
	if Holds(dir) || Holds(filepath.Join(dir, "missing")) {
		t.Error("an empty folder holds a run")
	}
	fit(t, &Board{Dir: dir, Net: xor(t, model.Config{})}, 1)
	if !Holds(dir) {
		t.Error("the folder of a run holds none")
	}
}
