package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/solver"
)

const liveAddress = "127.0.0.1:8080"

// define makes the flags that d offers, each with its traits, in the order of -h, with their uses in a language.
// Parsing puts their values into r.
func define(name string, d Defaults, r *Run, language lang.Language) *Flags {
	f := &Flags{set: flag.NewFlagSet(name, flag.ContinueOnError), lang: language, traits: map[string]*traits{}}
	f.set.SetOutput(io.Discard)
	f.set.Usage = func() {}
	file, folder := nameOf("file"), nameOf("folder")
	if d.Epochs != 0 {
		least := 1
		if d.Net {
			least = 0
		}
		offer(f, "epochs", &r.Epochs, d.Epochs, count(least), "train for `N` passes over the training rows", Free,
			OnPage(1, 1e6))
	}
	if d.Batch != 0 {
		offer(f, "batch", &r.Batch, d.Batch, count(1), "update the weights after every `N` rows", OnPage(1, 1e4))
	}
	if d.LearningRate != 0 {
		offer(f, "lr", &r.LearningRate, d.LearningRate, rate, "learning rate `X` of the optimizer", OnPage(1e-6, 1000))
	}
	drawn := "number `N` that fixes weights"
	if d.Net {
		drawn = "number `N` that fixes weights, order of rows and dropout, as keras.utils.set_random_seed does"
	}
	offer(f, "seed", &r.Seed, 1, seed, drawn, OnPage(0, math.MaxUint32))
	offer(f, "out", &r.Out, path.Join("out", name), folder, "write the run's files into folder `DIR`", Free)
	f.Bool(&r.Quiet, "quiet", "print nothing but errors", unkept, predicts)
	offer(f, "lang", &r.Language, lang.Environment(os.Getenv), lang.Named,
		"print in `ko|en`, Korean or English; errors and pictures are English (default by LC_ALL, LC_MESSAGES or LANG)",
		unkept, predicts)
	f.Bool(&r.NoPictures, "no-pictures", "draw no pictures", Free)
	f.Bool(&r.SVG, "svg", "draw each picture as .svg beside the .png", Free)
	if d.Net {
		offer(f, "load", &r.LoadFrom, "", file,
			"continue with the net in `FILE`: an .h5 or .keras of ours or of Keras, or an .onnx of ours or of PyTorch or Keras",
			ofFit, unkept, predicts)
		use := "save the net in `FILE`: an .h5 or .keras as Keras does, or an .onnx to predict with elsewhere"
		if d.Model != "" {
			use = f.lang.Sprintf("%s (default %s in -out)", lang.Word(use), d.Model)
		}
		offer(f, "save", &r.SaveTo, "", file, use, ofFit, Free)
		offer(f, "graph", &r.GraphTo, "", graphFile,
			"write the net's graph and its layers in `FILE`, a .dot file for Graphviz", OfNet, unkept)
		if d.LearningRate != 0 {
			offer(f, "optimizer", &r.optimizer, "", oneOf(solver.Names()...),
				f.lang.Sprintf("start the optimizer `NAME` afresh, at -lr or else at Keras' rate for it: %s",
					strings.Join(solver.Names(), ", ")), ofFit, OnPage(0, 0))
		}
		if d.Batch != 0 && d.LearningRate != 0 {
			offer(f, "lr-scale", &r.rateScale, "none", oneOf("none", "linear"),
				"let the learning rate grow with the batch: `none|linear`, by -batch over the program's own (default none)",
				ofFit)
			offer(f, "warmup", &r.warmUp, 0, count(0),
				"raise the learning rate from -lr to that of -lr-scale over the first `N` epochs (default 0)",
				ofFit)
		}
		offer(f, "checkpoint", &r.checkpointTo, "", checkpointFile,
			"keep the run in `FILE` while it trains, an .h5 that -resume and Keras take", ofFit, unkept)
		offer(f, "checkpoint-every", &r.checkpointEvery, 10*time.Minute, interval,
			"write it within long epochs too, every `TIME`; 0: only after epochs (default 10m)",
			Free, needs("checkpoint", "resume"))
		offer(f, "resume", &r.resumeFrom, "", checkpointFile,
			"resume the run in `FILE`, with its flags, as if it had not been interrupted",
			ofFit, unkept, Not("load"), hint(", as the run has its net"))
		offer(f, "tensorboard", &r.tensorboardTo, "", folder,
			"write the run for TensorBoard into folder `DIR`, as Keras' callback does", ofFit, Free)
		f.Bool(&r.histograms, "histograms", "write histograms of the weights there after each epoch", ofFit, Free,
			needs("tensorboard"))
		offer(f, "keep", &r.keep, "last", oneOf("last", "best"),
			"end with the weights of the `last|best` epoch; best: of the lowest loss, on the validation if there is one "+
				"(default last)", ofFit)
		offer(f, "patience", &r.patience, 0, count(0),
			"stop when that loss has not fallen in `N` epochs (default 0, never)", ofFit, Free)
		if d.Batch != 0 {
			f.Bool(&r.reshuffle, "reshuffle", "train in another order in each epoch, as Keras 2 does; Keras 3 keeps the first",
				ofFit)
		}
		f.Bool(&r.check, "check", "look for numbers that are not finite in each layer of each step", ofFit, Free)
		f.Bool(&r.live, "live", "show the run, and the net to try, on a page at -live-addr, until interrupted", ofFit, unkept)
		offer(f, "live-addr", &r.liveAddr, liveAddress, address,
			"serve the page of -live at `HOST:PORT`; port 0: any that is free", unkept, needs("live"))
		if d.Predict != nil {
			use := f.lang.Sprintf("predict with the net of -load for each %s after the flags, and do nothing else",
				d.Predict.Example())
			f.Bool(&r.predict, "predict", use, unkept, predicts, needs("load"))
			f.Bool(&r.json, "json", "print the predictions as JSON", unkept, predicts, needs("predict"))
		}
	}
	if d.MNIST {
		offer(f, "data", &r.Data, "", nameOf("folder or a file"),
			"read the pictures from `PATH`: a folder of IDX files, or a CSV file of labels and 784 pixels "+
				"(default MNIST in the Go module cache)", Free)
		offer(f, "labels", &r.labels, "", nameOf("class, or a file of names"),
			"name the classes by `NAMES`: a,b,c, or a file with a name in each line, or EMNIST's mapping", Free, predicts)
		offer(f, "limit", &r.Limit, 0, count(0), "use the first `N` digits to train and the first N to test (default 0, all)")
		f.Bool(&r.Stream, "stream",
			"read the digits of -data from disk while training: uncompressed IDX files of any number of digits",
			Free, needs("data"), hint(", the folder of the uncompressed files"))
	}
	if len(d.Studies) > 0 {
		var names []string
		for _, s := range d.Studies {
			names = append(names, s.Name)
		}
		offer(f, "study", &r.study, "", oneOf(names...), f.lang.Sprintf("do the study `NAME` instead: %s",
			strings.Join(names, f.lang.Sprintf(" or "))), Alone)
	}
	f.common = len(f.names)
	if d.Flags != nil {
		d.Flags(f)
	}
	return f
}

// checkFlags is an error for flags that exclude each other, and for one that lacks another.
func (r *Run) checkFlags() error {
	for _, f := range r.flags {
		if !f.on() {
			continue
		}
		needed := func(o setting) bool { return o.on() && slices.Contains(f.needs, o.name) }
		if len(f.needs) > 0 && !slices.ContainsFunc(r.flags, needed) {
			return fmt.Errorf("-%s: only with -%s%s", f.name, strings.Join(f.needs, " or -"), f.hint)
		}
		for _, other := range r.flags {
			if !other.given || other.name == f.name {
				continue
			}
			if f.excludes(other) {
				return fmt.Errorf("-%s: not with -%s%s", f.name, other.name, f.hint)
			}
			if r.predict && f.name == "predict" && !other.predicts {
				return fmt.Errorf("-%s: not with -predict", other.name)
			}
		}
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
