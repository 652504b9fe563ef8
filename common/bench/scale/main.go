// Command scale predicts the time of a training step of the lecture's nets for digits on many ranks, from the measured
// time on one rank and from the latency and bandwidth of a network, which are flags. The working directory must be the
// module's. See common/bench/README.md.
package main

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// The defaults are typical of 10 Gbit Ethernet; they are assumed, not measured.
var (
	latency   = flag.Duration("latency", 30*time.Microsecond, "`time` from one rank to another")
	bandwidth = flag.Float64("bandwidth", 10, "Gbit/s from one rank to another")
)

func main() { report.Main("scale", 3, run) }

// net has the data about a net from which its steps are predicted.
type net struct {
	bench.Work
	compiled *model.Net
	data     dataset.Set
	steps    []step
	buckets  map[int][]int // the number of float32 in each bucket, by number of ranks
}

const mostRanks = 1024 // the last row of the tables

func run(s report.Settings) error {
	if *latency < 0 || !(*bandwidth > 0) {
		return fmt.Errorf("-latency %v, -bandwidth %v: want at least 0, and more than 0", *latency, *bandwidth)
	}
	within := time.Second
	if s.Short {
		within /= 50
	}
	threads := runtime.GOMAXPROCS(0)
	kernel.SetWorkers(threads)
	runtime.GOMAXPROCS(threads + 1) // for the goroutine that sends gradients, as on ranks
	var nets []*net
	for _, name := range []string{"cnn", "mlp"} {
		n, err := open(name)
		if err != nil {
			return err
		}
		nets = append(nets, n)
	}
	err := report.Rounds(s, nets, func(_ int, n *net) error {
		steps, err := record(n.compiled, n.data, 2, 2*n.Batch, within)
		n.steps = append(n.steps, steps...)
		return err
	})
	if err == nil {
		err = s.Write("scale", markdown(nets, threads), nil)
	}
	return err
}

// open loads the data of a net and records the buckets that Fit sends.
func open(name string) (n *net, err error) {
	n = &net{buckets: map[int][]int{1: nil}}
	if n.Work, err = bench.WorkNamed(name); err != nil {
		return n, err
	}
	if n.compiled, err = n.Compile(); err != nil {
		return n, err
	}
	n.data, _, err = n.Load("")
	for ranks := 2; err == nil && ranks <= mostRanks; ranks *= 2 {
		var steps []step
		if steps, err = record(n.compiled, n.data.First(2*ranks), ranks, ranks, 0); err == nil {
			n.buckets[ranks] = steps[0].values
		}
	}
	return n, err
}

func markdown(nets []*net, threads int) string {
	var b strings.Builder
	l := link{latency.Seconds(), *bandwidth * 1e9 / 8}
	fmt.Fprintf(&b, "Predicted, but for the step of one rank with %d threads: weak scaling over a network with a latency "+
		"of %v and %v Gbit/s (-latency, -bandwidth). Efficiency: the time of one rank by that of all.\n",
		threads, *latency, *bandwidth)
	for _, n := range nets {
		s := medians(n.steps)
		fmt.Fprintf(&b, "\n## %s, %d rows a rank\n\nMeasured: %s ms a step, %s of them to the end of the backward pass. "+
			"Gradients: %.2f MB.\n\n", strings.ToUpper(n.Name), n.Batch, ms(s.total), ms(s.backward), 4e-6*float64(n.Parameters))
		t := report.NewTable("ranks", "buckets", "nothing overlapped: a step, ms", "efficiency",
			"all overlapped that can be: a step, ms", "efficiency")
		for ranks := 1; ranks <= mostRanks; ranks *= 2 {
			list := n.buckets[ranks]
			apart, overlapped := s.seconds(l, ranks, list, false), s.seconds(l, ranks, list, true)
			t.Row(fmt.Sprint(ranks), fmt.Sprint(len(list)), ms(apart), fmt.Sprintf("%.2f", s.total/apart),
				ms(overlapped), fmt.Sprintf("%.2f", s.total/overlapped))
		}
		b.WriteString(t.String())
	}
	return b.String()
}

func ms(seconds float64) string { return report.Digits(1e3*seconds, 3) }
