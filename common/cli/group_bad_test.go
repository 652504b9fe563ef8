package cli_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/ranks/rankstest"
)

// What cannot be trained together ends on all ranks with exit code 1, and one line of rank 0.
func TestBadInputOnRanks(t *testing.T) {
	other, err := dataset.FromFloats([]int{2}, []float64{0, 0, 1, 0, 0, 1, 1, 1}, []int{1}, []float64{0, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	plain := shared
	plain.Net = false
	second := func(args ...string) func(rank int, p *place) {
		return func(rank int, p *place) {
			if rank == 1 {
				p.args = append(p.args, args...)
			}
		}
	}
	failing := func(on ...int) func(rank int, p *place) {
		return func(rank int, p *place) {
			for _, r := range on {
				if rank == r {
					p.fail = errors.New("open data: no such folder")
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		d      cli.Defaults
		args   string
		change func(rank int, p *place)
		want   string
	}{
		{"another flag", shared, "-epochs 3", second("-epochs", "4"), "rank 1: -epochs 4, want 3 as on rank 0"},
		{"a flag more", shared, "", second("-seed", "2"), "rank 1: -seed 2, want 1 as on rank 0"},
		{"another folder", shared, "", second("-out", t.TempDir()), "rank 1: -out "},
		{"an unknown flag on one", shared, "", second("-what"), "rank 1: flag provided but not defined: -what (-h lists the flags)"},
		{"an unknown flag on all", shared, "-what", nil, "flag provided but not defined: -what (-h lists the flags)"},
		{"help on one", shared, "", second("-h"), "rank 1: -h given, want program shared as on rank 0"},
		{"other data", shared, "", func(rank int, p *place) {
			if rank == 2 {
				p.data = other
			}
		}, "rank 2: training data of 4 rows, CRC-32C "},
		{"no data on rank 1", shared, "", failing(1), "rank 1: open data: no such folder"},
		{"no data on rank 0", shared, "", failing(0), "rank 0: open data: no such folder"},
		{"no data on two", shared, "", failing(1, 2), "rank 1: open data: no such folder (2 ranks have errors)"},
		{"no data on all", shared, "", failing(0, 1, 2), "open data: no such folder"},
		{"prediction", shared, "-load net.h5 -predict 0,1", nil, "-predict: wants one process, not 3 ranks"},
		{"no net", plain, "", nil, "shared trains in one process, not on 3 ranks"},
		{"a study", shared, "-study seeds", nil, "-study: wants one process, not 3 ranks"},
		{"a plain net", shared, "-plain", nil, "-plain: wants one process, not 3 ranks"},
		{"a small batch", shared, "-batch 2", nil, "-batch 2: 3 ranks want at least a row each, as with -batch 3"},
		{"a net that is not there", shared, "-load none.h5", nil, "load none.h5: no such file or directory"},
		{"a run that is not there", shared, "-resume none.h5", nil, "resume none.h5: no such file or directory"},
		{"a folder in the way", shared, "-save /", nil, "rank 0: -save /: a folder, want the name of a file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := t.TempDir()
			args := strings.Fields(c.args)
			if c.name != "prediction" { // it goes without -out
				args = append([]string{"-out", out}, args...)
			}
			all := start(t, 3, c.d, args, c.change)
			for rank, p := range all {
				if p.code != 1 || p.behind {
					t.Errorf("rank %d ends with %d, want 1", rank, p.code)
				}
			}
			if text := all[0].stderr; !strings.HasPrefix(text, "shared: "+c.want) || strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") {
				t.Errorf("rank 0 says %q, want one line: shared: %s", text, c.want)
			}
			if files := clitest.Files(t, out); len(files) > 0 {
				t.Errorf("left %v, want no files", files)
			}
		})
	}
}

// All ranks are asked for help, one gives it. A flag that is off does not count.
func TestHelpOnRanks(t *testing.T) {
	for rank, p := range start(t, 3, shared, []string{"-h"}, nil) {
		if p.code != 0 || (p.stdout == "") == (rank == 0) {
			t.Errorf("rank %d: exit code %d, printed %q", rank, p.code, p.stdout)
		}
	}
	for rank, p := range start(t, 3, shared, []string{"-out", t.TempDir(), "-plain=false"}, nil) {
		if p.code != 0 || p.stderr != "" {
			t.Errorf("-plain=false on rank %d: exit code %d, standard error %q", rank, p.code, p.stderr)
		}
	}
}

// Help that cannot be written down is rank 0's error: the others have given theirs, and do not wait for it.
func TestHelpThatCannotBeWritten(t *testing.T) {
	codes := make([]int, 2)
	var stderr bytes.Buffer
	reader, closed := io.Pipe()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		rankstest.Run(len(codes), func(r *rankstest.Rank) error {
			codes[r.Rank()] = cli.RankMain(t.Context(), r, "shared", shared, (&place{}).run, []string{"-h"}, closed, &stderr)
			return nil
		})
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("rank 0 waits for ranks that have ended")
	}
	if codes[0] != 1 || codes[1] != 0 || stderr.String() != "shared: io: read/write on closed pipe\n" {
		t.Errorf("exit codes %v, standard error %q, want 1 and 0, and why", codes, stderr.String())
	}
}
