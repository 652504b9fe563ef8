// Command live measures what the page of -live costs: how much longer an epoch of the multilayer perceptron
// takes with viewers, and how long predictions take when many ask at once. It prints tables in Markdown, and is
// started in the module's folder. See common/bench/README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
)

// size is how much is measured.
type size struct {
	train, test int // digits
	pairs       int // trainings with the page and without
	epochs      int // of each training; the first one warms up
	predictions int // of each load
}

// small is enough to see that all of it works.
var small = size{train: 1000, test: 500, pairs: 1, epochs: 2, predictions: 100}

func main() {
	full := size{train: 60_000, test: 10_000, predictions: 2000}
	short := flag.Bool("short", false, "do a little of each, to see that all of it works")
	flag.IntVar(&full.pairs, "pairs", 10, "pairs of trainings with the page and without")
	flag.IntVar(&full.epochs, "epochs", 3, "epochs of each training; the first one is not timed")
	out := flag.String("out", filepath.Join("out", "bench", "live.md"), "write the tables into this `file` too, unless -short is given")
	flag.Parse()
	s := full
	if *short {
		s = small
	}
	if err := run(s, *short, *out); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

func run(s size, short bool, out string) error {
	if s.pairs < 1 || s.epochs < 2 {
		return fmt.Errorf("-pairs %d, -epochs %d: want at least 1 and 2", s.pairs, s.epochs)
	}
	if err := kernel.LevelError(); err != nil {
		return err
	}
	r := report{short: short, load: bench.Load(), size: s}
	train, test, err := dataset.MNIST("")
	if err != nil {
		return err
	}
	train, test = train.First(s.train), test.First(s.test)
	if err := r.measurePairs(train, test); err != nil {
		return err
	}
	if err := r.measureLoads(train, test); err != nil {
		return err
	}
	r.after = bench.Load()
	text := r.markdown()
	if _, err := os.Stdout.WriteString(text); err != nil || short {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(out), 0o755), os.WriteFile(out, []byte(text), 0o644))
}
