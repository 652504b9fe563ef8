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

	"gorgonia-lectures/common/ranks/mpi"
)

// mnist is what a program with everything offers.
var mnist = Defaults{
	About: "a net for digits", Epochs: 5, Batch: 32, LearningRate: 0.001, MNIST: true, Net: true, Model: "net.h5", Predict: Pictures(28, 28),
	Flags: func(f *flag.FlagSet) {
		f.Int("wrong", 16, "draw `N` wrong digits")
		f.Bool("linear", false, "train the linear baseline")
	},
}

func TestFlagsThatAProgramDoesNotOffer(t *testing.T) {
	for _, args := range []string{"-epochs 1", "-batch 1", "-lr 1", "-data x", "-limit 1", "-stream", "-plain"} {
		code, _, stderr := start(t, Defaults{}, done, strings.Split(args, " ")...)
		if code != 1 || !strings.HasPrefix(stderr, "xor: flag provided but not defined: -") {
			t.Errorf("%s: code %d, stderr %q", args, code, stderr)
		}
	}
	code, _, stderr := start(t, Defaults{}, done, "train")
	if want := "xor: unexpected argument train (-h lists the flags)\n"; code != 1 || stderr != want {
		t.Errorf("argument: code %d, stderr %q, want 1, %q", code, stderr, want)
	}
}

// read parses a good command line.
func read(t *testing.T, d Defaults, args ...string) Options {
	t.Helper()
	opt, err := parse("mnistcnn", d, args)
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return opt
}

func TestDefaults(t *testing.T) {
	opt := read(t, mnist)
	if opt.Program != "mnistcnn" || opt.Epochs != 5 || opt.Batch != 32 || opt.LearningRate != 0.001 || opt.Seed != 1 ||
		opt.Out != "out/mnistcnn" || opt.Quiet || opt.NoPictures || opt.Data != "" || opt.Limit != 0 || opt.Stream ||
		opt.Dtype != tensor.Float32 || len(opt.Args) != 0 {
		t.Errorf("%+v", opt)
	}
	if got := opt.Command(); got != "go run ./mnistcnn" {
		t.Errorf("command %q, want no flags", got)
	}
}

func TestGivenFlags(t *testing.T) {
	d := mnist
	d.Dtype = tensor.Float64
	opt := read(t, d, "-epochs", "0", "--batch=100", "-lr", "1e-2", "-seed", "18446744073709551615", "-out", "x y",
		"-quiet", "-no-pictures", "-data", "d", "-limit", "300", "-stream", "-load", "a b.h5", "-save=c.h5")
	if opt.Epochs != 0 || opt.Batch != 100 || opt.LearningRate != 0.01 || opt.Seed != math.MaxUint64 ||
		opt.Out != "x y" || !opt.Quiet || !opt.NoPictures || opt.Data != "d" || opt.Limit != 300 || !opt.Stream ||
		opt.Dtype != tensor.Float64 || opt.LoadFrom != "a b.h5" || opt.SaveTo != "c.h5" || len(opt.Args) != 0 {
		t.Errorf("%+v", opt)
	}
}

const help = `mnistcnn: a net for digits

usage: go run ./mnistcnn [flags]
       go run ./mnistcnn -load FILE -predict PICTURE ...

common flags
  -epochs N               train for N passes over the training rows (default 5)
  -batch N                update the weights after every N rows (default 32)
  -lr X                   learning rate X of the optimizer (default 0.001)
  -seed N                 number N that fixes weights, shuffling and dropout (default 1)
  -out DIR                write the run's files into folder DIR (default out/mnistcnn)
  -quiet                  print nothing but errors
  -no-pictures            draw no pictures
  -svg                    draw each picture as .svg beside the .png
  -load FILE              go on with the net in FILE, an .h5 file of ours or of Keras
  -save FILE              save the net in FILE as Keras does, as .h5 (default net.h5 in -out)
  -graph FILE             write the net's graph and its layers in FILE, a .dot file for Graphviz
  -lr-scale none|linear   let the learning rate grow with the batch: none|linear, by -batch over the program's own (default none)
  -warmup N               raise the learning rate from -lr to that of -lr-scale over the first N epochs (default 0)
  -checkpoint FILE        keep the run in FILE while it trains, an .h5 that -resume and Keras take
  -checkpoint-every TIME  write it within long epochs too, each TIME; 0: only behind epochs (default 10m)
  -resume FILE            go on with the run in FILE, with its flags, as if it had not been broken off
  -keep last|best         end with the weights of the epoch that is last|best: of the lowest loss, of the validation if there is one (default last)
  -patience N             stop when that loss has not fallen in N epochs (default 0, never)
  -check                  look for numbers that are not finite in each layer of each step
  -live                   show the run, and the net to try, on a page at -live-addr, until interrupted
  -live-addr HOST:PORT    serve the page of -live at HOST:PORT; port 0: any that is free (default 127.0.0.1:8080)
  -predict                predict with the net of -load for each PICTURE behind the flags, and do nothing else
  -json                   print the predictions as JSON
  -data DIR               read the four MNIST files from folder DIR (default the Go module cache)
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
		code := Main(t.Context(), "mnistcnn", mnist, func(context.Context, Options) error {
			t.Errorf("%s: the program ran", args)
			return nil
		}, strings.Split(args, " "), &stdout, &stderr)
		if code != 0 || stdout.String() != want || stderr.Len() > 0 {
			t.Errorf("%s: code %d, stderr %q, stdout\n%s", args, code, &stderr, &stdout)
		}
	}
	if text := usage("scratch", Defaults{}); strings.Contains(text, "-batch") || strings.Contains(text, "mpirun") || strings.Contains(text, "flags of scratch") {
		t.Errorf("help offers what the program lacks:\n%s", text)
	}
}

// Whatever stands on the command line, it is either taken within bounds or refused in one line.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"-epochs\x003", "-lr\x00NaN", "-load=n\x00-predict\x00x.png", "-h", "--", "-\x00-out=", "-batch=0x10"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, "\x00")
		opt, err := parse("mnistcnn", mnist, args)
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
		if opt.Epochs < 0 || opt.Epochs == 0 && opt.LoadFrom == "" || opt.Batch < 1 || opt.Limit < 0 || opt.Out == "" ||
			opt.patience < 0 || opt.checkpointEvery < 0 || opt.keep != "last" && opt.keep != "best" ||
			!(opt.LearningRate > 0 && opt.LearningRate <= math.MaxFloat64) {
			t.Errorf("%q was taken: %+v", line, opt)
		}
		if opt.predict && (opt.LoadFrom == "" || len(opt.Args) == 0) || !opt.predict && (opt.json || len(opt.Args) > 0) ||
			!opt.live && opt.Given("live-addr") || opt.Stream && opt.Data == "" || opt.resumeFrom != "" && opt.LoadFrom != "" {
			t.Errorf("%q was taken, which does not go together: %+v", line, opt)
		}
		if utf8.ValidString(line) && !utf8.ValidString(opt.Command()) {
			t.Errorf("%q: command %q", line, opt.Command())
		}
		// What was taken can be written and taken again.
		var again []string
		for _, f := range opt.flags {
			if f.given {
				again = append(again, "-"+f.name+"="+f.text)
			}
		}
		same, err := parse("mnistcnn", mnist, append(append(again, "--"), opt.Args...))
		if err != nil || same.Command() != opt.Command() || same.Epochs != opt.Epochs || same.LearningRate != opt.LearningRate ||
			same.Seed != opt.Seed || same.live != opt.live || same.liveAddr != opt.liveAddr || !slices.Equal(same.Args, opt.Args) {
			t.Errorf("%q taken again is %+v, %v, want %+v", line, same, err, opt)
		}
	})
}
