package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// defineNet offers the flags of a program that trains a net.
func defineNet(c *command, d Defaults, opt *Options) {
	offer(c, "load", &opt.LoadFrom, "", fileName, "go on with the net in `FILE`, an .h5 file of ours or of Keras")
	use := "save the net in `FILE` as Keras does, as .h5"
	if d.Model != "" {
		use += " (default " + d.Model + " in -out)"
	}
	offer(c, "save", &opt.SaveTo, "", fileName, use)
	offer(c, "graph", &opt.GraphTo, "", graphFile, "write the net's graph and its layers in `FILE`, a .dot file for Graphviz")
	if d.Batch != 0 && d.LearningRate != 0 {
		defineRate(c, opt)
	}
	defineCheckpoint(c, opt)
	defineLive(c, opt)
	if d.Predict != nil {
		c.set.BoolVar(&opt.predict, "predict", false, "predict with the net of -load for each "+d.Predict.Args+" behind the flags, and do nothing else")
		c.set.BoolVar(&opt.json, "json", false, "print the predictions as JSON")
		c.common = append(c.common, "predict", "json")
	}
}

// fileName takes any name but the empty one.
func fileName(text string) (string, error) {
	if text == "" {
		return "", errors.New("must name a file")
	}
	return text, nil
}

// checkNet is an error for flags that do not go together.
func checkNet(opt Options, d Defaults) error {
	switch {
	case opt.predict && opt.LoadFrom == "":
		return errors.New("-predict: name a net with -load")
	case opt.predict && len(opt.Args) == 0:
		return fmt.Errorf("-predict: name one %s or more behind the flags", d.Predict.Args)
	case opt.json && !opt.predict:
		return errors.New("-json: only with -predict")
	case opt.resumeFrom != "" && opt.LoadFrom != "":
		return errors.New("-resume: not with -load, as the run has its net")
	case opt.Given("checkpoint-every") && opt.checkpointTo == "" && opt.resumeFrom == "":
		return errors.New("-checkpoint-every: only with -checkpoint or -resume")
	case !opt.live && opt.Given("live-addr"):
		return errors.New("-live-addr: only with -live")
	case opt.Stream && opt.Data == "":
		return errors.New("-stream: name the folder of the uncompressed files with -data")
	case d.Net && d.Epochs != 0 && opt.Epochs == 0 && opt.LoadFrom == "":
		return errors.New("-epochs 0: must be at least 1, or 0 with -load")
	case opt.rateScale == "linear" && opt.LoadFrom != "" && !opt.Given("lr"):
		return errors.New("-lr-scale linear: with -load only if -lr says of what, as the net may have a scaled one")
	case opt.warmUp > 0 && opt.rateScale != "linear":
		return errors.New("-warmup: only with -lr-scale linear")
	}
	if opt.predict {
		for _, f := range opt.flags {
			if f.given && !slices.Contains([]string{"load", "predict", "json", "quiet"}, f.name) {
				return fmt.Errorf("-%s: not with -predict", f.name)
			}
		}
	}
	return opt.checkAlone()
}

// saveTo is where the net will be saved: the file of -save, or the one that the program saves by itself
// after training; "" is nowhere.
func saveTo(opt Options, d Defaults) string {
	if opt.SaveTo == "" && d.Model != "" && opt.Epochs > 0 {
		return opt.Path(d.Model)
	}
	return opt.SaveTo
}

// prepareSave proves that the file can be made, before hours are spent on what could not be saved.
func prepareSave(flag, path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("-%s %s: a folder, want the name of a file", flag, shown(path))
	}
	if err := probe(filepath.Dir(path)); err != nil {
		return fmt.Errorf("-%s %s: %w", flag, shown(path), err)
	}
	return nil
}

// Load gives the net of -resume, or that of -load, with which training goes on as it would have there; without the flag it is
// the program's own, which must be compiled. -lr and -seed, where they are given, count more than what the
// file says. A net that does not have the program's inputs and outputs, or wants other targets than the
// data has, is an error.
func (o Options) Load(own *model.Net, data model.Data) (net *model.Net, err error) {
	switch {
	case o.session != nil && o.session.resumed != nil:
		net, err = o.resumedNet(own, data)
	case o.LoadFrom != "":
		net, err = o.loadedNet(own, data)
	default:
		net = own
	}
	if o.session != nil {
		o.session.net, o.session.data = net, data
	}
	return net, err
}

// loadedNet is the net of -load.
func (o Options) loadedNet(own *model.Net, data model.Data) (*model.Net, error) {
	net, err := keras.LoadWith(o.LoadFrom, own.Config())
	if err != nil {
		return nil, err
	}
	if err := fits(net, own, data); err != nil {
		return nil, fmt.Errorf("load %s: %w", o.LoadFrom, err)
	}
	if o.Given("lr") {
		*solver.LearningRate(net.Config().Solver) = o.LearningRate
	}
	if !o.Given("seed") {
		return net, nil
	}
	state, err := net.State()
	if err != nil {
		return nil, err
	}
	config := net.Config()
	state.Seed, config.Start = o.Seed, &state
	return net, net.Compile(config)
}

// fits is an error if the net does not have the ends of the program's own, or wants other targets than the data has.
func fits(net, own *model.Net, data model.Data) error {
	if err := sameEnds(net, own.InputShape(), own.OutputShape()); err != nil {
		return err
	}
	return net.Accepts(data)
}

// sameEnds is an error if the net has other inputs or outputs.
func sameEnds(net *model.Net, input, output []int) error {
	if got := net.InputShape(); !slices.Equal(got, input) {
		return fmt.Errorf("its inputs have the shape %v, want %v", got, input)
	}
	if got := net.OutputShape(); !slices.Equal(got, output) {
		return fmt.Errorf("its outputs have the shape %v, want %v", got, output)
	}
	return nil
}

// SaveModel saves the net where -save says, or under the program's own name for it after training, and
// prints the path. A net whose training was stopped on the page of -live is saved in any case.
func (o Options) SaveModel(net *model.Net) error {
	if o.SaveTo == "" && o.page != nil && o.page.Stopped() {
		o.SaveTo = o.Path(o.Program + ".h5")
	}
	if o.SaveTo == "" {
		return nil
	}
	if err := keras.Save(o.SaveTo, net); err != nil {
		return err
	}
	o.Printf("wrote %s\n", o.SaveTo)
	return nil
}
