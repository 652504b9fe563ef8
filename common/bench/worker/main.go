// Command worker times one of the lecture's nets, alone or as one of several ranks, and prints lines of package bench.
// With the build tag mpi it must be started by mpirun; without the tag it trains alone.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/ranks/mpi"
)

var (
	work    = flag.String("work", "", "train `net` mlp or cnn")
	steps   = flag.Int("steps", 0, "steps of one timed part; 0: a whole epoch")
	parts   = flag.Int("parts", 1, "timed parts, each with its validation, and one more from untrained weights")
	before  = flag.Int("before", 0, "steps with the lecture's batch size before the timed ones, which also warm up")
	width   = flag.Float64("width", 1, "multiple of the convolutional network's filters and hidden neurons")
	batches = flag.String("batches", "", "time steps with these `numbers` of rows of all ranks together, instead of parts")
	seconds = flag.Float64("seconds", 1, "with -batches: timed `seconds` of each, after the same time to warm up")
	threads = flag.Int("threads", 0, "threads of each rank; 0: one for each CPU")
	mnist   = flag.String("mnist", "", "`folder` of the MNIST files; empty: the module cache")
)

func main() {
	flag.Parse()
	world, err := mpi.Start()
	if err == nil {
		err = run(world)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "worker, rank %d: %v\n", mpi.Rank(), err)
		os.Exit(1) // so that mpirun ends the other ranks
	}
	if world != nil {
		world.Close()
	}
}

func run(world mpi.World) error {
	if err := kernel.LevelError(); err != nil {
		return err
	}
	if *steps < 0 || *before < 0 || *parts < 1 || *threads < 0 || *seconds <= 0 || !(*width > 0) {
		return errors.New("-parts, -seconds and -width: want more than 0; -steps, -before and -threads: want at least 0")
	}
	if *threads > 0 {
		runtime.GOMAXPROCS(*threads)
	}
	w, err := bench.WorkNamed(*work)
	if err != nil {
		return err
	}
	if *width != 1 {
		if w.Name != "cnn" {
			return fmt.Errorf("-width %v: want 1 for %s", *width, w)
		}
		w = bench.CNN(*width)
	}
	train, test, err := w.Load(*mnist)
	if err != nil {
		return err
	}
	if *batches != "" {
		list, err := numbers(*batches)
		if err != nil {
			return err
		}
		return timeSteps(w, train, list, *before, world, time.Duration(*seconds*float64(time.Second)))
	}
	warm := train.First(min(max(1, *before)*w.Batch, train.Len()))
	if *steps > 0 {
		train = train.First(*steps * w.Batch)
	}
	return timeParts(w, warm, train, test, *parts)
}

// numbers parses -batches.
func numbers(text string) ([]int, error) {
	var list []int
	for field := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-batches %q: want numbers from 1 on, separated by commas", text)
		}
		list = append(list, n)
	}
	return list, nil
}
