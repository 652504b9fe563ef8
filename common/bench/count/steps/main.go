// Command steps only trains one of the lecture's nets for digits for some steps. Command count runs it and counts its
// instructions.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

var (
	work  = flag.String("work", "", "train `net` mlp or cnn")
	steps = flag.Int("steps", 1, "steps to take")
	load  = flag.String("load", "", "`file` of the net to train; empty: untrained")
	save  = flag.String("save", "", "`file` for the trained net; empty: none")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "steps:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := kernel.LevelError(); err != nil {
		return err
	}
	if *steps < 1 {
		return fmt.Errorf("-steps %d: want at least 1", *steps)
	}
	w, err := bench.WorkNamed(*work)
	if err != nil {
		return err
	}
	data, _, err := w.Load("")
	if err != nil {
		return err
	}
	var net *model.Net
	if *load == "" {
		net, err = w.Compile()
	} else {
		net, err = keras.Load(*load)
	}
	if err != nil {
		return err
	}
	if _, err = net.Fit(context.Background(), data.First(*steps*w.Batch), model.Fit{Epochs: 1, Batch: w.Batch}); err != nil {
		return err
	}
	if *save == "" {
		return nil
	}
	return keras.Save(*save, net)
}
