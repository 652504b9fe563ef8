package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/cli/internal/flags"
	"gorgonia-lectures/common/cli/internal/outputs"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/progress"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/tensorboard"
)

// shown and word write somebody else's text in a message, and in a command.
var shown, word = text.Brief, text.ShellWord

// Defaults says which flags a program offers and what they are when they are not given.
type Defaults struct {
	About        string  // one line at the top of -h: what the program does
	Epochs       int     // passes over the training rows; 0: no -epochs
	Batch        int     // rows per step; 0: no -batch
	LearningRate float64 // 0: no -lr

	Net     bool             // offer -save, -load, and with that -epochs 0, -graph and -live
	Model   string           // without -save, save the net under this name in -out; "": only with -save
	Predict *show.Prediction // offer -predict and -json, and questions on the page of -live; needs Net
	MNIST   bool             // offer -data, -labels, -limit and -stream
	Dtype   tensor.Dtype     // of the model; the zero Dtype means float32
	Studies []Study          // offer -study
	Flags   func(*Flags)     // adds the program's own flags
}

// Study replaces a program's run: it trains many nets and compares them.
type Study struct {
	Name string
	Run  Func
}

// Run is one run of a program: the parsed command line, its output and its files. The zero Run prints nothing and
// writes into the current folder.
type Run struct {
	Program      string
	Epochs       int
	Batch        int     // rows per step
	LearningRate float64 // of the optimizer after the warm-up: that of -lr, scaled by -lr-scale
	Seed         uint32
	Out          string        // folder for the run's files; it exists
	Quiet        bool          // print nothing but errors
	Language     lang.Language // of what it prints
	NoPictures   bool
	SVG          bool   // draw each picture as SVG too
	Data         string // the pictures' folder or CSV file; "": MNIST in the Go module cache
	Limit        int    // pictures to train and to test with; 0: all
	Stream       bool   // read the pictures of Data while training
	Dtype        tensor.Dtype
	LoadFrom     string   // the net of this .h5, .keras or .onnx file; "": a new one
	GraphTo      string   // write the net's graph into this .dot file; "": do not
	SaveTo       string   // save the net in this .h5, .keras or .onnx file; "": do not
	Args         []string // after the flags: inputs to predict for

	Curves func(*chart.Curves) // changes the look of the history's curves, in curves.png and on the page

	reshuffle bool // train in another order in each epoch

	check bool        // look for numbers that are not finite in each step
	group ranks.Group // the ranks to train with; nil: alone

	checkpointTo    string // keep the run in this file; "": only if it is interrupted
	checkpointEvery time.Duration
	resumeFrom      string // resume the run in this file; "": a new one
	keep            string // last or best
	patience        int    // epochs; 0: endless

	tensorboardTo string // the folder of its events; "": none
	histograms    bool   // in it

	optimizer string  // a name of package solver; "": the program's own, or that of -load
	rateScale string  // none or linear
	warmUp    int     // epochs
	firstRate float64 // that of -lr

	predict, json bool
	live          bool
	liveAddr      string
	study         string // the name of a Study; "": none

	labels  string   // names of classes, or their file; "": none
	classes []string // their names in the data of MNIST; nil: it was not read

	defaults Defaults
	set      *Flags
	flags    []flags.Setting
	screen   *progress.Screen
	stderr   io.Writer
	page     *live.Page         // nil without -live
	onPage   []live.Setting     // what its visitors may change
	started  bool               // by a visitor
	garbage  int                // the percentage of Go's garbage collector before limitGarbage; 0: it has not changed
	locks    outputs.Locks      // of the files of this run
	resumed  *checkpoint.File   // of -resume; nil: a new run
	own      gorgonia.Solver    // the program's
	board    *tensorboard.Board // of the newest Fit, until it is closed; nil: none
	boards   int                // that were made
	trains   bool               // the ranks of a group train, or have trained

	attempt
}

// attempt is what a run that a visitor of the page starts again does not take from the one before.
type attempt struct {
	net           *model.Net         // of Compile
	data          dataset.Data       // to train it on
	keeper        *checkpoint.Keeper // of the newest Fit
	interruptedIn string             // the epoch in which that was interrupted; "": it was not
	final         map[string]float64 // of run.json
	failures      []error            // what could not be done, although the run went on
	failed        bool               // its page stayed after a failure
	unready       error              // why it cannot have the settings of a visitor
}

// Given reports whether the flag was on the command line.
func (r *Run) Given(name string) bool {
	return slices.ContainsFunc(r.flags, func(f flags.Setting) bool { return f.Name == name && f.Given })
}

// Printf prints on standard output in the language of the run, unless -quiet was given. After a failed write the
// program does its work and ends with exit code 1.
func (r *Run) Printf(format string, args ...any) { r.screen.Printf(format, args...) }

// PrintSource prints what was read from a file of the user. It prints nothing of the lecture's own data.
func (r *Run) PrintSource(data dataset.Set) {
	if source := data.Source(); source.String() != "" {
		r.Printf("%v\n", source)
	}
}

// Final adds a number to "final" of run.json.
func (r *Run) Final(name string, value float64) {
	if r.final == nil {
		r.final = map[string]float64{}
	}
	r.final[name] = value
}

// fail reports what the run could not write, show or find out. It does the rest, and ends with exit code 1.
func (r *Run) fail(err error) {
	r.failures = append(r.failures, err)
	r.warn(err)
}

// later reports what cannot be written now.
func (r *Run) later(err error) {
	r.warn(fmt.Errorf("%w: training continues; the next try comes after an epoch", err))
}

// warn writes a line on standard error; the run continues.
func (r *Run) warn(err error) {
	if r.stderr != nil {
		r.screen.Clear()
		printError(r.stderr, r.Program, err)
	}
}

// Command is the command line of this program with the same flags but for the changes, each a flag with its value:
// Command("-epochs 100000").
func (r *Run) Command(changes ...string) string {
	var changed []string
	for _, change := range changes {
		name, _, _ := strings.Cut(strings.ReplaceAll(change, "=", " "), " ")
		changed = append(changed, strings.TrimLeft(name, "-"))
	}
	words := append([]string{"go run ./" + r.Program}, flags.Words(r.flags, changed...)...)
	words = append(words, changes...)
	for _, arg := range r.Args {
		words = append(words, word(arg))
	}
	return strings.Join(words, " ")
}
