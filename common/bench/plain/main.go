// Command plain trains the lecture's digit nets in stock Gorgonia: its own operations, tape machine
// and Adam, as its examples do. It prints what it measures as the peers do. XOR in stock Gorgonia is
// `go run ./xor -plain`.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	G "gorgonia.org/gorgonia"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
)

// validationRows is how many test digits are timed. The time for all is taken in proportion.
const validationRows = 500

func main() {
	work := flag.String("work", "", "mlp or cnn")
	steps := flag.Int("steps", 20, "steps of one timed part")
	parts := flag.Int("parts", 1, "timed parts after the first, which warms up")
	mnist := flag.String("mnist", "", "folder of the MNIST files; empty: the module cache")
	flag.Parse()
	if err := run(*work, *steps, *parts, *mnist); err != nil {
		fmt.Fprintln(os.Stderr, "plain:", err)
		os.Exit(1)
	}
}

func run(name string, steps, parts int, mnist string) error {
	w, err := bench.WorkNamed(name)
	if err != nil {
		return err
	}
	build, ok := map[string]builder{"mlp": perceptron, "cnn": convolutional}[name]
	if !ok {
		return fmt.Errorf("work %q: want mlp or cnn", name)
	}
	if steps < 1 || parts < 1 {
		return fmt.Errorf("-steps %d, -parts %d: want at least 1", steps, parts)
	}
	if err := say(line{"versions": map[string]string{"gorgonia": version()}}); err != nil {
		return err
	}
	train, test, err := w.Load(mnist)
	if err != nil {
		return err
	}
	train, test = train.First(steps*w.Batch), test.First(validationRows)
	t, err := newTrainer(build, w.Batch)
	if err != nil {
		return err
	}
	return errors.Join(t.time(train, test, parts), t.close())
}

// version is that of the gorgonia module.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "gorgonia.org/gorgonia" {
				return dep.Version
			}
		}
	}
	return "unknown"
}

// line is one line of output.
type line map[string]any

func say(l line) error { return json.NewEncoder(os.Stdout).Encode(l) }

func mark(moment string) error {
	return say(line{"at": moment, "unix": float64(time.Now().UnixMicro()) / 1e6})
}

// time trains a warm-up part and the given number of timed ones, each with its validation.
func (t *trainer) time(train, test dataset.Set, parts int) error {
	if err := mark("first step begins"); err != nil {
		return err
	}
	var loss float32
	var right int
	for part := range 1 + parts {
		start := time.Now()
		for first := 0; first+t.batch <= train.Len(); first += t.batch {
			var err error
			if loss, err = t.step(train, first); err != nil {
				return err
			}
			if part == 0 && first == 0 {
				if err := mark("first step done"); err != nil {
					return err
				}
			}
		}
		between := time.Now()
		var err error
		if right, err = t.right(test); err != nil {
			return err
		}
		end := time.Now()
		if part == 0 {
			continue
		}
		err = say(line{"timed": "train", "steps": train.Len() / t.batch, "seconds": between.Sub(start).Seconds()})
		if err == nil {
			err = say(line{"timed": "validation", "rows": test.Len(), "seconds": end.Sub(between).Seconds()})
		}
		if err != nil {
			return err
		}
	}
	return say(line{"loss": loss, "accuracy": float64(right) / float64(test.Len())})
}

// builder adds a net to a graph: its weights, made when they are nil, and the logits of x. Training
// adds dropout.
type builder func(g *G.ExprGraph, x *G.Node, weights G.Nodes, training bool) (G.Nodes, *G.Node, error)
