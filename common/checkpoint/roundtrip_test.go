package checkpoint

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// A run that resumes from a file after any step or epoch, on another number of cores, ends with the same bits as one
// without a Keeper.
func TestResumeFromAnyFile(t *testing.T) {
	t.Run("CNN", func(t *testing.T) { resumeFromAnyFile(t, nets.CNN) })
	t.Run("normalized", func(t *testing.T) { resumeFromAnyFile(t, nets.Normalized) })
}

func resumeFromAnyFile(t *testing.T, build func() *model.Net) {
	t.Helper()
	compiled := func() *model.Net {
		return nets.Compile(t, build(), model.Config{Metrics: []model.Metric{model.Accuracy}, Seed: 7})
	}
	data := nets.Digits(t, 33)
	how := model.Fit{Epochs: 3, Batch: 8, Validation: nets.Digits(t, 9)}
	plain := compiled()
	want := end(t, plain, fit(t, plain, data, how))

	net := compiled()
	k := &Keeper{Net: net, Info: someInfo}
	folder := t.TempDir()
	var paths []string
	var positions []model.Position
	save := func() error {
		path := filepath.Join(folder, fmt.Sprintf("%d.h5", len(paths)))
		k.save(path, nil)
		paths, positions = append(paths, path), append(positions, *net.Position())
		return k.Err()
	}
	h := fit(t, net, data, how, k.Callback(), model.Callback{
		TrainBegin: func(model.Run) error { return save() },
		BatchEnd:   func(model.Batch) error { return save() },
		EpochEnd:   func(model.Epoch) error { return save() },
	})
	same(t, "with a Keeper", end(t, net, h), want)
	if want := 1 + 3*(5+1); len(paths) != want {
		t.Fatalf("%d files, want %d", len(paths), want)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for i, path := range paths {
		if testing.Short() && i%4 > 0 {
			continue
		}
		runtime.GOMAXPROCS(1 + i%3)
		file := open(t, path)
		if got, want := timeless(file.Position), timeless(positions[i]); !reflect.DeepEqual(got, want) {
			t.Errorf("file %d: the position is %+v, want %+v", i, got, want)
		}
		same(t, fmt.Sprint("file ", i), end(t, file.Net, fit(t, file.Net, data, how)), want)
		if file.Net.Position() != nil {
			t.Errorf("file %d: the run has ended, but has a position", i)
		}
	}
}

// So does a run with a long history that is interrupted twice.
func TestResumeWithALongHistory(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole training")
	}
	const epochs = 20_000
	data, how := dataset.XOR(), model.Fit{Epochs: epochs, Batch: 1}
	plain := twoNeurons(t, solver.NewAdam(0.01), tensor.Float64)
	want := end(t, plain, fit(t, plain, data, how))
	path := filepath.Join(t.TempDir(), "net.h5")
	net := twoNeurons(t, solver.NewAdam(0.01), tensor.Float64)
	for i := range 2 {
		k := &Keeper{Net: net, Info: someInfo, Path: path, Every: time.Millisecond}
		interrupt(t, net, data, how, after((i+1)*epochs*4/3+1), k.Callback())
		net = open(t, path).Net
	}
	if p := net.Position(); len(p.Epochs) < epochs/2 || p.Steps == 0 {
		t.Errorf("interrupted at step %d after epoch %d, want one in the second half of the run", p.Steps, len(p.Epochs))
	}
	same(t, "interrupted", end(t, net, fit(t, net, data, how)), want)
}

// timeless is a position without its times.
func timeless(p model.Position) string {
	p.Epochs = nets.Timeless(p.Epochs)
	for i := range p.Epochs {
		p.Epochs[i].Epochs = 0 // of the Fit, which may be longer when it resumes
	}
	return fmt.Sprint(p.BatchSize, p.Rows, p.Validation, p.Epochs, p.Steps, p.Seen, p.Right, p.Loss)
}

// A file keeps all of a run: with every solver, in both dtypes, with and without the best weights, after any step.
func TestRoundTrip(t *testing.T) {
	steps := []int{1, 2 * xorBatches, 2*xorBatches + 1, 300*xorBatches + 1}
	if testing.Short() {
		steps = steps[1:3]
	}
	for _, s := range nets.Solvers() {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			for _, step := range steps {
				for _, best := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%v/%d/%t", s.Name, dtype, step, best), func(t *testing.T) {
						roundTrip(t, func() *model.Net { return twoNeurons(t, s.Make(), dtype) }, step, best)
					})
				}
			}
		}
	}
}

const xorBatches = 2 // of 3 rows and of 1

// roundTrip interrupts a run after a step, also after the last one before the validation.
func roundTrip(t *testing.T, make func() *model.Net, step int, best bool) {
	data, path, net := dataset.XOR(), filepath.Join(t.TempDir(), "net.h5"), make()
	how := model.Fit{Epochs: step/xorBatches + 2, Batch: 3, Validation: data}
	k := &Keeper{Net: net, Info: someInfo, Rescue: path, Best: best}
	var state model.State
	take := func(*model.History) error { state = nets.State(t, net); return nil }
	interrupt(t, net, data, how, after(step), k.Callback(), model.Callback{Interrupted: take})
	file := open(t, path)
	if k.File() != path || !reflect.DeepEqual(file.Info, someInfo) {
		t.Errorf("file %s with the Info %+v", k.File(), file.Info)
	}
	got := nets.State(t, file.Net)
	if want := timeless(*state.Run); timeless(*got.Run) != want || timeless(file.Position) != want {
		t.Error("the position is another")
	}
	for i, e := range got.Run.Epochs {
		if e.Seconds != state.Run.Epochs[i].Seconds {
			t.Errorf("epoch %d took %v s, want %v", i+1, e.Seconds, state.Run.Epochs[i].Seconds)
		}
	}
	if s := got.Run.Seconds; s < 0 || s > state.Run.Seconds {
		t.Errorf("the steps took %v s, want at most %v", s, state.Run.Seconds)
	}
	got.Run, state.Run = nil, nil
	if !reflect.DeepEqual(got, state) {
		t.Errorf("the state is %+v, want %+v", got, state)
	}
	if a, b := file.Net.Config().Solver, make().Config().Solver; reflect.TypeOf(a) != reflect.TypeOf(b) {
		t.Errorf("the solver is a %T, want a %T", a, b)
	}
	if want := k.best; !reflect.DeepEqual(file.Best, want) || (want != nil) != (best && len(file.Position.Epochs) > 0) {
		t.Errorf("the best weights are %v, want %v", file.Best, want)
	}
	isAModel(t, path, net, data)

	plain := make()
	want := end(t, plain, fit(t, plain, data, how))
	same(t, "going on", end(t, file.Net, fit(t, file.Net, data, how)), want)
}

// isAModel wants package keras to open the file as a net with the same predictions.
func isAModel(t *testing.T, path string, net *model.Net, data dataset.Data) {
	t.Helper()
	again, err := keras.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if again.Position() != nil {
		t.Error("the model that is loaded is in a run")
	}
	got, err := again.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(model.Float64s(got), model.Float64s(want)) {
		t.Errorf("it predicts %v, want %v", got, want)
	}
}

// A run that has ended has no epochs left, except those that are added.
func TestMoreEpochs(t *testing.T) {
	data := nets.Digits(t, 33)
	path := filepath.Join(t.TempDir(), "net.h5")
	how, longer := model.Fit{Epochs: 2, Batch: 8}, model.Fit{Epochs: 4, Batch: 8}
	whole := smallCNN(t)
	want := end(t, whole, fit(t, whole, data, longer))
	short := smallCNN(t)
	k := &Keeper{Net: short, Path: path}
	done := end(t, short, fit(t, short, data, how, k.Callback()))
	file := open(t, path)
	same(t, "no more epochs", end(t, file.Net, fit(t, file.Net, data, how)), done)
	file = open(t, path)
	same(t, "two more", end(t, file.Net, fit(t, file.Net, data, longer)), want)
}
