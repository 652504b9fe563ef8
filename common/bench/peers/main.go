// Command peers trains the lecture's nets here and in Keras, PyTorch, JAX and stock Gorgonia, each in
// a process of its own and in turn, some rounds, and writes what it measured as tables in Markdown.
// It is started in the module's folder. See common/bench/README.md.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
)

// settings are the command line.
type settings struct {
	works  []string
	rounds int
	parts  int // timed parts in one process
	steps  int // of the convolutional network in one part; 0: a whole epoch
	full   bool
	python string
	out    string
}

func main() {
	var s settings
	works := flag.String("works", strings.Join(allWorks, ","), "`names` of what is measured")
	flag.IntVar(&s.rounds, "rounds", 3, "rounds over all forms of one work")
	flag.IntVar(&s.parts, "parts", 2, "timed parts in one process, after one that warms up")
	flag.IntVar(&s.steps, "steps", 150, "steps of the convolutional network in one part, scaled to an epoch")
	flag.BoolVar(&s.full, "full", false, "whole epochs, and all of Keras' XOR (stock Gorgonia stays scaled)")
	flag.StringVar(&s.python, "python", "python3", "`command` that makes the Python environment")
	flag.StringVar(&s.out, "out", filepath.Join("out", "bench"), "`folder` of the environment and the results")
	flag.Parse()
	s.works = strings.Split(*works, ",")
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func (s *settings) check() error {
	for _, work := range s.works {
		if !slices.Contains(allWorks, work) {
			return fmt.Errorf("-works %s: want some of %s", work, strings.Join(allWorks, ","))
		}
	}
	if s.rounds < 1 || s.parts < 1 || s.steps < 1 {
		return fmt.Errorf("-rounds %d, -parts %d, -steps %d: want at least 1", s.rounds, s.parts, s.steps)
	}
	if s.full {
		s.steps = 0
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
	// All children get the same two CPUs. They inherit them from this thread.
	runtime.LockOSThread()
	cpus, err := onTwoCPUs()
	if err != nil {
		return err
	}
	t, err := tools(s)
	if err != nil {
		return err
	}
	r := &report{Date: time.Now().Format("2006-01-02"), Machine: bench.Machine(), Load: load, CPUs: cpus,
		Levels: bench.Levels(), Rounds: s.rounds, Parts: s.parts, Steps: s.steps}
	var failed []error
	for _, work := range s.works {
		forms := t.forms(work, s)
		for round := range s.rounds {
			for _, f := range forms {
				fmt.Fprintf(os.Stderr, "%s, round %d of %d: %s\n", work, round+1, s.rounds, f.Name)
				m, err := f.measure(round)
				if err != nil {
					err = fmt.Errorf("%s, %s: %w", work, f.Name, err)
					fmt.Fprintln(os.Stderr, err)
					failed = append(failed, err)
					m.Error = err.Error()
				}
				r.Measurements = append(r.Measurements, m)
			}
			slices.Reverse(forms) // a machine that slows down or speeds up does not favour one form
		}
		if err := r.write(s.out); err != nil { // what is done stays if a later work is interrupted
			return err
		}
	}
	fmt.Print(r.markdown())
	return errors.Join(failed...)
}

// report is all that was measured.
type report struct {
	Date         string
	Machine      string
	Load         string // before the first form, from other work: see bench.Load
	CPUs         int
	Levels       []string // of this suite, the fastest first
	Rounds       int
	Parts        int
	Steps        int // of the convolutional network in one part; 0: all
	Measurements []measurement
}

// write leaves peers.json, with every raw figure, and peers.md.
func (r *report) write(folder string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(folder, "peers.json"), append(text, '\n'), 0o644),
		os.WriteFile(filepath.Join(folder, "peers.md"), []byte(r.markdown()), 0o644))
}
