package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/atomicfile/failing"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// bench is a run with a clock that only the test moves, and a list of the writes.
type bench struct {
	net    *model.Net
	data   dataset.Set
	path   string
	keeper *Keeper
	clock  time.Time
	tries  []string // "epochs + steps of the next epoch" at the start of each write
	warned []error
}

// watchedFS calls create before it makes a file.
type watchedFS struct {
	atomicfile.FS
	create func()
}

func (w watchedFS) Create(path string, like fs.FileInfo) (atomicfile.File, error) {
	w.create()
	return w.FS.Create(path, like)
}

// newBench makes a run of 32 steps an epoch. Each write takes the given time.
func newBench(t *testing.T, fsys atomicfile.FS, writes time.Duration) *bench {
	t.Helper()
	var inputs, targets []float64
	for i := range 32 {
		inputs, targets = append(inputs, float64(i%5)/5, float64(i%3)/3), append(targets, float64(i%2))
	}
	data, err := dataset.FromFloats([]int{2}, inputs, []int{1}, targets)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{net: twoNeurons(t, solver.NewAdam(0.01), model.Config{}.Dtype), data: data,
		path: filepath.Join(t.TempDir(), "net.h5"), clock: time.Unix(1e9, 0)}
	b.keeper = &Keeper{Net: b.net, Info: someInfo, Path: b.path, now: func() time.Time { return b.clock },
		Warn: func(err error) { b.warned = append(b.warned, err) },
		FS: watchedFS{fsys, func() {
			p := b.net.Position()
			b.tries = append(b.tries, fmt.Sprintf("%d+%d", len(p.Epochs), p.Steps))
			b.clock = b.clock.Add(writes)
		}}}
	return b
}

// fit trains. Each step and each end of an epoch takes the given time.
func (b *bench) fit(t *testing.T, epochs int, step, end time.Duration, more ...model.Callback) *model.History {
	t.Helper()
	tick := model.Callback{
		BatchEnd: func(model.Batch) error { b.clock = b.clock.Add(step); return nil },
		EpochEnd: func(model.Epoch) error { b.clock = b.clock.Add(end); return nil },
	}
	callbacks := append([]model.Callback{tick, b.keeper.Callback()}, more...)
	return fit(t, b.net, b.data, model.Fit{Epochs: epochs, Batch: 1}, callbacks...)
}

// Writes of short epochs take a twentieth of the time. Each long epoch is written, and the first and last epoch too.
func TestThrottle(t *testing.T) {
	for _, c := range []struct {
		epoch, write time.Duration
		epochs       int
		want         []string
	}{
		{1, 1, 100, []string{"1+0", "20+0", "39+0", "58+0", "77+0", "96+0", "100+0"}},
		{1, 1, 20, []string{"1+0", "20+0"}}, // the last one only once
		{18, 1, 4, []string{"1+0", "3+0", "4+0"}},
		{19, 1, 4, []string{"1+0", "2+0", "3+0", "4+0"}},
		{1, 100, 30, []string{"1+0", "30+0"}},
		{1, 0, 3, []string{"1+0", "2+0", "3+0"}},
		{0, 1, 3, []string{"1+0", "3+0"}},
		{1, 1, 1, []string{"1+0"}},
		{1, 1, 0, []string{"0+0"}},
	} {
		b := newBench(t, atomicfile.OS{}, c.write*time.Second)
		b.fit(t, c.epochs, 0, c.epoch*time.Second)
		if !reflect.DeepEqual(b.tries, c.want) {
			t.Errorf("epochs of %d s and writes of %d s: written at %v, want %v", c.epoch, c.write, b.tries, c.want)
		}
		p := open(t, b.path).Position
		if len(p.Epochs) != c.epochs || p.Steps != 0 || b.keeper.File() != b.path || b.keeper.Err() != nil {
			t.Errorf("%s has %d epochs (%v), want %d", b.keeper.File(), len(p.Epochs), b.keeper.Err(), c.epochs)
		}
	}
}

// With Every a file is written within epochs too, at a step at which the Keeper reads the clock.
func TestEvery(t *testing.T) {
	for _, c := range []struct {
		every time.Duration
		want  []string
	}{
		{0, []string{"1+0", "2+0"}},
		{time.Second, []string{"0+16", "0+32", "1+0", "1+16", "1+32", "2+0"}},
		{16 * time.Second, []string{"0+16", "0+32", "1+0", "1+16", "1+32", "2+0"}},
		{17 * time.Second, []string{"0+32", "1+0", "1+32", "2+0"}},
		{40 * time.Second, []string{"1+0", "2+0"}},
	} {
		b := newBench(t, atomicfile.OS{}, 0)
		b.keeper.Every = c.every
		b.fit(t, 2, time.Second, 0)
		if !reflect.DeepEqual(b.tries, c.want) {
			t.Errorf("every %v: written at %v, want %v", c.every, b.tries, c.want)
		}
	}
	// an epoch of more than a day is written at each reading of the clock
	b := newBench(t, atomicfile.OS{}, time.Second)
	b.keeper.Every = 10 * time.Minute
	b.fit(t, 1, time.Hour, 0)
	if want := []string{"0+16", "0+32", "1+0"}; !reflect.DeepEqual(b.tries, want) {
		t.Errorf("written at %v, want %v", b.tries, want)
	}
}

// countingFS is a disk of 10 MB/s on which nothing stays.
type countingFS struct {
	clock   *time.Time
	written int
}

func (c *countingFS) Lstat(string) (fs.FileInfo, error)                   { return nil, fs.ErrNotExist }
func (c *countingFS) Create(string, fs.FileInfo) (atomicfile.File, error) { return c, nil }
func (c *countingFS) Rename(string, string) error                         { return nil }
func (c *countingFS) Remove(string) error                                 { return nil }
func (c *countingFS) SyncFolder(string) error                             { return nil }
func (c *countingFS) Name() string                                        { return "" }
func (c *countingFS) Sync() error                                         { return nil }
func (c *countingFS) Release()                                            {}
func (c *countingFS) Close() error                                        { return nil }
func (c *countingFS) Write(b []byte) (int, error) {
	c.written += len(b)
	*c.clock = c.clock.Add(time.Duration(len(b)) * time.Second / 10_000_000)
	return len(b), nil
}

// Four times the epochs write four times the bytes, though each file has the history of all epochs: not sixteen times.
func TestLongHistoriesCostNoSquare(t *testing.T) {
	for _, every := range []time.Duration{0, time.Millisecond} {
		written := func(epochs int) int {
			disk := new(countingFS)
			b := newBench(t, nil, 0)
			b.keeper.FS, b.keeper.Every, disk.clock = disk, every, &b.clock
			b.fit(t, epochs, time.Millisecond/32, 0)
			return disk.written
		}
		epochs := 2000
		if testing.Short() {
			epochs = 500
		}
		short, long := written(epochs), written(4*epochs)
		if long > 5*short {
			t.Errorf("every %v: %d bytes for %d epochs and %d for four times as many, want about 4 times as many",
				every, short, epochs, long)
		}
	}
}

// Err and Warn have the error of a failed write at once, and the next epoch tries again, however long the write took.
func TestNextEpochTriesAgain(t *testing.T) {
	plain := newBench(t, atomicfile.OS{}, 0)
	want := end(t, plain.net, plain.fit(t, 4, 0, 0))
	b := newBench(t, failing.New(atomicfile.OS{}, 7+2, syscall.ENOSPC), time.Hour)
	var seen []error
	h := b.fit(t, 4, 0, 21*time.Hour, model.Callback{EpochEnd: func(e model.Epoch) error {
		seen = append(seen, b.keeper.Err())
		if e.Epoch == 2 { // epoch 3 ends an hour after the start of the failed write: too soon after a successful one
			b.clock = b.clock.Add(-21 * time.Hour)
		}
		if b.keeper.File() != b.path {
			t.Errorf("epoch %d: the newest file is %q", e.Epoch, b.keeper.File())
		}
		return nil
	}})
	same(t, "with an error", end(t, b.net, h), want)
	if len(seen) != 4 || seen[0] != nil || !errors.Is(seen[1], syscall.ENOSPC) || seen[2] != nil {
		t.Errorf("Err was %v, want %v after epoch 2 alone", seen, syscall.ENOSPC)
	}
	if len(b.warned) != 1 || b.warned[0] != seen[1] {
		t.Errorf("warned of %v", b.warned)
	}
	if want := []string{"1+0", "2+0", "3+0", "4+0"}; !reflect.DeepEqual(b.tries, want) {
		t.Errorf("written at %v, want %v", b.tries, want)
	}
}

// An interrupted run is written to Path, or to Rescue if there is no Path.
func TestInterrupted(t *testing.T) {
	for _, c := range []struct{ path, rescue, want string }{
		{"net.h5", "rescue.h5", "net.h5"}, {"", "rescue.h5", "rescue.h5"}, {"net.h5", "", "net.h5"}, {"", "", ""},
	} {
		for _, step := range []int{5, 32, 37} {
			b := newBench(t, atomicfile.OS{}, time.Hour)
			folder := filepath.Dir(b.path)
			in := func(name string) string {
				if name == "" {
					return ""
				}
				return filepath.Join(folder, name)
			}
			b.keeper.Path, b.keeper.Rescue = in(c.path), in(c.rescue)
			interrupt(t, b.net, b.data, model.Fit{Epochs: 2, Batch: 1}, after(step), b.keeper.Callback())
			if got, want := b.keeper.File(), in(c.want); got != want || b.keeper.Err() != nil {
				t.Errorf("the newest file is %q (%v), want %q", got, b.keeper.Err(), want)
			}
			if c.want == "" {
				if list, err := os.ReadDir(folder); err != nil || len(list) != 0 {
					t.Errorf("the folder has %v (%v), want nothing", list, err)
				}
				continue
			}
			alone(t, in(c.want))
			if p := open(t, in(c.want)).Position; len(p.Epochs)*32+p.Steps != step {
				t.Errorf("it is at step %d of the epoch after %d, want %d in all", p.Steps, len(p.Epochs), step)
			}
		}
	}
	b := newBench(t, atomicfile.OS{}, 0) // a run that ends writes no Rescue
	b.keeper.Path, b.keeper.Rescue = "", b.path
	b.fit(t, 2, 0, 0)
	if len(b.tries) != 0 || b.keeper.File() != "" || b.keeper.Err() != nil {
		t.Errorf("written at %v: %q", b.tries, b.keeper.File())
	}
}

func TestKeeperErrors(t *testing.T) {
	b := newBench(t, atomicfile.OS{}, 0)
	b.keeper.Patience = -1
	how := model.Fit{Epochs: 2, Batch: 1, Callbacks: []model.Callback{b.keeper.Callback()}}
	_, err := b.net.Fit(t.Context(), b.data, how)
	wording.Check(t, err, "patience -1", "0")
	b = newBench(t, atomicfile.OS{}, 0)
	b.fit(t, 1, 0, 0)
	file := open(t, b.path)
	how.Callbacks = []model.Callback{(&Keeper{Net: file.Net, Best: true, Resumed: file.Best}).Callback()}
	_, err = file.Net.Fit(t.Context(), b.data, how)
	wording.Check(t, err, "no best weights")
	b.keeper.save(b.path, nil)
	wording.Check(t, b.keeper.Err(), "checkpoint: ", b.path, "no Fit")
	c := newBench(t, atomicfile.OS{}, 0)
	c.keeper.Path = b.path
	c.fit(t, 1, 0, 0, model.Callback{TrainBegin: func(model.Run) error {
		weights := c.net.Weights()
		weights[1].Float32s()[0] = float32(math.NaN())
		if err := c.net.SetWeights(weights); err != nil {
			return err
		}
		c.keeper.save(b.path, c.keeper.Warn)
		weights[1].Float32s()[0] = 0
		return c.net.SetWeights(weights)
	}})
	if len(c.warned) != 1 {
		t.Fatalf("warned of %v, want one error", c.warned)
	}
	wording.Check(t, c.warned[0], b.path, "layer 1 (Dense)", "dense.bias", "value 0", "NaN")
	if c.keeper.Err() != nil {
		t.Errorf("error %v at the end", c.keeper.Err())
	}
}
