package ranks_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/rankstest"
	"gorgonia-lectures/common/vm"
)

// A run resumes in the middle of an epoch with another number of ranks, and ends as one rank alone does.
func TestResumeWithAnotherNumberOfRanks(t *testing.T) {
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 20, Batch: 8, Validation: nets.Digits(t, 20)} // 100 steps
	config := model.Config{Seed: 7, Dtype: tensor.Float64, Metrics: []model.Metric{model.Accuracy}}
	alone := nets.Compile(t, nets.CNN(), config)
	history := nets.Fit(t, alone, data, how)
	for _, c := range []struct{ before, then, epoch, batch int }{{2, 3, 7, 3}, {3, 1, 7, 5}, {1, 4, 20, 4}, {4, 2, 1, 1}} {
		t.Run(fmt.Sprintf("%d to %d", c.before, c.then), func(t *testing.T) {
			states := make([]model.State, c.before)
			first := together(t, c.before, func() *model.Net { return nets.Compile(t, nets.CNN(), config) }, data, how, func(rank int, m *member) {
				m.fit.Callbacks = []model.Callback{after(c.epoch, c.batch, func() (err error) {
					states[rank], err = m.net.State()
					return err
				})}
			})
			asOne(t, first, alone, history, 1e-9)
			for rank := range states {
				if got, want := timeless(states[rank]), timeless(states[0]); !reflect.DeepEqual(got, want) {
					t.Errorf("rank %d has another state than rank 0", rank)
				}
				if p := states[rank].Run; len(p.Epochs) != c.epoch-1 || p.Steps != c.batch || p.Seen != min(8*c.batch, 33) {
					t.Errorf("rank %d has done %d epochs, %d steps and %d rows", rank, len(p.Epochs), p.Steps, p.Seen)
				}
			}
			again := config
			again.Start = &states[0]
			asOne(t, together(t, c.then, func() *model.Net { return nets.Compile(t, nets.CNN(), again) }, data, how, nil), alone, history, 1e-9)
		})
	}
}

// All ranks see the same loss and accuracy after each step, those of the whole batch.
func TestRanksSeeTheSameLoss(t *testing.T) {
	seen := make([][]model.Batch, 3)
	build := func() *model.Net {
		return nets.Compile(t, nets.CNN(), model.Config{Seed: 7, Dtype: tensor.Float64, Metrics: []model.Metric{model.Accuracy}})
	}
	note := func(rank int) []model.Callback {
		return []model.Callback{{BatchEnd: func(b model.Batch) error { seen[rank] = append(seen[rank], b); return nil }}}
	}
	data, how := nets.Digits(t, 34), model.Fit{Epochs: 2, Batch: 8}
	together(t, 2, build, data, how, func(rank int, m *member) { m.fit.Callbacks = note(rank) })
	how.Callbacks = note(2)
	nets.Fit(t, build(), data, how)
	if len(seen[2]) != 10 || !slices.Equal(seen[0], seen[1]) {
		t.Fatalf("rank 0 has seen\n%v\nrank 1\n%v", seen[0], seen[1])
	}
	for i, want := range seen[2] {
		got := seen[0][i]
		if math.Abs(got.Loss-want.Loss) > 1e-9 {
			t.Errorf("step %d: loss %g, want %g", i, got.Loss, want.Loss)
		}
		if got.Loss = want.Loss; got != want {
			t.Errorf("step %d: %+v, want %+v", i, got, want)
		}
	}
}

// All ranks begin with the weights of rank 0.
func TestRanksBeginWithTheWeightsOfRank0(t *testing.T) {
	build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{Seed: 7}) }
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 1, Batch: 8}
	var want []*tensor.Dense
	all := together(t, 3, build, data, how, func(rank int, m *member) {
		w := m.net.Weights()
		for _, values := range w {
			for i := range values.Float32s() {
				values.Float32s()[i] += float32(rank)
			}
		}
		if err := m.net.SetWeights(w); err != nil {
			t.Fatal(err)
		}
		if rank == 0 {
			want = m.net.Weights()
		}
		m.fit.Callbacks = []model.Callback{{TrainBegin: func(model.Run) error {
			if d := nets.Furthest(m.net.Weights(), want); d != 0 {
				t.Errorf("rank %d begins %g away", rank, d)
			}
			return nil
		}}}
	})
	same := together(t, 3, build, data, how, nil)
	for rank, m := range all {
		if m.err != nil || nets.Furthest(m.net.Weights(), same[0].net.Weights()) != 0 {
			t.Errorf("rank %d ends elsewhere: %v", rank, m.err)
		}
	}
}

// Ranks whose weights differ at the end get an error, also where those of one are not finite.
func TestRanksWithDifferentWeights(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(float32) float32
		fact   string
	}{
		{"finite", func(w float32) float32 { return w + 1e-6 }, "weights "},
		{"not finite", func(float32) float32 { return float32(math.NaN()) }, "after the last step"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ends := 0
			build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{Seed: 7}) }
			all := together(t, 3, build, nets.Digits(t, 33), model.Fit{Epochs: 2, Batch: 33}, func(rank int, m *member) {
				m.fit.Callbacks = []model.Callback{{TrainEnd: func(*model.History) error { ends++; return nil }}}
				if rank != 2 {
					return
				}
				m.fit.Callbacks = append(m.fit.Callbacks, after(2, 1, func() error {
					w := m.net.Weights()
					w[5].Float32s()[2] = c.change(w[5].Float32s()[2])
					return m.net.SetWeights(w)
				}))
			})
			for rank, m := range all {
				known := new(ranks.RankError)
				if !errors.As(m.err, &known) || known.Rank != 2 || !strings.Contains(known.Text, c.fact) || ends > 0 {
					t.Errorf("rank %d: %v, want a RankError of rank 2; TrainEnd was called %d times", rank, m.err, ends)
				}
			}
		})
	}
}

// ValidationBatch gets all rows of the validation in their order, on every rank that has it. 9000 rows are exchanged in
// two steps.
func TestValidationBatchOnRanks(t *testing.T) {
	rows := nets.Points{Inputs: make([]float64, 18000), Targets: make([]float64, 9000)}
	for i := range rows.Inputs {
		rows.Inputs[i] = float64(i%997) / 997
	}
	build := func() *model.Net {
		return nets.Compile(t, nets.TwoDense(), model.Config{Loss: loss.MeanSquaredError, Seed: 3, Dtype: tensor.Float64})
	}
	for _, looking := range [][]int{{0}, {2}, {0, 1, 2}} {
		for _, n := range []int{9000, 300, 128, 1} {
			validation := nets.Points{Inputs: rows.Inputs[:2*n], Targets: rows.Targets[:n]}
			shown := make([][]float64, 3)
			all := together(t, 3, build, nets.Points{Inputs: rows.Inputs[:30], Targets: rows.Targets[:15]}, model.Fit{Epochs: 1, Batch: 4, Validation: validation}, func(rank int, m *member) {
				if !slices.Contains(looking, rank) {
					return
				}
				m.fit.Callbacks = []model.Callback{{ValidationBatch: func(first int, y *tensor.Dense) error {
					if first != len(shown[rank]) || !y.Shape().Eq(tensor.Shape{y.Shape()[0], 1}) {
						t.Errorf("rank %d is shown %v from row %d on, after %d", rank, y.Shape(), first, len(shown[rank]))
					}
					shown[rank] = append(shown[rank], y.Float64s()...)
					return nil
				}}}
			})
			for rank, m := range all {
				if m.err != nil {
					t.Fatal(m.err)
				}
				want, err := m.net.Predict(validation)
				if err != nil {
					t.Fatal(err)
				}
				if slices.Contains(looking, rank) && !slices.Equal(shown[rank], want.Float64s()) {
					t.Errorf("%d rows, rank %d of %v: %d rows were shown, other ones than predicted", n, rank, looking, len(shown[rank]))
				}
			}
		}
	}
}

// first is a rank on a number of machines that closes a channel at the first call of Sum32.
type first struct {
	ranks.Group
	machines int
	asked    chan struct{}
	once     atomic.Bool
}

func (f *first) Machines() int { return f.machines }

func (f *first) Sum32(sum, own []float32) error {
	if f.once.CompareAndSwap(false, true) {
		close(f.asked)
	}
	return f.Group.Sum32(sum, own)
}

// Between machines the gradients of the last layers are summed before those of the first are computed: here the
// backward pass waits for that. On one machine nothing is summed during the backward pass.
func TestWhenGradientsAreSummed(t *testing.T) {
	data := nets.Digits(t, 4)
	for _, machines := range []int{1, 2} {
		t.Run(fmt.Sprint(machines), func(t *testing.T) {
			for rank, err := range rankstest.Run(2, func(r *rankstest.Rank) error {
				g := &first{Group: r, machines: machines, asked: make(chan struct{})}
				watched := func(e *gorgonia.ExprGraph, outputs gorgonia.Nodes) (gorgonia.VM, error) {
					m, err := vm.New(e, outputs)
					if err != nil || len(outputs) < 3 { // a graph without gradients
						return m, err
					}
					if !m.After(outputs[len(outputs)-1], func() {
						if machines == 1 && g.once.Load() {
							t.Errorf("rank %d: a sum was asked for during the backward pass", r.Rank())
						}
						if machines == 1 {
							return
						}
						select {
						case <-g.asked:
						case <-time.After(20 * time.Second):
							t.Errorf("rank %d: no sum was asked for", r.Rank())
						}
					}) {
						t.Errorf("rank %d: no gradient of the first layer", r.Rank())
					}
					return m, nil
				}
				net := model.Sequential(model.Input(10, 10, 1), layer.Flatten{}, layer.Dense{Units: 20},
					layer.Dense{Units: 8000}, layer.Dense{Units: 3, Activation: layer.Softmax}) // the first bucket is full
				nets.Compile(t, net, model.Config{Machine: watched})
				_, err := net.Fit(context.Background(), data, model.Fit{Epochs: 1, Batch: 4, Distribution: ranks.New(g)})
				return err
			}) {
				if err != nil {
					t.Errorf("rank %d: %v", rank, err)
				}
			}
		})
	}
}
