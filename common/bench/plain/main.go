// Command plain times the lecture's nets for digits in stock Gorgonia, with its operations, tape machine and Adam, as
// in Gorgonia's examples. It prints lines of package bench. XOR in stock Gorgonia is `go run ./xor -plain`.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
)

// validationRows is the number of test digits in a validation; the time for all of them is extrapolated.
const validationRows = 500

func main() {
	work := flag.String("work", "", "mlp or cnn")
	steps := flag.Int("steps", 20, "steps of one timed part")
	parts := flag.Int("parts", 1, "timed parts, and one more from untrained weights")
	before := flag.Int("before", 1, "steps before the timed ones; they warm up, too")
	flag.Parse()
	if err := run(*work, *steps, *parts, *before); err != nil {
		fmt.Fprintln(os.Stderr, "plain:", err)
		os.Exit(1)
	}
}

func run(name string, steps, parts, before int) error {
	build, ok := map[string]builder{"mlp": perceptron, "cnn": convolutional}[name]
	if !ok {
		return fmt.Errorf("-work %q: want mlp or cnn", name)
	}
	if steps < 1 || parts < 1 || before < 1 {
		return fmt.Errorf("-steps %d, -parts %d, -before %d: want at least 1", steps, parts, before)
	}
	if err := bench.Say(bench.Line{Versions: map[string]string{"gorgonia": version()}}); err != nil {
		return err
	}
	w, err := bench.WorkNamed(name)
	if err != nil {
		return err
	}
	train, test, err := w.Load("")
	if err != nil {
		return err
	}
	t := newTrainer(build, w.Batch)
	warm := train.First(min(before*w.Batch, train.Len()))
	return errors.Join(t.time(warm, train.First(steps*w.Batch), test.First(validationRows), parts), t.close())
}

// version returns the version of the gorgonia module.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == "gorgonia.org/gorgonia" {
			return dep.Version
		}
	}
	return "unknown"
}

// time trains on the rows before, to warm up, and then the timed parts, each with its validation. The last part starts
// from untrained weights again.
func (t *trainer) time(before, train, test dataset.Set, parts int) error {
	if err := bench.Mark(bench.StepBegins); err != nil {
		return err
	}
	if err := t.epoch(before.First(t.batch)); err != nil {
		return err
	}
	if err := errors.Join(bench.Mark(bench.StepDone), t.epoch(before)); err != nil {
		return err
	}
	if _, err := t.right(test); err != nil {
		return err
	}
	var loss float32
	var right int
	for part := range parts + 1 {
		first := part == parts
		if first {
			loss = t.loss
			t.restart()
		}
		start := time.Now()
		if err := t.epoch(train); err != nil {
			return err
		}
		between := time.Now()
		n, err := t.right(test)
		if err != nil {
			return err
		}
		end := time.Now()
		if !first {
			right = n
		}
		err = errors.Join(
			bench.Say(bench.Line{Timed: bench.Train, First: first, Steps: train.Len() / t.batch,
				Seconds: between.Sub(start).Seconds()}),
			bench.Say(bench.Line{Timed: bench.Validation, First: first, Rows: test.Len(),
				Seconds: end.Sub(between).Seconds()}))
		if err != nil {
			return err
		}
	}
	return bench.Say(bench.Line{Loss: float64(loss), Accuracy: float64(right) / float64(test.Len())})
}
