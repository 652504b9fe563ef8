// Command mpi trains the lecture's nets for digits on one and on two ranks of one thread each, here and in PyTorch's
// DistributedDataParallel, in turn, some rounds, and writes what it measured as tables in Markdown. It is started in
// the module's folder. See common/bench/README.md.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/mpirun"
)

// settings are the command line.
type settings struct {
	short   bool
	rounds  int
	seconds float64 // that are timed of each batch, after as many at least to warm up
	python  string
	out     string
}

func main() {
	var s settings
	flag.BoolVar(&s.short, "short", false, "do a little, without PyTorch, to see that it works; nothing is written")
	flag.IntVar(&s.rounds, "rounds", 4, "rounds over all forms of one net")
	flag.Float64Var(&s.seconds, "seconds", 1, "time each batch at least so long, after as long at least to warm up")
	flag.StringVar(&s.python, "python", "python3", "`command` that makes the Python environment")
	flag.StringVar(&s.out, "out", filepath.Join("out", "bench"), "`folder` of the environment and the results")
	flag.Parse()
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "mpi:", err)
		os.Exit(1)
	}
}

// shortSeconds is enough for some steps.
const shortSeconds = 0.02

func (s *settings) check() error {
	if s.rounds < 1 || s.seconds <= 0 {
		return fmt.Errorf("-rounds %d, -seconds %v: want more than 0", s.rounds, s.seconds)
	}
	if s.short {
		s.rounds, s.seconds = 1, shortSeconds
	}
	var err error
	s.out, err = filepath.Abs(s.out)
	return err
}

func run(s settings) error {
	if err := s.check(); err != nil {
		return err
	}
	load := bench.Load() // before what this program builds
	t, err := tools(s)
	if err != nil {
		return err
	}
	r := &report{Date: time.Now().Format("2006-01-02"), Machine: bench.Machine(), Load: load, Rounds: s.rounds, Seconds: s.seconds}
	var failed []error
	for _, work := range works {
		forms := t.forms(work, s)
		for round := range s.rounds {
			for _, f := range forms {
				fmt.Fprintf(os.Stderr, "%s, round %d of %d: %s, ranks: %d\n", work, round+1, s.rounds, f.Name, f.Ranks)
				m := measurement{form: f, Round: round}
				if m.Lines, err = f.measure(); err != nil {
					err = fmt.Errorf("%s, %s, ranks %d: %w", work, f.Name, f.Ranks, err)
					fmt.Fprintln(os.Stderr, err)
					failed = append(failed, err)
					m.Error = err.Error()
				}
				r.Measurements = append(r.Measurements, m)
			}
			slices.Reverse(forms) // a machine that slows down or speeds up does not favour one form
		}
	}
	fmt.Print(r.markdown())
	if !s.short {
		failed = append(failed, r.write(s.out))
	}
	return errors.Join(failed...)
}

// report is all that was measured.
type report struct {
	Date         string
	Machine      string
	Load         string // before the first form, from other work: see bench.Load
	Rounds       int
	Seconds      float64
	Measurements []measurement
}

// measurement is what one form gave in one round.
type measurement struct {
	form
	Round int
	Lines []mpirun.Line
	Error string `json:",omitempty"`
}

// write leaves mpi.json, with every raw figure, and mpi.md.
func (r *report) write(folder string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "mpi.json"), append(text, '\n'), 0o644),
		os.WriteFile(filepath.Join(folder, "mpi.md"), []byte(r.markdown()), 0o644))
}
