package model_test

import (
	"errors"
	"strings"
	"testing"
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/vm"
)

// A group that fails to give memory ends all, before the first step; one that has none to give does without.
func TestMemoryThatIsNotGiven(t *testing.T) {
	for _, fails := range []bool{false, true} {
		errs := make([]error, 2)
		all := together(t, 2, func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }, digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, func(rank int, m *member) {
			m.wrap = func(g model.Group) model.Group {
				if fails && rank == 1 {
					errs[rank] = errors.New("no memory for rank 1")
				}
				return poor{g, errs[rank]}
			}
		})
		for rank, m := range all {
			if fails {
				checkRankError(t, rank, m.err, "rank 1: no memory for rank 1")
			} else if m.err != nil {
				t.Errorf("rank %d: %v", rank, m.err)
			}
		}
	}
}

// poor is a Sharer without memory.
type poor struct {
	model.Group
	err error
}

func (p poor) Share(int) ([]byte, func() error, error) { return nil, nil, p.err }

// watched is a Sharer whose memory a test looks at, and whose calls it may spoil.
type watched struct {
	model.Sharer
	memory   []byte
	released int
	short    int   // bytes that are missing
	bad      error // of the release
	refused  error // of Share, on this rank
	deaf     int   // the number of the first Sum64 that fails; 0: none
	sums     int   // calls of Sum64
}

func (w *watched) Share(bytes int) ([]byte, func() error, error) {
	memory, release, err := w.Sharer.Share(bytes)
	if w.memory = memory; w.refused != nil {
		return nil, nil, errors.Join(w.refused, release())
	}
	return memory[:len(memory)-w.short], func() error {
		w.released++
		return errors.Join(release(), w.bad)
	}, err
}

func (w *watched) Sum64(sum, own []float64) error {
	if w.sums++; w.sums == w.deaf {
		return errors.New("nobody answers")
	}
	return w.Sharer.Sum64(sum, own)
}

func (w *watched) in(memory *float32) bool {
	at, first := uintptr(unsafe.Pointer(memory)), uintptr(unsafe.Pointer(&w.memory[0]))
	return at >= first && at < first+uintptr(len(w.memory))
}

// watch has all ranks' groups watched.
func watch(t *testing.T, spoil func(rank int, w *watched)) (groups []*watched, wrap func(rank int, m *member)) {
	shared(t)
	for rank := range 2 {
		groups = append(groups, &watched{})
		if spoil != nil {
			spoil(rank, groups[rank])
		}
	}
	return groups, func(rank int, m *member) {
		m.wrap = func(g model.Group) model.Group {
			groups[rank].Sharer = g.(model.Sharer)
			return groups[rank]
		}
	}
}

// Gradients are computed in the common memory, and nobody writes there when it was released: not another Fit, alone or together,
// with steps of any number of rows.
func TestMemoryInUse(t *testing.T) {
	data := digits(t, 17) // the last step has one row
	groups, wrap := watch(t, nil)
	grads := make([][]gorgonia.Nodes, 2)
	config := func(rank int) model.Config {
		return model.Config{Seed: 7, Machine: func(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
			if len(outputs) > 2 {
				grads[rank] = append(grads[rank], outputs[2:])
			}
			return vm.New(g, outputs)
		}}
	}
	all := together(t, 2, smallCNN, data, model.Fit{Epochs: 1, Batch: 8}, func(rank int, m *member) {
		compile(t, m.net, config(rank))
		grads[rank] = nil // of the graph that Compile builds to see that it can
		wrap(rank, m)
	})
	for rank, m := range all {
		if m.err != nil || groups[rank].released != 1 {
			t.Fatalf("rank %d: %v; the memory was released %d times", rank, m.err, groups[rank].released)
		}
		for _, list := range grads[rank] {
			for _, n := range list {
				if !groups[rank].in(&n.Value().(*tensor.Dense).Float32s()[0]) {
					t.Errorf("rank %d: %v is computed elsewhere", rank, n)
				}
			}
		}
	}
	memory := groups[0].memory
	next := 0
	for _, m := range all {
		fit(t, m.net, data, model.Fit{Epochs: 1, Batch: 1})
	}
	for rank, m := range together(t, 2, func() *model.Net { next++; return all[next-1].net }, data, model.Fit{Epochs: 1, Batch: 8}, wrap) {
		if m.err != nil {
			t.Errorf("rank %d: %v", rank, m.err)
		}
	}
	for i, b := range memory {
		if b != 0xff {
			t.Fatalf("byte %d of the memory that was released is %d", i, b)
		}
	}
}

// Whatever goes wrong with the memory ends all ranks with an error, gives it back, and leaves nets that predict.
func TestMemoryThatGoesWrong(t *testing.T) {
	lost := errors.New("a page is lost")
	for name, c := range map[string]struct {
		spoil func(rank int, w *watched)
		want  string // of rank 0
	}{
		"short on rank 0":  {func(rank int, w *watched) { w.short = 64 - 64*rank }, "rank 0: solver: "},
		"short on rank 1":  {func(rank int, w *watched) { w.short = 64 * rank }, "rank 1: solver: "},
		"nobody answers":   {func(_ int, w *watched) { w.deaf = 2 }, "nobody answers"},
		"not to be undone": {func(rank int, w *watched) { w.bad = []error{nil, lost}[rank] }, "rank 1: a page is lost"},
		"with one rank":    {func(rank int, w *watched) { w.refused = []error{nil, lost}[rank] }, "rank 1: a page is lost"},
	} {
		t.Run(name, func(t *testing.T) {
			groups, wrap := watch(t, c.spoil)
			all := together(t, 2, func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }, digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, wrap)
			for rank, m := range all {
				if m.err == nil || !strings.HasPrefix(m.err.Error(), c.want) || groups[rank].released != 1 && (groups[rank].refused == nil || groups[rank].released != 0) {
					t.Errorf("rank %d: %v, want %s; the memory was released %d times", rank, m.err, c.want, groups[rank].released)
				}
				if y, err := m.net.Predict(digits(t, 1)); err != nil || y.Float32s()[0] != y.Float32s()[0] {
					t.Errorf("rank %d predicts %v: %v", rank, y, err)
				}
			}
		})
	}
}
