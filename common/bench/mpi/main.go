// Command mpi times the lecture's nets for digits on one thread, on two threads of one process and on two ranks of one
// thread each, in this suite and in PyTorch, and writes tables in Markdown. The working directory must be the module's.
// See common/bench/README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
)

var (
	seconds = flag.Float64("seconds", 1, "timed `seconds` of each batch size, after the same time to warm up")
	python  = flag.String("python", bench.Python, "Python `command` that has PyTorch")
)

func main() { report.Main("mpi", 4, run) }

// The nets in the order of the report.
var works = []string{"cnn", "mlp"}

// batches are the rows of a step of all ranks together. Each is twice the one before.
var batches = []int{32, 64, 128, 256}

// cores has the number of ranks and of threads of each.
type cores struct{ Ranks, Threads int }

var (
	one        = cores{1, 1}
	twoThreads = cores{1, 2}
	twoRanks   = cores{2, 1}
)

// form is a way to train a net: a command that times each batch size.
type form struct {
	Work  string
	Name  string
	Cores cores

	command func(arguments ...string) (bench.Process, error)
}

func (f form) String() string {
	return fmt.Sprintf("%s, %s, ranks: %d, threads of each: %d", f.Work, f.Name, f.Cores.Ranks, f.Cores.Threads)
}

// Run measures all batch sizes.
func (f form) Run() (bench.Process, error) {
	var list []string
	for _, b := range batches {
		list = append(list, strconv.Itoa(b))
	}
	return f.command("-work", f.Work, "-batches", strings.Join(list, ","), "-seconds", fmt.Sprint(*seconds),
		"-threads", strconv.Itoa(f.Cores.Threads))
}

type measurement = bench.Measurement[form]

const ours = "ours"

func run(s report.Settings) error {
	if *seconds <= 0 {
		return fmt.Errorf("-seconds %v: want more than 0", *seconds)
	}
	if s.Short {
		*seconds = 0.02
	}
	if _, err := exec.LookPath("mpirun"); err != nil {
		return errors.New("no mpirun in PATH: install Open MPI")
	}
	folder := filepath.Join(s.Out, "bin", "mpi")
	if err := bench.Build(folder, "mpi", "common/bench/worker"); err != nil {
		return fmt.Errorf("the worker needs cgo and the headers of Open MPI: %w", err)
	}
	worker := filepath.Join(folder, "worker")
	// try two ranks first: they cannot start on one core
	_, err := mpirun(worker, twoRanks, "-work", "mlp", "-batches", "2", "-seconds", "0.001", "-threads", "1")
	if err != nil {
		return err
	}
	var peers *bench.Peers
	if !s.Short {
		if peers, err = bench.NewPeers(*python); err != nil {
			return err
		}
	}
	var all []measurement
	var failed error
	for _, work := range works {
		list, err := bench.Measure(s, forms(work, worker, peers))
		all, failed = append(all, list...), errors.Join(failed, err)
	}
	return errors.Join(failed, s.Write("mpi", markdown(all), all))
}

// mpirun runs the worker on ranks, each bound to as many cores as it has threads.
func mpirun(worker string, c cores, arguments ...string) (bench.Process, error) {
	return bench.Run(append([]string{"mpirun", "-np", strconv.Itoa(c.Ranks), "--bind-to", "core",
		"--map-by", "slot:PE=" + strconv.Itoa(c.Threads), worker}, arguments...), nil)
}

// forms returns the forms of a net; if peers is nil, only those of this suite.
func forms(work, worker string, peers *bench.Peers) []form {
	var list []form
	for _, c := range []cores{one, twoThreads, twoRanks} {
		list = append(list, form{work, ours, c, func(arguments ...string) (bench.Process, error) {
			return mpirun(worker, c, arguments...)
		}})
		if peers == nil {
			continue
		}
		torch := func(name, layout string) {
			list = append(list, form{work, name, c, func(arguments ...string) (bench.Process, error) {
				return peers.Run("ddp_peer.py", append(arguments, "-form", layout, "-ranks", strconv.Itoa(c.Ranks))...)
			}})
		}
		torch("PyTorch", "plain")
		if work == "cnn" {
			torch("PyTorch, channels_last", "channels_last")
		}
	}
	return list
}
