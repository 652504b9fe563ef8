// Command scale predicts how long a training step of the lecture's nets for digits takes on many ranks, from the time
// that it takes on one, which it measures, and the latency and bandwidth of a network, which it is told. Beside that
// it measures two ranks on this machine, and what the same model says of these. It is started in the module's folder.
// See common/bench/README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/kernel"
)

// settings are the command line.
type settings struct {
	short     bool
	latency   time.Duration
	bandwidth float64 // Gbit/s
	threads   int
	seconds   float64
	rounds    int
	out       string
}

// An Ethernet of 10 Gbit/s with 30 µs from rank to rank: assumed, not measured.
const (
	assumedLatency   = 30 * time.Microsecond
	assumedBandwidth = 10
)

func main() {
	var s settings
	flag.BoolVar(&s.short, "short", false, "measure a little, to see that it works; nothing is written")
	flag.DurationVar(&s.latency, "latency", assumedLatency, "`time` from one rank to another")
	flag.Float64Var(&s.bandwidth, "bandwidth", assumedBandwidth, "Gbit/s from one rank to another")
	flag.IntVar(&s.threads, "threads", 1, "threads of each rank")
	flag.Float64Var(&s.seconds, "seconds", 1, "measure each time at least so long, after as long to warm up")
	flag.IntVar(&s.rounds, "rounds", 3, "rounds of the steps of one and of two ranks")
	flag.StringVar(&s.out, "out", filepath.Join("out", "bench"), "`folder` of the result, scale.md")
	flag.Parse()
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func (s *settings) check() error {
	switch {
	case s.latency < 0:
		return fmt.Errorf("-latency %v: want at least 0", s.latency)
	case !(s.bandwidth > 0):
		return fmt.Errorf("-bandwidth %v: want more than 0", s.bandwidth)
	case s.threads < 1 || !(s.seconds > 0) || s.rounds < 1:
		return fmt.Errorf("-threads %d, -seconds %v, -rounds %d: want more than 0", s.threads, s.seconds, s.rounds)
	}
	if s.short {
		s.seconds, s.rounds = 0.02, 1
	}
	return kernel.LevelError()
}

// link is that of the command line.
func (s *settings) link() link { return link{s.latency.Seconds(), s.bandwidth * 1e9 / 8} }

// The nets in the order of the report, and their names in it.
var (
	works  = []string{"cnn", "mlp"}
	titles = map[string]string{"cnn": "Convolutional network", "mlp": "Multilayer perceptron"}
)

// mostRanks is the end of the tables.
const mostRanks = 1024

func run(s settings) error {
	if err := s.check(); err != nil {
		return err
	}
	r := &report{settings: s, Load: bench.Load(), nets: map[string]net{}}
	kernel.SetWorkers(s.threads)
	runtime.GOMAXPROCS(s.threads + 1) // for the goroutine that exchanges, as on ranks
	for _, name := range works {
		n, err := look(name, s)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r.nets[name] = n
	}
	var failed error
	worker, err := build(s.out)
	if err == nil {
		r.here, failed = measure(worker, s)
		err = failed
	}
	r.missing = err
	text := r.markdown()
	fmt.Print(text)
	if !s.short {
		err := os.MkdirAll(s.out, 0o755)
		failed = errors.Join(failed, err, os.WriteFile(filepath.Join(s.out, "scale.md"), []byte(text), 0o644))
	}
	return failed
}

// net is what the model has to know of a net.
type net struct {
	work     bench.Work
	step     step
	messages map[int][]int // by ranks: the float32 in each
}

// look measures a step, and looks at the messages.
func look(name string, s settings) (net, error) {
	w, err := bench.WorkNamed(name)
	if err != nil {
		return net{}, err
	}
	data, _, err := w.Load("")
	if err != nil {
		return net{}, err
	}
	n := net{work: w, messages: map[int][]int{1: nil}}
	if n.step, err = pace(w, data, time.Duration(s.seconds*float64(time.Second))); err != nil {
		return net{}, err
	}
	compiled, err := w.Compile()
	if err != nil {
		return net{}, err
	}
	for ranks := 2; ranks <= mostRanks; ranks *= 2 {
		if n.messages[ranks], err = messages(compiled, data, ranks); err != nil {
			return net{}, err
		}
	}
	return n, nil
}
