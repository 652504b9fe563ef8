package model_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/vm"
)

// shared runs a test's ranks with memory in common.
func shared(t *testing.T) {
	sharing = true
	t.Cleanup(func() { sharing = false })
}

// Two ranks come to the same bits by messages and in common memory, with either machine; then each goes on alone, on
// memory of its own, as the others do.
func TestBothWaysGiveTheSameBits(t *testing.T) {
	data, how := digits(t, 35), model.Fit{Epochs: 3, Batch: 8, Validation: digits(t, 9)}
	for name := range solvers() {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(name, " ", dtype), func(t *testing.T) {
				var want model.State
				var history []model.Epoch
				eachWay(t, func(t *testing.T) {
					for i, machine := range []model.MachineFunc{model.OwnMachine, model.TapeMachine} {
						build := func() *model.Net {
							return compile(t, smallCNN(), model.Config{Seed: 7, Dtype: dtype, Solver: solvers()[name], Machine: machine})
						}
						for rank, m := range together(t, 2, build, data, how, nil) {
							if m.err != nil {
								t.Fatal(m.err)
							}
							fit(t, m.net, data, model.Fit{Epochs: 1, Batch: 8})
							if history == nil {
								want, history = stateOf(t, m.net), bare(m.history)
							}
							if got := stateOf(t, m.net); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(bare(m.history), history) {
								t.Errorf("rank %d with machine %d ends elsewhere", rank, i)
							}
						}
					}
				})
			})
		}
	}
}

// A Fit leaves the weights in the tensors, and at the place, where it has found them.
func TestRanksLeaveTheWeightsWhereTheyWere(t *testing.T) {
	shared(t)
	type place struct {
		tensor *tensor.Dense
		first  *float32
	}
	places := func(n *model.Net) (list []place) {
		for _, p := range n.Params() {
			list = append(list, place{p.Value, &p.Value.Float32s()[0]})
		}
		return list
	}
	before := make([][]place, 2)
	all := together(t, 2, func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }, digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, func(rank int, m *member) {
		before[rank] = places(m.net)
		m.fit.Callbacks = []model.Callback{{
			BatchEnd: func(model.Batch) error {
				if slices.Equal(places(m.net), before[rank]) {
					t.Errorf("rank %d has the weights to itself", rank)
				}
				return nil
			},
			TrainEnd: func(*model.History) error {
				if !slices.Equal(places(m.net), before[rank]) {
					t.Errorf("rank %d has not all weights to itself when the training has ended", rank)
				}
				return nil
			},
		}}
	})
	for _, m := range all {
		if m.err != nil {
			t.Error(m.err)
		}
	}
}

// Whoever asks beside the ranks' training, on any rank, gets the state behind a whole step: all ranks have the same one there.
func TestQuestionsBesideRanks(t *testing.T) { eachWay(t, testQuestionsBesideRanks) }

func testQuestionsBesideRanks(t *testing.T) {
	var lock sync.Mutex
	seen := map[uint64]string{}
	note := func(s model.State) error {
		sum := fmt.Sprint(s.Weights)
		if s.Step > 0 { // before, a solver may have slots of zeros or none yet
			sum += s.Solver.Checksum()
		}
		lock.Lock()
		defer lock.Unlock()
		if before, ok := seen[s.Step]; ok && before != sum {
			return fmt.Errorf("two states behind step %d", s.Step)
		}
		seen[s.Step] = sum
		return nil
	}
	many := digits(t, 300)
	var nets []*model.Net
	build := func() *model.Net {
		nets = append(nets, compile(t, smallCNN(), model.Config{Seed: 7}))
		return nets[len(nets)-1]
	}
	for range 3 {
		build()
	}
	var questions []func() error
	for _, n := range nets {
		questions = append(questions, func() error {
			s, err := n.State()
			return errors.Join(err, note(s))
		}, func() error {
			_, err := n.Predict(many)
			return err
		})
	}
	next := 0
	beside(t, questions, func() {
		for rank, m := range together(t, 3, func() *model.Net { next++; return nets[next-1] }, digits(t, 33), model.Fit{Epochs: 4, Batch: 8}, nil) {
			if m.err != nil {
				t.Errorf("rank %d: %v", rank, m.err)
			}
		}
	})
	if len(seen) < 3 {
		t.Errorf("%d states were seen: this shows nothing", len(seen))
	}
}

// stockBias adds a bias by Gorgonia's own operations, whose results are where Gorgonia wants them.
type stockBias struct{ layer.Flatten }

func (stockBias) Kind() string { return "StockBias" }
func (stockBias) Params(input tensor.Shape) []layer.Param {
	return []layer.Param{{Name: "bias", Shape: tensor.Shape{input.TotalSize()}, Initializer: constant(input.TotalSize())}}
}
func (stockBias) Build(_ layer.Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	return gorgonia.BroadcastAdd(x, params[0], nil, []byte{0})
}

// Gradients that are computed elsewhere come together too, and solvers of others move the weights.
func TestRanksWithForeignParts(t *testing.T) { eachWay(t, testRanksWithForeignParts) }

func testRanksWithForeignParts(t *testing.T) {
	data, how := digits(t, 33), model.Fit{Epochs: 5, Batch: 8}
	for name, c := range map[string]struct {
		last   []layer.Layer
		solver func() gorgonia.Solver
	}{
		"layer":  {[]layer.Layer{layer.Dense{Units: 3, NoBias: true}, stockBias{}, layer.Dense{Units: 3, Activation: layer.Softmax}}, func() gorgonia.Solver { return solver.NewAdam(0.01) }},
		"solver": {[]layer.Layer{layer.Dense{Units: 3, Activation: layer.Softmax}}, func() gorgonia.Solver { return gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.1)) }},
	} {
		t.Run(name, func(t *testing.T) {
			build := func() *model.Net {
				return compile(t, model.Sequential(model.Input(10, 10, 1), append([]layer.Layer{layer.Flatten{}}, c.last...)...),
					model.Config{Seed: 7, Dtype: tensor.Float64, Solver: c.solver()})
			}
			alone := build()
			history := fit(t, alone, data, how)
			asOne(t, together(t, 3, build, data, how, nil), alone, history, 1e-9)
		})
	}
}

// A solver that refuses a step on one rank ends all, and one whose rate differs does not end as if all were well.
func TestSolverOfOneRank(t *testing.T) {
	shared(t)
	for rate, want := range map[float64]string{
		-1:  "epoch 1, batch 3: solver: rank 1: solver: Adam: LearningRate is -1",
		0.5: "rank 1: solver *solver.Adam{LearningRate:0.5 ",
	} {
		all := together(t, 3, func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }, digits(t, 33), model.Fit{Epochs: 2, Batch: 8}, func(rank int, m *member) {
			own := solver.NewAdam(0.01)
			m.net = compile(t, smallCNN(), model.Config{Seed: 7, Solver: own})
			m.fit.Callbacks = []model.Callback{behind(1, 2, func() error {
				if rank == 1 {
					own.LearningRate = rate
				}
				return nil
			})}
		})
		for rank, m := range all {
			if known := new(model.RankError); !errors.As(m.err, &known) || !strings.HasPrefix(m.err.Error(), want) {
				t.Errorf("rank %d: %v, want %s", rank, m.err, want)
			}
			if _, err := m.net.Predict(digits(t, 1)); err != nil {
				t.Errorf("rank %d predicts no more: %v", rank, err)
			}
		}
	}
}

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
	deaf     bool  // no Sum64 comes back
}

func (w *watched) Share(bytes int) ([]byte, func() error, error) {
	memory, release, err := w.Sharer.Share(bytes)
	w.memory = memory
	return memory[:len(memory)-w.short], func() error {
		w.released++
		return errors.Join(release(), w.bad)
	}, err
}

func (w *watched) Sum64(sum, own []float64) error {
	if w.deaf {
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
		"nobody answers":   {func(_ int, w *watched) { w.deaf = true }, "nobody answers"},
		"not to be undone": {func(_ int, w *watched) { w.bad = lost }, "a page is lost"},
	} {
		t.Run(name, func(t *testing.T) {
			groups, wrap := watch(t, c.spoil)
			all := together(t, 2, func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }, digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, wrap)
			for rank, m := range all {
				if m.err == nil || !strings.HasPrefix(m.err.Error(), c.want) || groups[rank].released != 1 {
					t.Errorf("rank %d: %v, want %s; the memory was released %d times", rank, m.err, c.want, groups[rank].released)
				}
				if y, err := m.net.Predict(digits(t, 1)); err != nil || y.Float32s()[0] != y.Float32s()[0] {
					t.Errorf("rank %d predicts %v: %v", rank, y, err)
				}
			}
		})
	}
}

// A gradient that a machine of one's own has not computed is an error on all ranks.
func TestGradientThatIsMissing(t *testing.T) { eachWay(t, testGradientThatIsMissing) }

func testGradientThatIsMissing(t *testing.T) {
	build := func() *model.Net { return compile(t, smallCNN(), model.Config{Seed: 7}) }
	all := together(t, 2, build, digits(t, 16), model.Fit{Epochs: 1, Batch: 8}, func(rank int, m *member) {
		if rank == 1 {
			m.net = compile(t, smallCNN(), model.Config{Seed: 7, Machine: func(g *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
				return vm.New(g, outputs[:min(2, len(outputs))])
			}})
		}
	})
	for rank, m := range all {
		if known := new(model.RankError); !errors.As(m.err, &known) || !strings.HasPrefix(m.err.Error(), "epoch 1, batch 1: rank 1: a gradient is a <nil>, want a dense tensor") {
			t.Errorf("rank %d: %v", rank, m.err)
		}
	}
}
