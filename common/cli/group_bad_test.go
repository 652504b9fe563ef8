package cli_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/wording"
)

// What cannot be trained together ends on all ranks with exit code 1, and one line of rank 0.
func TestBadInputOnRanks(t *testing.T) {
	other, err := dataset.FromFloats([]int{2}, []float64{0, 0, 1, 0, 0, 1, 1, 1}, []int{1}, []float64{0, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	noNet := toys
	noNet.Net = false
	second := func(args ...string) func(rank int, p *toy) {
		return func(rank int, p *toy) {
			if rank == 1 {
				p.args = append(p.args, args...)
			}
		}
	}
	failing := func(on string) func(rank int, p *toy) {
		return func(rank int, p *toy) {
			if strings.Contains(on, string(rune('0'+rank))) {
				p.fail = errors.New("open data: no such folder")
			}
		}
	}
	for _, c := range []struct {
		name   string
		d      cli.Defaults
		args   string
		change func(rank int, p *toy)
		facts  []string
	}{
		{"another flag", toys, "-epochs 3", second("-epochs", "4"), []string{"rank 1", "-epochs 4", "3", "rank 0"}},
		{"a flag more", toys, "", second("-seed", "2"), []string{"rank 1", "-seed 2", "1", "rank 0"}},
		{"another folder", toys, "", second("-out", t.TempDir()), []string{"rank 1", "-out "}},
		{"another long name", toys, "", func(rank int, p *toy) {
			middle := string(rune('a' + rank/2))
			p.args = append(p.args, "-out", strings.Repeat("n", 500)+middle+strings.Repeat("n", 500))
		}, []string{"rank 2", `-out "nnn`, `nnn...nnn`, `nnn", want "nnn`}},
		{"an unknown flag on one", toys, "", second("-what"), []string{"rank 1", "-what"}},
		{"an unknown flag on all", toys, "-what", nil, []string{"-what"}},
		{"help on one", toys, "", second("-h"), []string{"rank 1", "-h"}},
		{"other data", toys, "", func(rank int, p *toy) {
			if rank == 2 {
				p.data = other
			}
		}, []string{"rank 2", "data", "4 rows, CRC-32C "}},
		{"no data on rank 1", toys, "", failing("1"), []string{"rank 1: open data"}},
		{"no data on rank 0", toys, "", failing("0"), []string{"rank 0: open data"}},
		{"no data on two", toys, "", failing("12"), []string{"rank 1: open data", "2 ranks"}},
		{"no data on all", toys, "", failing("012"), []string{"toy: open data"}},
		{"prediction", toys, "-load net.h5 -predict 0,1", nil, []string{"-predict", "3 ranks"}},
		{"no net", noNet, "", nil, []string{"toy trains in one process", "3 ranks"}},
		{"a study", toys, "-study seeds", nil, []string{"-study", "3 ranks"}},
		{"a plain net", toys, "-plain", nil, []string{"-plain", "3 ranks"}},
		{"a small batch", toys, "-batch 2", nil, []string{"-batch 2", "3 ranks", "-batch 3"}},
		{"a net that is not there", toys, "-load none.h5", nil, []string{"toy: load none.h5"}},
		{"a run that is not there", toys, "-resume none.h5", nil, []string{"toy: resume none.h5"}},
		{"a folder in the way", toys, "-save /", nil, []string{"rank 0: -save /", "folder"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := t.TempDir()
			args := strings.Fields(c.args)
			if c.name != "prediction" { // it goes without -out
				args = append([]string{"-out", out}, args...)
			}
			all := onRanks(t, 3, c.d, args, c.change)
			for rank, p := range all {
				if p.code != 1 || p.trained {
					t.Errorf("rank %d ends with %d, want 1", rank, p.code)
				}
			}
			wording.Line(t, all[0].stderr, c.facts...)
			if files := clitest.Files(t, out); len(files) > 0 {
				t.Errorf("left %v, want no files", files)
			}
		})
	}
}

// All ranks are asked for help, one gives it. A flag that is off does not count.
func TestHelpOnRanks(t *testing.T) {
	for rank, p := range onRanks(t, 3, toys, []string{"-h"}, nil) {
		if p.code != 0 || (p.stdout == "") == (rank == 0) {
			t.Errorf("rank %d: exit code %d, printed %q", rank, p.code, p.stdout)
		}
	}
	for rank, p := range onRanks(t, 3, toys, []string{"-out", t.TempDir(), "-plain=false"}, nil) {
		if p.code != 0 || p.stderr != "" {
			t.Errorf("-plain=false on rank %d: exit code %d, standard error %q", rank, p.code, p.stderr)
		}
	}
}

// Help that cannot be written down is rank 0's error: the others have given theirs, and do not wait for it.
func TestHelpThatCannotBeWritten(t *testing.T) {
	reader, closed := io.Pipe()
	reader.Close()
	all := onRanks(t, 2, toys, []string{"-h"}, func(rank int, p *toy) { p.out = closed })
	wording.Line(t, all[0].stderr, "closed pipe")
	if all[0].code != 1 || all[1].code != 0 {
		t.Errorf("exit codes %d and %d, want 1 and 0", all[0].code, all[1].code)
	}
}
