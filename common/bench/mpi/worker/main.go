// Command worker is one rank of a measurement: it trains one of the lecture's nets with the others, or alone, or times
// all-reduces, and rank 0 prints the lines of package mpirun. mpirun starts it, built with -tags mpi; without the tag
// it trains alone.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/mpirun"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/ranks/mpi"
)

var (
	work     = flag.String("work", "", "train `net` mlp or cnn")
	batches  = flag.String("batches", "", "rows of a step, of all ranks together: some `numbers`, each trained on its own")
	sums     = flag.String("sums", "", "time all-reduces of these `numbers` of float32")
	seconds  = flag.Float64("seconds", 1, "time at least so long, after as long at least to warm up")
	threads  = flag.Int("threads", 1, "threads of each rank")
	messages = flag.Bool("messages", false, "of no effect")
	mnist    = flag.String("mnist", "", "`folder` of the MNIST files; empty: the module cache")
)

func main() {
	flag.Parse()
	world, err := mpi.Start()
	if err == nil {
		err = run(world)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "worker, rank %d: %v\n", mpi.Rank(), err)
		os.Exit(1) // which ends the other ranks too
	}
	if world != nil {
		world.Close()
	}
}

func run(world mpi.World) error {
	if err := kernel.LevelError(); err != nil {
		return err
	}
	if *threads < 1 || *seconds <= 0 {
		return fmt.Errorf("-threads %d, -seconds %v: want more than 0", *threads, *seconds)
	}
	// as the programs do: a goroutine that sends messages to other ranks is in C most of the time
	kernel.SetWorkers(*threads)
	runtime.GOMAXPROCS(*threads)
	if world != nil {
		runtime.GOMAXPROCS(*threads + 1)
	}
	if first(world) {
		if err := say(mpirun.Line{Versions: map[string]string{"go": runtime.Version()}, Level: kernel.ActiveLevel().String()}); err != nil {
			return err
		}
	}
	within := time.Duration(*seconds * float64(time.Second))
	if *sums != "" {
		list, err := numbers("sums", *sums)
		if err != nil {
			return err
		}
		return reduce(world, list, within)
	}
	w, err := bench.WorkNamed(*work)
	if err != nil {
		return err
	}
	list, err := numbers("batches", *batches)
	if err != nil {
		return err
	}
	data, _, err := w.Load(*mnist)
	if err != nil {
		return err
	}
	for _, batch := range list {
		lines, err := train(w, data, batch, world, within)
		for _, l := range lines {
			err = errors.Join(err, say(l))
		}
		if err != nil {
			return fmt.Errorf("%s, batch %d: %w", w.Name, batch, err)
		}
	}
	return nil
}

// first tells whether this is rank 0, which prints.
func first(world mpi.World) bool { return world == nil || world.Rank() == 0 }

func numbers(name, text string) ([]int, error) {
	var list []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-%s %q: want numbers from 1 with commas between them", name, text)
		}
		list = append(list, n)
	}
	return list, nil
}

func say(l mpirun.Line) error { return json.NewEncoder(os.Stdout).Encode(l) }

var errAlone = errors.New("-sums: wants ranks of MPI, this one is alone")

// reduce times all-reduces of one size after another, five parts each, and says the fastest part of each.
func reduce(world mpi.World, sizes []int, within time.Duration) error {
	if world == nil {
		return errAlone
	}
	for _, n := range sizes {
		own, sum := kernel.Make[float32](n), kernel.Make[float32](n)
		// All ranks have to call as often, so the number comes from the size: as if 10 µs and 1 ns a value.
		calls := max(4, int(within/5/(10*time.Microsecond+time.Duration(n)*time.Nanosecond)))
		best := mpirun.Line{Timed: mpirun.TimedSum, Values: n, Steps: calls}
		for part := range 6 { // the first one warms up
			start := time.Now()
			for range calls {
				if err := world.Sum32(sum, own); err != nil {
					return err
				}
			}
			if s := time.Since(start).Seconds(); part == 1 || part > 1 && s < best.Seconds {
				best.Seconds = s
			}
		}
		if first(world) {
			if err := say(best); err != nil {
				return err
			}
		}
	}
	return nil
}
