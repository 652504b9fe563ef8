package ranks_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/rankstest"
	"gorgonia-lectures/common/solver"
)

// An error in one rank's rows ends all ranks before the solver's step, and names the rank. Each rank has two rows of a
// batch; the bad row is in the second batch, or in the first, when its rank has no gradients yet.
func TestErrorOfOneRank(t *testing.T) {
	nan := math.NaN()
	pair := func() *model.Net {
		return nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
			model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1e-9), Seed: 1})
	}
	classifier := func() *model.Net {
		return nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: layer.Softmax}), model.Config{Solver: solver.NewSGD(0.1)})
	}
	with := func(row int, input, target float64) nets.Points {
		p := nets.Points{Inputs: make([]float64, 16), Targets: make([]float64, 8)}
		p.Inputs[2*row], p.Targets[row] = input, target
		return p
	}
	for _, c := range []struct {
		name  string
		build func() *model.Net
		data  dataset.Data
		batch int
		check bool
		facts []string
	}{
		{"input of rank 0", pair, with(5, nan, 0), 2, false, []string{"inputs", "[1 0] is NaN"}},
		{"input of rank 1", pair, with(6, nan, 0), 2, false, []string{"inputs", "[0 0] is NaN"}},
		{"target of rank 1", pair, with(7, 0, math.Inf(1)), 2, false, []string{"targets", "[1 0] is +Inf"}},
		{"class of rank 0", classifier, numbered{with(4, 0, 2)}, 2, false, []string{"row 0", "class 2"}},
		{"class of rank 1", classifier, numbered{with(7, 0, 0.5)}, 2, false, []string{"row 1", "class 0.5"}},
		{"first input of rank 0", pair, with(0, nan, 0), 1, false, []string{"inputs", "[0 0] is NaN"}},
		{"first class of rank 0", classifier, numbered{with(1, 0, 2)}, 1, false, []string{"row 1", "class 2"}},
		{"first class of rank 1", classifier, numbered{with(3, 0, 2)}, 1, false, []string{"row 1", "class 2"}},
		{"gradient of rank 1", pair, with(6, 3e25, 1e15), 2, true, []string{"layer 1 (Dense)", "gradient of dense.kernel", "[0 0] is -Inf"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var last []*tensor.Dense // after the last whole step
			all := together(t, 2, c.build, c.data, model.Fit{Epochs: 2, Batch: 4, NoShuffle: true, Check: c.check}, func(rank int, m *member) {
				zeros := m.net.Weights()
				zeros[0].Zero()
				if err := m.net.SetWeights(zeros); err != nil {
					t.Fatal(err)
				}
				if rank > 0 {
					return
				}
				last = m.net.Weights()
				m.fit.Callbacks = []model.Callback{{BatchEnd: func(model.Batch) error { last = m.net.Weights(); return nil }}}
			})
			rank := fmt.Sprintf("rank %c", c.name[len(c.name)-1])
			wantRankError(t, all, append(c.facts, rank, fmt.Sprintf("epoch 1, batch %d", c.batch))...)
			for i, m := range all {
				if nets.Furthest(m.net.Weights(), last) != 0 {
					t.Errorf("rank %d: the weights have moved since the last whole step", i)
				}
			}
		})
	}
}

// numbered is points with class numbers.
type numbered struct{ nets.Points }

func (numbered) TargetShape() []int { return []int{} }

// The outcome is the first error, with the number of errors; the ranks that have it get the error itself.
func TestAgreeOnErrors(t *testing.T) {
	for _, c := range []struct {
		texts []string // an error on each rank; empty: none
		want  ranks.RankError
	}{
		{[]string{"no room", "no room", "no room"}, ranks.RankError{Rank: 0, Failed: 3, Common: true, Text: "no room"}},
		{[]string{"", "no room", "no room"}, ranks.RankError{Rank: 1, Failed: 2, Text: "no room"}},
		{[]string{"no room", "no room", ""}, ranks.RankError{Rank: 0, Failed: 2, Text: "no room"}},
		{[]string{"", "no room", "no paper"}, ranks.RankError{Rank: 1, Failed: 2, Text: "no room"}},
		{[]string{"no room", "no paper", "no ink"}, ranks.RankError{Rank: 0, Failed: 3, Text: "no room"}},
		{[]string{"", "", "no ink\nnor pen"}, ranks.RankError{Rank: 2, Failed: 1, Text: "no ink\nnor pen"}},
	} {
		t.Run(strings.Join(c.texts, ","), func(t *testing.T) {
			own := make([]error, 3)
			for rank, err := range rankstest.Run(3, func(r *rankstest.Rank) error {
				if text := c.texts[r.Rank()]; text != "" {
					own[r.Rank()] = errors.New(text)
				}
				return ranks.Agree(r, own[r.Rank()])
			}) {
				known := new(ranks.RankError)
				if !errors.As(err, &known) || known.Rank != c.want.Rank || known.Failed != c.want.Failed ||
					known.Common != c.want.Common || known.Text != c.want.Text {
					t.Fatalf("rank %d: %+v, want %+v", rank, err, &c.want)
				}
				if is := errors.Is(err, own[rank]); own[rank] != nil && is != (c.want.Common || rank == c.want.Rank) {
					t.Errorf("rank %d: %v is its own error: %t", rank, err, is)
				}
				if rank == 0 && c.want.Failed > 1 {
					wording.Check(t, err, "no room")
				}
			}
		})
	}
}

// Fits that differ end before the first step, on all ranks, with the first fact in which they differ.
func TestRanksThatDiffer(t *testing.T) {
	small := func() *model.Net {
		return model.Sequential(model.Input(10, 10, 1), layer.Flatten{}, layer.Dense{Units: 3, Activation: layer.Softmax})
	}
	other := func(net *model.Net, c model.Config) func(m *member) {
		return func(m *member) { m.net = nets.Compile(t, net, c) }
	}
	digits30, digits31 := nets.Digits(t, 30), nets.Digits(t, 31)
	trained := func(s solver.Solver) func(m *member) {
		return func(m *member) {
			m.net = nets.Compile(t, small(), model.Config{Seed: 7, Solver: s})
			state := nets.State(t, m.net)
			nets.Fit(t, m.net, digits30, model.Fit{Epochs: 1, Batch: 30})
			moved := nets.State(t, m.net)
			for _, slot := range moved.Solver.Slots {
				clear(slot.Float32) // the numbers depend on the CPU
			}
			state.Solver = moved.Solver
			m.net = nets.Compile(t, small(), model.Config{Start: &state, Solver: s})
		}
	}
	clipped, scheduled := solver.NewAdam(0.01), solver.NewAdam(0.01)
	clipped.ClipNorm = 0.5
	scheduled.Schedule = &solver.PiecewiseConstantDecay{Boundaries: []float64{3}, Values: []float64{1, 0.5}}
	for _, c := range []struct {
		name   string
		change func(m *member)
		facts  []string // beside rank 1
	}{
		{"data", func(m *member) { m.data = digits31 }, []string{"training data of 31 rows", "30 rows"}},
		{"batch", func(m *member) { m.fit.Batch = 6 }, []string{"batch 6", "8"}},
		{"epochs", func(m *member) { m.fit.Epochs = 3 }, []string{"epochs 3", "2"}},
		{"seed", other(small(), model.Config{Seed: 8}), []string{"seed 8", "7"}},
		{"steps", func(m *member) { nets.Fit(t, m.net, digits30, model.Fit{Epochs: 1, Batch: 30}) }, []string{"steps done 1", "0"}},
		{"dtype", other(small(), model.Config{Seed: 7, Dtype: tensor.Float64}), []string{"float64", "float32"}},
		{"loss", func(m *member) {
			m.net = nets.Compile(t, small(), model.Config{Seed: 7, Loss: loss.MeanSquaredError})
			m.data, _ = digits30.OneHot(3, false)
		}, []string{"loss mse", "sparse_categorical_crossentropy"}},
		{"metrics", other(small(), model.Config{Seed: 7, Metrics: []model.Metric{model.Accuracy}}), []string{"metrics", "accuracy"}},
		{"shuffle", func(m *member) { m.fit.NoShuffle = true }, []string{"shuffle false", "true"}},
		{"check", func(m *member) { m.fit.Check = true }, []string{"check true", "false"}},
		{"validation", func(m *member) { m.fit.Validation = digits31 }, []string{"validation of 31 rows", "none"}},
		{"layers", other(nets.CNN(), model.Config{Seed: 7}), []string{"layers conv2d{Filters:4 Kernel:{Height:3 Width:3}"}},
		{"units", other(model.Sequential(model.Input(10, 10, 1), layer.Flatten{},
			layer.Dense{Units: 4, Activation: layer.Softmax}), model.Config{Seed: 7}), []string{"Units:4", "Units:3"}},
		{"bias", other(model.Sequential(model.Input(10, 10, 1), layer.Flatten{},
			layer.Dense{Units: 3, Activation: layer.Softmax, NoBias: true}), model.Config{Seed: 7}), []string{"NoBias:true", "NoBias:false"}},
		{"solver", other(small(), model.Config{Seed: 7, Solver: solver.NewSGD(1)}), []string{"solver.SGD", "solver.Adam"}},
		{"rate", other(small(), model.Config{Seed: 7, Solver: solver.NewAdam(0.5)}), []string{"LearningRate:0.5", "LearningRate:0.01"}},
		{"clipping", other(small(), model.Config{Seed: 7, Solver: clipped}), []string{"ClipNorm:0.5", "ClipNorm:0"}},
		{"schedule", other(small(), model.Config{Seed: 7, Solver: scheduled}), []string{"PiecewiseConstantDecay", "[3]", "[1 0.5]"}},
		{"solver's state", trained(solver.NewAdam(0.01)), []string{"solver's state Adam, 1 steps", "0 steps"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			build := func() *model.Net { return nets.Compile(t, small(), model.Config{Seed: 7}) }
			all := together(t, 3, build, digits30, model.Fit{Epochs: 2, Batch: 8}, func(rank int, m *member) {
				if rank == 1 {
					c.change(m)
				}
				m.fit.Callbacks = []model.Callback{{TrainBegin: func(model.Run) error { t.Errorf("rank %d begins", rank); return nil }}}
			})
			wantRankError(t, all, append(c.facts, "rank 1")...)
		})
	}
}

// A Fit that one rank refuses ends on all; more ranks than rows in a batch are refused by all.
func TestRefusedFitOfOneRank(t *testing.T) {
	build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{}) }
	for _, c := range []struct {
		name   string
		change func(rank int, m *member)
		fit    model.Fit
		facts  []string
	}{
		{"data of rank 2", func(rank int, m *member) {
			if rank == 2 {
				m.data = dataset.Iris()
			}
		}, model.Fit{Epochs: 1, Batch: 8}, []string{"rank 2", "inputs", "(4)", "(10, 10, 1)"}},
		{"small batch", nil, model.Fit{Epochs: 1, Batch: 2}, []string{"2 rows", "3 ranks"}},
		{"little data", func(_ int, m *member) { m.data = nets.Digits(t, 2) }, model.Fit{Epochs: 1, Batch: 8}, []string{"2 rows", "3 ranks"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantRankError(t, together(t, 3, build, nets.Digits(t, 30), c.fit, c.change), c.facts...)
		})
	}
	t.Run("statistics of a small batch", func(t *testing.T) {
		build := func() *model.Net { return nets.Compile(t, nets.Normalized(), model.Config{}) }
		wantRankError(t, together(t, 3, build, nets.Digits(t, 18), model.Fit{Epochs: 1, Batch: 8}, nil),
			"2 rows", "3 ranks", "BatchNormalization", "batch size")
	})
}

// unreadable is data whose rows from one on cannot be read any more once broken is set.
type unreadable struct {
	dataset.Set
	from   int
	broken bool
	err    error
}

func (u *unreadable) Err() error { return u.err }

func (u *unreadable) Batch32(rows []int, inputs, targets []float32) {
	for _, row := range rows {
		if u.broken && row >= u.from && u.err == nil {
			u.err = fmt.Errorf("row %d cannot be read", row)
		}
	}
	u.Set.Batch32(rows, inputs, targets)
}

// If one rank cannot read its rows, all end in that step, with the error of that rank.
func TestRankWithoutItsData(t *testing.T) {
	t.Run("CNN", func(t *testing.T) { rankWithoutItsData(t, nets.CNN) })
	t.Run("in the middle of a pass of others", func(t *testing.T) { rankWithoutItsData(t, nets.Normalized) })
}

func rankWithoutItsData(t *testing.T, net func() *model.Net) {
	t.Helper()
	build := func() *model.Net { return nets.Compile(t, net(), model.Config{}) }
	all := together(t, 3, build, nets.Digits(t, 12), model.Fit{Epochs: 1, Batch: 6, NoShuffle: true}, func(rank int, m *member) {
		if rank == 1 { // which computes rows 8 and 9 in the second step
			data := &unreadable{Set: nets.Digits(t, 12), from: 8}
			m.data = data
			m.fit.Callbacks = []model.Callback{{TrainBegin: func(model.Run) error { data.broken = true; return nil }}}
		}
	})
	wantRankError(t, all, "epoch 1, batch 2", "rank 1", "row 8")
}

// brokenGroup fails at a sum: on all ranks, as a group does.
type brokenGroup struct {
	ranks.Group
	left int
}

func (b *brokenGroup) Sum64(sum, own []float64) error {
	if b.left--; b.left < 0 {
		return errors.New("the network is down")
	}
	return b.Group.Sum64(sum, own)
}

// A group that fails at any of the sums of a step ends all ranks, also in the middle of a pass.
func TestGroupThatFailsInAPass(t *testing.T) {
	build := func() *model.Net { return nets.Compile(t, nets.Normalized(), model.Config{Dtype: tensor.Float64}) }
	for left := range 20 {
		all := together(t, 3, build, nets.Digits(t, 9), model.Fit{Epochs: 1, Batch: 9}, func(_ int, m *member) {
			m.wrap = func(g ranks.Group) ranks.Group { return &brokenGroup{g, left} }
		})
		for rank, m := range all {
			if (m.err == nil) != (all[0].err == nil) || m.err != nil && !strings.Contains(m.err.Error(), "the network is down") {
				t.Errorf("%d sums, rank %d: %v, rank 0 %v", left, rank, m.err, all[0].err)
			}
		}
	}
}
