package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/kernel"
)

// kind is the kind of a form, in the order of the report.
type kind int

const (
	peer  kind = iota // another library
	plain             // stock Gorgonia
	ours              // this suite, at one CPU level
)

// form is a way to train a net, in a process of its own.
type form struct {
	Work string
	Name string
	Kind kind

	run func() (bench.Process, error)
}

func (f form) Run() (bench.Process, error) { return f.run() }

func (f form) String() string { return f.Work + ", " + f.Name }

// kerasXOREpochs is the number of epochs of XOR that Keras trains, because all of them would take minutes. The time of
// the others is extrapolated.
const kerasXOREpochs = 300

// plainSteps has the steps in a timed part of stock Gorgonia, by net.
var plainSteps = map[string]int{"mlp": 50, "cnn": 10}

// tools has the programs that forms run.
type tools struct {
	bin   string       // folder of the built programs
	peers *bench.Peers // nil: no other libraries, and few steps of each form
}

// forms returns the forms of a work.
func (t tools) forms(w bench.Work) []form {
	work := w.Name
	var list []form
	if t.peers != nil {
		list = t.others(w)
	}
	add := func(name string, kind kind, run func() (bench.Process, error)) {
		list = append(list, form{work, name, kind, run})
	}
	for _, level := range bench.Levels() {
		environment := []string{kernel.LevelVariable + "=" + level}
		add("ours, "+level, ours, func() (bench.Process, error) {
			if work == "xor" || work == "iris" {
				return t.program(environment, work)
			}
			return bench.Run(t.driver("worker", work, t.steps(work)), environment)
		})
	}
	steps, ok := plainSteps[work]
	if t.peers == nil {
		steps = 1
	}
	if ok {
		add("stock Gorgonia", plain, func() (bench.Process, error) {
			return bench.Run(t.driver("plain", work, steps), nil)
		})
	} else if work == "xor" {
		add("stock Gorgonia", plain, func() (bench.Process, error) { return t.program(nil, work, "-plain") })
	}
	return slices.DeleteFunc(list, func(f form) bool { return !wanted(f.Name) })
}

// wanted reports whether -forms has a word of the name, or is empty.
func wanted(name string) bool {
	return *only == "" || slices.ContainsFunc(words(name), func(word string) bool {
		return slices.Contains(words(*only), word)
	})
}

// words returns the words of a form's name or of -forms, in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == ',' })
}

// steps returns the number of steps in a timed part of a work; 0: an epoch.
func (t tools) steps(work string) int {
	if work == "cnn" || t.peers == nil {
		return *steps
	}
	return 0
}

// timing returns the flags for the steps before the timed parts and for the parts.
func (t tools) timing() []string {
	before := bench.StepsBefore
	if t.peers == nil {
		before = 2
	}
	return []string{"-before", strconv.Itoa(before), "-parts", strconv.Itoa(*parts)}
}

func (t tools) driver(program, work string, steps int) []string {
	return append([]string{filepath.Join(t.bin, program), "-work", work, "-steps", strconv.Itoa(steps)}, t.timing()...)
}

// others returns the forms of other libraries.
func (t tools) others(w bench.Work) []form {
	work := w.Name
	var list []form
	for _, f := range []struct{ name, script, form string }{
		{"Keras", "keras", "plain"},
		{"Keras, jit_compile", "keras", "jit"},
		{"PyTorch", "torch", "plain"},
		{"PyTorch, channels_last", "torch", "channels_last"},
		{"PyTorch, compile", "torch", "compile"},
		{"JAX", "jax", "jit"},
	} {
		if f.form == "channels_last" && work != "cnn" || f.form == "compile" && (work == "xor" || work == "iris") {
			continue
		}
		epochs := w.Epochs
		if work == "xor" && f.script == "keras" && !*full {
			epochs = kerasXOREpochs
		}
		list = append(list, form{work, f.name, peer, func() (bench.Process, error) {
			return t.peers.Run(f.script+"_peer.py", append(t.timing(), "-work", work, "-form", f.form,
				"-epochs", strconv.Itoa(epochs), "-steps", strconv.Itoa(t.steps(work)),
				"-iris", filepath.Join("common", "dataset", "iris.csv"))...)
		}})
	}
	return list
}

// program runs one of the lecture's programs and reads the time of its epochs from run.json.
func (t tools) program(environment []string, work string, arguments ...string) (p bench.Process, err error) {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	command := append([]string{filepath.Join(t.bin, work), "-no-pictures", "-out", folder}, arguments...)
	if p, err = bench.Run(command, environment); err != nil {
		return p, err
	}
	text, err := os.ReadFile(filepath.Join(folder, "run.json"))
	if err != nil {
		return p, err
	}
	var run struct {
		Epochs  int
		Seconds float64
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return p, fmt.Errorf("run.json: %w", err)
	}
	p.Lines = []bench.Line{{Timed: bench.Epochs, Epochs: run.Epochs, Seconds: run.Seconds}}
	return p, nil
}
