package cli_test

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/ranks/rankstest"
)

// onRanks runs a toy on ranks, which change may make different before.
func onRanks(t *testing.T, size int, d cli.Defaults, args []string, change func(rank int, p *toy)) []*toy {
	t.Helper()
	all := make([]*toy, size)
	for rank := range all {
		all[rank] = &toy{ctx: t.Context(), data: dataset.XOR(), args: slices.Clone(args)}
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
			if p.out == nil {
				p.out = &stdout
			}
			p.code = cli.RankExecute(p.ctx, r, "toy", d, p.run, p.args, p.out, &stderr)
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

// near wants the weights of two files to be the same to the rounding of sums.
func near(t *testing.T, a, b string) {
	t.Helper()
	if d := nets.Furthest(weightsOf(t, a), weightsOf(t, b)); d > 1e-5 {
		t.Errorf("a weight of %s is %g away from that of %s", a, d, b)
	}
}

// Ranks do what one process does; rank 0 alone prints, draws and saves.
func TestProgramOnRanks(t *testing.T) {
	_, file := below(t)
	files := func(out string) []string {
		return []string{"-save", file(out + "/net.h5"), "-checkpoint", file(out + "/run.h5")}
	}
	want := strings.Split(new(toy).program().Finish(t, file("alone"), files("alone")...), "\n")
	for size := 1; size <= 3; size++ {
		n := strconv.Itoa(size)
		t.Run(n, func(t *testing.T) {
			all := onRanks(t, size, toys, append(files(n), "-out", file(n)), nil)
			for rank, p := range all {
				if p.code != 0 || p.stderr != "" || p.trained != (rank == 0) {
					t.Errorf("rank %d: exit code %d, standard error %q, after the training: %t", rank, p.code, p.stderr, p.trained)
				}
			}
			left, alone := clitest.Files(t, file(n)), clitest.Files(t, file("alone"))
			if !slices.Equal(left, alone) || len(left) != 5 {
				t.Errorf("ranks left %v, one process %v", left, alone)
			}
			near(t, file("alone/net.h5"), file(n+"/net.h5"))
			lines := strings.Split(all[0].stdout, "\n")
			if lines[0] != n+" ranks" || len(lines) != len(want)+1 || !slices.Equal(lines[1:6], want[:5]) {
				t.Errorf("ranks printed\n%s\none process\n%s", lines, want)
			}
			clitest.Contains(t, all[0].stdout, "Epoch 6/6", "wrote "+file(n+"/net.h5"))
		})
	}
}

// An interrupt of any rank ends all with 130; rank 0 leaves a checkpoint, with which the run is resumed on as many
// ranks or on others.
func TestInterruptedRanksAreResumed(t *testing.T) {
	long(t)
	_, file := below(t)
	onRanks(t, 2, toys, []string{"-out", file("whole"), "-save", file("whole/net.h5"), "-no-pictures"}, nil)
	for _, by := range []string{"0", "1", "01"} {
		t.Run(by, func(t *testing.T) {
			all := onRanks(t, 2, toys, []string{"-out", file(by), "-no-pictures"}, func(rank int, p *toy) {
				if !strings.Contains(by, strconv.Itoa(rank)) {
					return
				}
				ctx, stop := context.WithCancel(p.ctx)
				p.ctx, p.hook = ctx, at(3, 1, stop)
			})
			checkpoint := file(by + "/checkpoint.h5")
			wording.Line(t, all[0].stderr, "epoch 3 of 6", "mpirun -np 2 ./toy -resume "+cli.Word(checkpoint))
			for rank, p := range all {
				if p.code != 130 || p.trained {
					t.Errorf("rank %d ends with %d, want 130", rank, p.code)
				}
			}
			for _, size := range []int{2, 3} {
				out := file(by + strconv.Itoa(size))
				args := []string{"-resume", checkpoint, "-out", out, "-save", out + "/net.h5"}
				for rank, p := range onRanks(t, size, toys, args, nil) {
					if p.code != 0 || p.stderr != "" {
						t.Fatalf("rank %d of %d resumes with exit code %d, standard error %q", rank, size, p.code, p.stderr)
					}
				}
				if size == 2 {
					clitest.SameRun(t, file("whole"), out)
				}
				near(t, file("whole/net.h5"), out+"/net.h5")
			}
		})
	}
}
