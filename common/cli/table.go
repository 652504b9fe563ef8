package cli

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path"
	"strings"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli/internal/flags"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/solver"
)

// Flags are those of a program. Its methods Bool, String, Int, Count, Float64 and Between offer one each: where the value
// goes, the name, the default, what it is for, and the traits.
type Flags = flags.Flags

// Trait is what a flag excludes or needs, and what else is done with it.
type Trait = flags.Trait

// The traits of a program's own flags.
var (
	OfNet  = flags.OfNet  // concerns the one net: not with -study
	Alone  = flags.Alone  // trains differently than by Fit: not with the flags of Fit
	Free   = flags.Free   // a resumed run may change it
	Not    = flags.Not    // excludes others
	OnPage = flags.OnPage // a number that a visitor of the page of -live may change, from low to high
)

// The other traits of the table.
var (
	ofFit, unkept, predicts, once = flags.OfFit, flags.Unkept, flags.Predicts, flags.Once
	needs, hint                   = flags.Needs, flags.Hint
)

// define makes the flags that d offers, each with its traits, in the order of -h, with their uses in a language.
// Parsing puts their values into r.
func define(name string, d Defaults, r *Run, language lang.Language) *Flags {
	f := flags.New(language)
	file, folder := flags.Name("file"), flags.Name("folder")
	if d.Epochs != 0 {
		least := 1
		if d.Net {
			least = 0
		}
		flags.Offer(f, "epochs", &r.Epochs, d.Epochs, flags.Count(least), "train for `N` passes over the training rows",
			Free, OnPage(1, 1e6))
	}
	if d.Batch != 0 {
		flags.Offer(f, "batch", &r.Batch, d.Batch, flags.Count(1), "update the weights after every `N` rows", OnPage(1, 1e4))
	}
	if d.LearningRate != 0 {
		flags.Offer(f, "lr", &r.LearningRate, d.LearningRate, flags.Rate, "learning rate `X` of the optimizer",
			OnPage(1e-6, 1000))
	}
	drawn := "number `N` that fixes weights"
	if d.Net {
		drawn = "number `N` that fixes weights, order of rows and dropout, as keras.utils.set_random_seed does"
	}
	flags.Offer(f, "seed", &r.Seed, 1, flags.Seed, drawn, OnPage(0, math.MaxUint32))
	flags.Offer(f, "out", &r.Out, path.Join("out", name), folder, "write the run's files into folder `DIR`", Free)
	f.Bool(&r.Quiet, "quiet", "print nothing but errors", unkept, predicts)
	flags.Offer(f, "lang", &r.Language, lang.Environment(os.Getenv), lang.Named,
		"print in `ko|en`, Korean or English; errors and pictures are English (default by LC_ALL, LC_MESSAGES or LANG)",
		unkept, predicts)
	f.Bool(&r.NoPictures, "no-pictures", "draw no pictures", Free)
	f.Bool(&r.SVG, "svg", "draw each picture as .svg beside the .png", Free)
	if d.Net {
		flags.Offer(f, "load", &r.LoadFrom, "", file,
			"continue with the net in `FILE`: an .h5 or .keras of ours or of Keras, or an .onnx of ours or of PyTorch or Keras",
			ofFit, unkept, predicts)
		use := "save the net in `FILE`: an .h5 or .keras as Keras does, or an .onnx to predict with elsewhere"
		if d.Model != "" {
			use = language.Sprintf("%s (default %s in -out)", lang.Word(use), d.Model)
		}
		flags.Offer(f, "save", &r.SaveTo, "", file, use, ofFit, Free)
		flags.Offer(f, "graph", &r.GraphTo, "", flags.GraphFile,
			"write the net's graph and its layers in `FILE`, a .dot file for Graphviz", OfNet, unkept)
		if d.LearningRate != 0 {
			flags.Offer(f, "optimizer", &r.optimizer, "", flags.OneOf(solver.Names()...),
				language.Sprintf("start the optimizer `NAME` afresh, at -lr or else at Keras' rate for it: %s",
					strings.Join(solver.Names(), ", ")), ofFit, OnPage(0, 0))
		}
		if d.Batch != 0 && d.LearningRate != 0 {
			flags.Offer(f, "lr-scale", &r.rateScale, "none", flags.OneOf("none", "linear"),
				"let the learning rate grow with the batch: `none|linear`, by -batch over the program's own (default none)",
				ofFit)
			flags.Offer(f, "warmup", &r.warmUp, 0, flags.Count(0),
				"raise the learning rate from -lr to that of -lr-scale over the first `N` epochs (default 0)",
				ofFit)
		}
		flags.Offer(f, "checkpoint", &r.checkpointTo, "", flags.CheckpointFile,
			"keep the run in `FILE` while it trains, an .h5 that -resume and Keras take", ofFit, unkept)
		flags.Offer(f, "checkpoint-every", &r.checkpointEvery, 10*time.Minute, flags.Interval,
			"write it within long epochs too, every `TIME`; 0: only after epochs (default 10m)",
			Free, needs("checkpoint", "resume"))
		flags.Offer(f, "resume", &r.resumeFrom, "", flags.CheckpointFile,
			"resume the run in `FILE`, with its flags, as if it had not been interrupted",
			ofFit, unkept, once, Not("load"), hint(", as the run has its net"))
		flags.Offer(f, "tensorboard", &r.tensorboardTo, "", folder,
			"write the run for TensorBoard into folder `DIR`, as Keras' callback does", ofFit, once, Free)
		f.Bool(&r.histograms, "histograms", "write histograms of the weights there after each epoch", ofFit, once, Free,
			needs("tensorboard"))
		flags.Offer(f, "keep", &r.keep, "last", flags.OneOf("last", "best"),
			"end with the weights of the `last|best` epoch; best: of the lowest loss, on the validation if there is one "+
				"(default last)", ofFit)
		flags.Offer(f, "patience", &r.patience, 0, flags.Count(0),
			"stop when that loss has not fallen in `N` epochs (default 0, never)", ofFit, Free)
		if d.Batch != 0 {
			f.Bool(&r.reshuffle, "reshuffle", "train in another order in each epoch, as Keras 2 does; Keras 3 keeps the first",
				ofFit)
		}
		f.Bool(&r.check, "check", "look for numbers that are not finite in each layer of each step", ofFit, Free)
		f.Bool(&r.live, "live", "show the run, and the net to try, on a page at -live-addr, until interrupted", ofFit, unkept)
		flags.Offer(f, "live-addr", &r.liveAddr, flags.LiveAddress, flags.Address,
			"serve the page of -live at `HOST:PORT`; port 0: any that is free", unkept, needs("live"))
		if d.Predict != nil {
			use := language.Sprintf("predict with the net of -load for each %s after the flags, and do nothing else",
				d.Predict.Example())
			f.Bool(&r.predict, "predict", use, unkept, predicts, needs("load"))
			f.Bool(&r.json, "json", "print the predictions as JSON", unkept, predicts, needs("predict"))
		}
	}
	if d.MNIST {
		flags.Offer(f, "data", &r.Data, "", flags.Name("folder or a file"),
			"read the pictures from `PATH`: a folder of IDX files, or a CSV file of labels and 784 pixels "+
				"(default MNIST in the Go module cache)", Free)
		flags.Offer(f, "labels", &r.labels, "", flags.Name("class, or a file of names"),
			"name the classes by `NAMES`: a,b,c, or a file with a name in each line, or EMNIST's mapping", Free, predicts)
		flags.Offer(f, "limit", &r.Limit, 0, flags.Count(0),
			"use the first `N` digits to train and the first N to test (default 0, all)")
		f.Bool(&r.Stream, "stream",
			"read the digits of -data from disk while training: uncompressed IDX files of any number of digits",
			Free, needs("data"), hint(", the folder of the uncompressed files"))
	}
	if len(d.Studies) > 0 {
		var names []string
		for _, s := range d.Studies {
			names = append(names, s.Name)
		}
		flags.Offer(f, "study", &r.study, "", flags.OneOf(names...),
			language.Sprintf("do the study `NAME` instead: %s", strings.Join(names, language.Sprintf(" or "))), Alone)
	}
	f.Own(d.Flags)
	return f
}

// parse reads the arguments. The error is flag.ErrHelp for -h, else it names the flag.
func parse(name string, d Defaults, args []string) (*Run, error) {
	r := &Run{Program: name, Dtype: d.Dtype, defaults: d}
	if r.Dtype.Type == nil {
		r.Dtype = tensor.Float32
	}
	r.set = define(name, d, r, lang.English)
	input := func() string {
		if r.predict {
			return d.Predict.Example()
		}
		return ""
	}
	var err error
	if r.Args, err = r.set.Parse(args, input); err != nil {
		return r, err
	}
	if r.optimizer != "" && !r.set.Given("lr") {
		r.LearningRate = solver.DefaultRate(r.optimizer)
	}
	r.flags = r.set.Settings()
	if err := r.checkFlags(); err != nil {
		return r, err
	}
	return r, r.scaleRate()
}

// checkFlags is an error for flags that exclude each other, and for one that lacks another.
func (r *Run) checkFlags() error {
	if err := flags.Check(r.flags); err != nil {
		return err
	}
	switch {
	case r.predict && len(r.Args) == 0:
		return fmt.Errorf("-predict: want at least one %s after the flags", r.defaults.Predict.Example())
	case r.defaults.Net && r.defaults.Epochs != 0 && r.Epochs == 0 && r.LoadFrom == "":
		return errors.New("-epochs 0: must be at least 1, or 0 with -load")
	case r.rateScale == "linear" && r.LoadFrom != "" && !r.Given("lr") && r.optimizer == "":
		return errors.New("-lr-scale linear: with -load, give -lr or -optimizer too: " +
			"the net's own learning rate may be scaled already")
	case r.warmUp > 0 && r.rateScale != "linear":
		return errors.New("-warmup: only with -lr-scale linear")
	}
	return nil
}
