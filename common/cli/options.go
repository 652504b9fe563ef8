package cli

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
)

// Defaults says which flags a program offers and what they are when they are not given.
type Defaults struct {
	About        string  // one line at the top of -h: what the program does
	Epochs       int     // passes over the training rows; 0: no -epochs
	Batch        int     // rows per step; 0: no -batch
	LearningRate float64 // 0: no -lr

	Net     bool                // offer -save, -load, and with that -epochs 0, -graph and -live
	Model   string              // save the net under this name in -out, unless -save says otherwise; "": only with -save
	Predict *Prediction         // offer -predict and -json; needs Net
	MNIST   bool                // offer -data, -limit and -stream
	Dtype   tensor.Dtype        // of the model; the zero Dtype means float32
	Flags   func(*flag.FlagSet) // adds the program's own flags
	Alone   map[string][]string // for own flags the ones that they do not go with
	Free    []string            // own flags that a run that goes on may change: those of its pictures
}

// Options is the parsed command line, and what a program prints and writes with. The zero Options
// prints nothing and writes into the current folder.
type Options struct {
	Program      string
	Epochs       int
	Batch        int     // rows per step
	LearningRate float64 // of the optimizer behind the warm-up: that of -lr, by -lr-scale
	Seed         uint64
	Out          string // folder for the run's files; it exists
	Quiet        bool   // print nothing but errors
	NoPictures   bool
	SVG          bool   // draw each picture as SVG too
	Data         string // folder of the MNIST files; "": the Go module cache
	Limit        int    // digits to train and to test with; 0: all
	Stream       bool   // read the digits of Data while training
	Dtype        tensor.Dtype
	LoadFrom     string   // go on with the net of this .h5 file; "": start anew
	GraphTo      string   // write the net's graph into this .dot file; "": do not
	SaveTo       string   // save the net in this .h5 file; "": do not
	Args         []string // what followed the flags: inputs to predict for

	Check bool        // look for numbers that are not finite in each step: for model.Fit
	Group model.Group // the ranks to train with, for model.Fit; nil: alone

	checkpointTo    string // keep the run in this file; "": only if it is interrupted
	checkpointEvery time.Duration
	resumeFrom      string // go on with the run in this file; "": a new one
	keep            string // last or best
	patience        int    // 0: endless

	rateScale string  // none or linear
	warmUp    int     // epochs
	firstRate float64 // that of -lr

	predict, json bool
	live          bool
	liveAddr      string

	defaults Defaults
	flags    []setting
	screen   *screen
	page     *live.Page // nil without -live
	session  *session
}

// setting is a flag after parsing.
type setting struct {
	name  string
	text  string
	value any  // what run.json shows
	given bool // on the command line
}

// Given tells whether the flag was on the command line.
func (o Options) Given(name string) bool {
	return slices.ContainsFunc(o.flags, func(f setting) bool { return f.name == name && f.given })
}

// FitFlags concern the Fit of the one net that a program trains: what trains another way heeds none of them. NetFlags
// are these and that of the net's graph: what trains many nets heeds none of them.
var (
	FitFlags = []string{"load", "save", "live", "checkpoint", "resume", "keep", "patience", "check", "lr-scale", "warmup"}
	NetFlags = slices.Concat(FitFlags, []string{"graph"})
)

// checkAlone is an error for flags that do not go together: "-study: not with -save".
func (o Options) checkAlone() error {
	for _, f := range o.flags {
		if !f.given || f.value == false {
			continue
		}
		for _, other := range o.defaults.Alone[f.name] {
			if o.Given(other) {
				return fmt.Errorf("-%s: not with -%s", f.name, other)
			}
		}
	}
	return nil
}

// Printf prints on standard output, unless -quiet was given. A failed write is kept and ends the
// program with exit code 1 after its work is done.
func (o Options) Printf(format string, args ...any) { o.screen.printf(format, args...) }

// Command is the line that starts this program again with the same flags but for the changes, each
// a flag with its value: Command("-epochs 100000").
func (o Options) Command(changes ...string) string {
	words := []string{"go run ./" + o.Program}
	changed := func(name string) bool {
		return slices.ContainsFunc(changes, func(change string) bool {
			flag, _, _ := strings.Cut(strings.ReplaceAll(change, "=", " "), " ")
			return strings.TrimLeft(flag, "-") == name
		})
	}
	for _, f := range o.flags {
		switch {
		case !f.given || changed(f.name) || f.name == "resume": // its flags are here, and other ones would not fit it
		case f.value == true:
			words = append(words, "-"+f.name)
		case f.value == false:
			words = append(words, "-"+f.name+"=false")
		default:
			words = append(words, "-"+f.name, word(f.text))
		}
	}
	words = append(words, changes...)
	for _, arg := range o.Args {
		words = append(words, word(arg))
	}
	return strings.Join(words, " ")
}

// word quotes a value for the shell where it would not be one plain word there.
func word(text string) string {
	if text != "" && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-") == "" {
		return text
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsGraphic(r) }) {
		return strconv.Quote(text) // to be read, not to be pasted
	}
	if runtime.GOOS == "windows" { // neither of its shells knows the other quotes
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// shown quotes a value that would not be recognised as one word.
func shown(text string) string {
	odd := func(r rune) bool { return r == ' ' || r == '"' || !strconv.IsGraphic(r) }
	if text == "" || strings.ContainsFunc(text, odd) {
		return strconv.Quote(text)
	}
	return text
}
