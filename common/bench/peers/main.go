// Command peers times the lecture's nets in this suite, Keras, PyTorch, JAX and stock Gorgonia, each in its own
// process, and writes tables in Markdown. The working directory must be the module's. See common/bench/README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
)

var (
	works  = flag.String("works", "xor,iris,mlp,cnn", "`names` of the nets")
	only   = flag.String("forms", "", "`words` of the forms to measure, such as avx512,PyTorch,JAX; empty: all")
	parts  = flag.Int("parts", 2, "timed parts in one process; digits' nets have one more, from untrained weights")
	steps  = flag.Int("steps", 150, "steps of the convolutional network in one part, scaled to an epoch")
	full   = flag.Bool("full", false, "whole epochs, and all of Keras' XOR (stock Gorgonia stays scaled)")
	python = flag.String("python", bench.Python, "Python `command` that has the other libraries")
)

func main() { report.Main("peers", 3, run) }

// check adapts the flags to -full and -short, and returns the works of -works.
func check(short bool) (list []bench.Work, err error) {
	for name := range strings.SplitSeq(*works, ",") {
		w, err := bench.WorkNamed(name)
		if err != nil {
			return nil, fmt.Errorf("-works: %w", err)
		}
		list = append(list, w)
	}
	if *parts < 1 || *steps < 1 {
		return nil, fmt.Errorf("-parts %d, -steps %d: want at least 1", *parts, *steps)
	}
	switch {
	case short:
		*parts, *steps = 1, 2
	case *full:
		*steps = 0
	}
	return list, nil
}

// checkForms returns an error for a word of -forms that no form has in its name.
func checkForms(list []form) error {
	for _, word := range words(*only) {
		if !slices.ContainsFunc(list, func(f form) bool { return slices.Contains(words(f.Name), word) }) {
			return fmt.Errorf("-forms: no form has the word %q in its name, want words such as ours, go, PyTorch", word)
		}
	}
	return nil
}

type measurement = bench.Measurement[form]

func run(s report.Settings) error {
	list, err := check(s.Short)
	if err != nil {
		return err
	}
	t := tools{bin: filepath.Join(s.Out, "bin")}
	if err := build(t.bin); err != nil {
		return err
	}
	if !s.Short {
		if t.peers, err = bench.NewPeers(*python); err != nil {
			return err
		}
	}
	var forms [][]form
	for _, w := range list {
		forms = append(forms, t.forms(w))
	}
	if err := checkForms(slices.Concat(forms...)); err != nil {
		return err
	}
	var all []measurement
	var failed error
	for _, list := range forms {
		measured, err := bench.Measure(s, list)
		all, failed = append(all, measured...), errors.Join(failed, err)
	}
	return errors.Join(failed, s.Write("peers", markdown(all), all))
}

// build builds the programs that are measured.
func build(folder string) error {
	return bench.Build(folder, "", "common/bench/worker", "common/bench/plain", "xor", "iris")
}
