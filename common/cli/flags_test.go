package cli

import (
	"bytes"
	"context"
	"flag"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/ranks/mpi"
	"gorgonia-lectures/common/show"
)

// mnist is what a program with everything offers.
var mnist = Defaults{
	About: "a net for digits", Epochs: 5, Batch: 32, LearningRate: 0.001, MNIST: true,
	Net: true, Model: "net.h5", Predict: show.Pictures(28, 28),
	Flags: func(f *Flags) {
		f.Int(&wrong, "wrong", 16, "draw `N` wrong digits")
		f.Bool(&linear, "linear", "train the linear baseline")
	},
}

var (
	wrong  int
	linear bool
)

func TestFlagsThatAProgramDoesNotOffer(t *testing.T) {
	for _, name := range []string{"-epochs", "-batch", "-lr", "-load", "-data", "-limit", "-stream", "-study", "-plain"} {
		t.Run(name, func(t *testing.T) { refused(t, Defaults{}, []string{name, "1"}, name, "-h") })
	}
}

// read parses a good command line.
func read(t *testing.T, d Defaults, args ...string) *Run {
	t.Helper()
	r, err := parse("mnistcnn", d, args)
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return r
}

func TestDefaults(t *testing.T) {
	r := read(t, mnist)
	if r.Program != "mnistcnn" || r.Epochs != 5 || r.Batch != 32 || r.LearningRate != 0.001 || r.Seed != 1 ||
		r.Out != "out/mnistcnn" || r.Quiet || r.NoPictures || r.Data != "" || r.Limit != 0 || r.Stream ||
		r.Dtype != tensor.Float32 || len(r.Args) != 0 {
		t.Errorf("%+v", r)
	}
	if got := r.Command(); got != "go run ./mnistcnn" {
		t.Errorf("command %q, want no flags", got)
	}
}

func TestGivenFlags(t *testing.T) {
	d := mnist
	d.Dtype = tensor.Float64
	r := read(t, d, "-epochs", "0", "--batch=100", "-lr", "1e-2", "-seed", "4294967295", "-out", "x y",
		"-quiet", "-no-pictures", "-data", "d", "-limit", "300", "-stream", "-load", "a b.h5", "-save=c.h5")
	if r.Epochs != 0 || r.Batch != 100 || r.LearningRate != 0.01 || r.Seed != math.MaxUint32 ||
		r.Out != "x y" || !r.Quiet || !r.NoPictures || r.Data != "d" || r.Limit != 300 || !r.Stream ||
		r.Dtype != tensor.Float64 || r.LoadFrom != "a b.h5" || r.SaveTo != "c.h5" || len(r.Args) != 0 {
		t.Errorf("%+v", r)
	}
}

const help = `mnistcnn: a net for digits

usage: go run ./mnistcnn [flags]
       go run ./mnistcnn -load FILE -predict PICTURE ...

common flags
  -epochs N               train for N passes over the training rows (default 5)
  -batch N                update the weights after every N rows (default 32)
  -lr X                   learning rate X of the optimizer (default 0.001)
  -seed N                 number N that fixes weights, order of rows and dropout, as keras.utils.set_random_seed does (default 1)
  -out DIR                write the run's files into folder DIR (default out/mnistcnn)
  -quiet                  print nothing but errors
  -lang ko|en             print in ko|en, Korean or English; errors and pictures are English (default by LC_ALL, LC_MESSAGES or LANG)
  -no-pictures            draw no pictures
  -svg                    draw each picture as .svg beside the .png
  -load FILE              continue with the net in FILE: an .h5 or .keras of ours or of Keras, or an .onnx of ours or of PyTorch or Keras
  -save FILE              save the net in FILE: an .h5 or .keras as Keras does, or an .onnx to predict with elsewhere (default net.h5 in -out)
  -graph FILE             write the net's graph and its layers in FILE, a .dot file for Graphviz
  -optimizer NAME         start the optimizer NAME afresh, at -lr or else at Keras' rate for it: sgd, momentum, nesterov, rmsprop, adagrad, adadelta, adam, adamw, adamax, nadam
  -lr-scale none|linear   let the learning rate grow with the batch: none|linear, by -batch over the program's own (default none)
  -warmup N               raise the learning rate from -lr to that of -lr-scale over the first N epochs (default 0)
  -checkpoint FILE        keep the run in FILE while it trains, an .h5 that -resume and Keras take
  -checkpoint-every TIME  write it within long epochs too, every TIME; 0: only after epochs (default 10m)
  -resume FILE            resume the run in FILE, with its flags, as if it had not been interrupted
  -tensorboard DIR        write the run for TensorBoard into folder DIR, as Keras' callback does
  -histograms             write histograms of the weights there after each epoch
  -keep last|best         end with the weights of the last|best epoch; best: of the lowest loss, on the validation if there is one (default last)
  -patience N             stop when that loss has not fallen in N epochs (default 0, never)
  -reshuffle              train in another order in each epoch, as Keras 2 does; Keras 3 keeps the first
  -check                  look for numbers that are not finite in each layer of each step
  -live                   show the run, and the net to try, on a page at -live-addr, until interrupted
  -live-addr HOST:PORT    serve the page of -live at HOST:PORT; port 0: any that is free (default 127.0.0.1:8080)
  -predict                predict with the net of -load for each PICTURE after the flags, and do nothing else
  -json                   print the predictions as JSON
  -data PATH              read the pictures from PATH: a folder of IDX files, or a CSV file of labels and 784 pixels (default MNIST in the Go module cache)
  -labels NAMES           name the classes by NAMES: a,b,c, or a file with a name in each line, or EMNIST's mapping
  -limit N                use the first N digits to train and the first N to test (default 0, all)
  -stream                 read the digits of -data from disk while training: uncompressed IDX files of any number of digits

flags of mnistcnn
  -linear                 train the linear baseline
  -wrong N                draw N wrong digits (default 16)

several machines: `

// How to train on several ranks, in a build with MPI and in one without.
const (
	helpMPI = "one rank on each, with all its threads, which share each batch of N rows:\n" +
		"mpirun --hostfile FILE --bind-to none ./mnistcnn -batch N\n"
	helpNoMPI = "not in this build; with Open MPI and a C compiler\ngo build -tags mpi ./mnistcnn, then " + helpMPI
)

func TestHelp(t *testing.T) {
	want := help + helpNoMPI
	if mpi.Built {
		want = help + helpMPI
	}
	for _, args := range []string{"-h", "-help", "--help", "-epochs 3 -h", "-h -batch 0"} {
		var stdout, stderr bytes.Buffer
		code := Execute(t.Context(), "mnistcnn", mnist, func(context.Context, *Run) error {
			t.Errorf("%s: the program ran", args)
			return nil
		}, strings.Split(args, " "), &stdout, &stderr)
		if code != 0 || stdout.String() != want || stderr.Len() > 0 {
			t.Errorf("%s: code %d, stderr %q, stdout\n%s", args, code, &stderr, &stdout)
		}
	}
	for _, part := range []string{"-batch", "mpirun", "flags of scratch"} {
		if text := usage("scratch", Defaults{}, lang.English); strings.Contains(text, part) {
			t.Errorf("help offers %s, which the program lacks:\n%s", part, text)
		}
	}
}

// Whatever stands on the command line, it is either taken within bounds or refused in one line.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"-epochs\x003", "-lr\x00NaN", "-load=n\x00-predict\x00x.png", "-h",
		"--", "-\x00-out=", "-batch=0x10"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, "\x00")
		r, err := parse("mnistcnn", mnist, args)
		if err != nil {
			odd := func(r rune) bool { return !strconv.IsGraphic(r) }
			text := err.Error()
			if text == "" || len(text) > 400+10*len(line) || strings.ContainsFunc(text, odd) {
				t.Errorf("%q: error %q, want a line", line, text)
			}
			if err != flag.ErrHelp && !strings.Contains(text, "-") && !strings.HasPrefix(text, "unexpected argument ") {
				t.Errorf("%q: error %q names no flag", line, text)
			}
			return
		}
		if r.Epochs < 0 || r.Epochs == 0 && r.LoadFrom == "" || r.Batch < 1 || r.Limit < 0 || r.Out == "" ||
			r.patience < 0 || r.checkpointEvery < 0 || r.keep != "last" && r.keep != "best" ||
			!(r.LearningRate > 0 && r.LearningRate <= math.MaxFloat64) {
			t.Errorf("%q was taken: %+v", line, r)
		}
		if r.predict && (r.LoadFrom == "" || len(r.Args) == 0) || !r.predict && (r.json || len(r.Args) > 0) ||
			!r.live && r.Given("live-addr") || r.Stream && r.Data == "" || r.resumeFrom != "" && r.LoadFrom != "" {
			t.Errorf("%q was taken, which does not go together: %+v", line, r)
		}
		if utf8.ValidString(line) && !utf8.ValidString(r.Command()) {
			t.Errorf("%q: command %q", line, r.Command())
		}
		// What was taken can be written and taken again.
		var again []string
		for _, f := range r.flags {
			if f.Given {
				again = append(again, "-"+f.Name+"="+f.Text)
			}
		}
		same, err := parse("mnistcnn", mnist, append(append(again, "--"), r.Args...))
		if err != nil || same.Command() != r.Command() || same.Epochs != r.Epochs || same.LearningRate != r.LearningRate ||
			same.Seed != r.Seed || same.live != r.live || same.liveAddr != r.liveAddr || !slices.Equal(same.Args, r.Args) {
			t.Errorf("%q taken again is %+v, %v, want %+v", line, same, err, r)
		}
	})
}
