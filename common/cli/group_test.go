package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks/rankstest"
	"gorgonia-lectures/common/solver"
)

// place is one rank of a program under test.
type place struct {
	ctx  context.Context
	data dataset.Set
	fail error          // before the training
	hook model.Callback // one more
	args []string

	behind         bool // it came behind the training
	code           int
	stdout, stderr string
}

var shared = cli.Defaults{About: "shared", Epochs: 6, Batch: 3, LearningRate: 0.1, Net: true, Predict: cli.Numbers("0,1"),
	Flags: func(f *flag.FlagSet) {
		f.String("study", "", "do another thing")
		f.Bool("plain", false, "do it plainly")
	},
	Alone: map[string][]string{"study": cli.NetFlags, "plain": cli.FitFlags}}

// run is a program that trains a net, on the ranks that it is started with.
func (p *place) run(ctx context.Context, opt cli.Options) error {
	if p.fail != nil {
		return p.fail
	}
	net := model.Sequential(model.Input(2), layer.Dense{Units: 3, Activation: layer.Tanh}, layer.Dropout{Rate: 0.2}, layer.Dense{Units: 1})
	err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(opt.LearningRate), Seed: opt.Seed})
	if err != nil {
		return err
	}
	if net, err = opt.Load(net, p.data); err != nil {
		return err
	}
	opt.Printf("%s", net.Summary())
	history, err := net.Fit(ctx, p.data, model.Fit{Epochs: opt.Epochs, Batch: opt.Batch, Validation: p.data,
		Check: opt.Check, Distribution: opt.Distribution(), Callbacks: append(opt.Callbacks(), p.hook)})
	if err != nil {
		return err
	}
	p.behind = true
	if err := opt.SaveModel(net); err != nil {
		return err
	}
	return errors.Join(opt.SaveRun(history, nil), opt.Curves(history))
}

// start runs a program on ranks, which change may make different before.
func start(t *testing.T, size int, d cli.Defaults, args []string, change func(rank int, p *place)) []*place {
	t.Helper()
	all := make([]*place, size)
	for rank := range all {
		all[rank] = &place{ctx: t.Context(), data: dataset.XOR(), args: slices.Clone(args)}
		if change != nil {
			change(rank, all[rank])
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		rankstest.Run(size, func(r *rankstest.Rank) error {
			p := all[r.Rank()]
			var stdout, stderr bytes.Buffer
			p.code = cli.RankMain(p.ctx, r, "shared", d, p.run, p.args, &stdout, &stderr)
			p.stdout, p.stderr = stdout.String(), stderr.String()
			return nil
		})
	}()
	select {
	case <-ended:
	case <-time.After(2 * time.Minute):
		t.Fatal("ranks wait for ever")
	}
	for rank, p := range all[1:] {
		if p.stdout != "" || p.stderr != "" {
			t.Errorf("rank %d printed %q and %q, want rank 0 alone to", rank+1, p.stdout, p.stderr)
		}
	}
	return all
}

// Ranks do what one process does; rank 0 alone prints, draws and saves.
func TestProgramOnRanks(t *testing.T) {
	for _, size := range []int{1, 2, 3} {
		dir := t.TempDir()
		alone, out := filepath.Join(dir, "alone"), filepath.Join(dir, "out")
		one := &place{data: dataset.XOR()}
		p := clitest.Program{Name: "shared", Defaults: shared, Run: one.run}
		printed := p.Finish(t, alone, "-save", filepath.Join(alone, "net.h5"), "-checkpoint", filepath.Join(alone, "run.h5"))
		all := start(t, size, shared, []string{"-out", out, "-save", filepath.Join(out, "net.h5"), "-checkpoint", filepath.Join(out, "run.h5")}, nil)
		for rank, p := range all {
			if p.code != 0 || p.stderr != "" || p.behind != (rank == 0) {
				t.Errorf("rank %d of %d: exit code %d, standard error %q, behind the training: %t", rank, size, p.code, p.stderr, p.behind)
			}
		}
		if got, want := clitest.Files(t, out), clitest.Files(t, alone); !slices.Equal(got, want) || len(got) != 5 {
			t.Errorf("%d ranks left %v, one %v", size, got, want)
		}
		a, b := weightsOf(t, filepath.Join(alone, "net.h5")), weightsOf(t, filepath.Join(out, "net.h5"))
		for i := range a {
			for k := range a[i] {
				if d := math.Abs(a[i][k] - b[i][k]); d > 1e-5 {
					t.Errorf("%d ranks: a weight is %g away", size, d)
				}
			}
		}
		lines, want := strings.Split(all[0].stdout, "\n"), strings.Split(printed, "\n")
		if lines[0] != string(rune('0'+size))+" ranks" || len(lines) != len(want)+1 || !slices.Equal(lines[1:6], want[:5]) {
			t.Errorf("%d ranks printed\n%s\none\n%s", size, all[0].stdout, printed)
		}
		clitest.Contains(t, all[0].stdout, "Epoch 6/6", "wrote "+filepath.Join(out, "net.h5"))
	}
}

// An interrupt of any rank ends all with 130; rank 0 leaves a checkpoint, with which the run goes on, on as many ranks or on others.
func TestInterruptedRanksGoOn(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	start(t, 2, shared, []string{"-out", file("whole"), "-save", file("whole.h5")}, nil)
	for _, by := range []string{"0", "1", "01"} {
		all := start(t, 2, shared, []string{"-out", file("out" + by)}, func(rank int, p *place) {
			if !strings.Contains(by, string(rune('0'+rank))) {
				return
			}
			ctx, stop := context.WithCancel(p.ctx)
			p.ctx, p.hook = ctx, at(3, 1, stop)
		})
		checkpoint := file("out"+by) + "/checkpoint.h5"
		if want := "shared: interrupted in epoch 3 of 6: go on with mpirun -np 2 ./shared -resume " + checkpoint + "\n"; all[0].stderr != want {
			t.Errorf("by %s: rank 0 says %q, want %q", by, all[0].stderr, want)
		}
		for rank, p := range all {
			if p.code != 130 || p.behind {
				t.Errorf("by %s: rank %d ends with %d, want 130", by, rank, p.code)
			}
		}
		for _, size := range []int{2, 3} {
			name := file("net" + by + string(rune('0'+size)) + ".h5")
			for rank, p := range start(t, size, shared, []string{"-resume", checkpoint, "-save", name}, nil) {
				if p.code != 0 || p.stderr != "" {
					t.Fatalf("rank %d of %d goes on with exit code %d, standard error %q", rank, size, p.code, p.stderr)
				}
			}
			if size == 2 && content(t, name) != content(t, file("whole.h5")) {
				t.Error("the net is another one")
			}
			a, b := weightsOf(t, name), weightsOf(t, file("whole.h5"))
			for i := range a {
				for k := range a[i] {
					if d := math.Abs(a[i][k] - b[i][k]); d > 1e-5 {
						t.Errorf("%d ranks go on to a weight that is %g away", size, d)
					}
				}
			}
		}
	}
}
