// Command profile times each operation of the convolutional network's training step, once the net has the zeros of
// training, and writes a table in Markdown. The working directory must be the module's. See common/bench/README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

var steps = flag.Int("steps", 150, "timed steps in a round")

func main() { report.Main("profile", 3, run) }

// form is the net that is profiled.
type form struct{ bench.Work }

func run(s report.Settings) error {
	if *steps < 1 {
		return fmt.Errorf("-steps %d: want at least 1", *steps)
	}
	before, within := bench.StepsBefore, 400*time.Millisecond
	if s.Short {
		before, *steps, within = 1, 2, time.Millisecond
	}
	w := bench.CNN(1)
	data, _, err := w.Load("")
	if err != nil {
		return err
	}
	p, net, err := compile(w)
	if err != nil {
		return err
	}
	if err := p.train(net, data.First(before*w.Batch), w.Batch); err != nil {
		return err
	}
	var best profile
	err = report.Rounds(s, []form{{w}}, func(round int, _ form) error {
		p.restart()
		if err := p.train(net, data.First(*steps*w.Batch), w.Batch); err != nil {
			return err
		}
		if now := p.result(); round == 0 || now.step < best.step {
			best = now
		}
		return nil
	})
	if err != nil {
		return err
	}
	fma, triad := bench.Peak(within), bench.NewStream(4*4*w.Parameters).Best(within)
	text := fmt.Sprintf("A training step of the convolutional network, %d rows, after %d steps: %s ms, the mean of the "+
		"%d steps of the best round. GFLOP/s counts operations on nonzeros, with their share of %s GFLOP/s, the rate of "+
		"multiply-adds on registers; GB/s counts inputs and output once, with their share of %s GB/s, the triad of the same run.\n\n%v",
		w.Batch, before, report.Digits(1e3*best.step, 3), *steps, report.Digits(fma/1e9, 3), report.Digits(triad/1e9, 3),
		best.table(fma, triad))
	return s.Write("profile", text, nil)
}

// compile compiles the net with a profiler in its machine and its solver; data passes through the profiler too.
func compile(w bench.Work) (*profiler, *model.Net, error) {
	p := &profiler{parameters: w.Parameters}
	net, err := w.CompileWith(func(c *model.Config) {
		c.Machine = p.machine
		c.Solver = p.solver(c.Solver)
	})
	return p, net, err
}

// train trains one epoch on the data.
func (p *profiler) train(net *model.Net, data dataset.Set, batch int) error {
	runtime.GC()
	_, err := net.Fit(context.Background(), timedData{data, p}, model.Fit{Epochs: 1, Batch: batch,
		Callbacks: []model.Callback{{
			TrainBegin: func(model.Run) error { p.last = time.Now(); return nil },
			BatchEnd:   func(model.Batch) error { p.add(rest); p.steps++; return nil },
		}}})
	return errors.Join(err, p.err)
}

// table has a row for each operation, in the order of the step.
func (r profile) table(fma, triad float64) string {
	t := report.NewTable("", "result", "share", "µs", "not 0", "GFLOP/s (of FMA)", "GB/s (of triad)")
	for _, o := range r.operations {
		cells := []string{o.name, o.shape, fmt.Sprintf("%.1f %%", 100*o.seconds/r.step), report.Digits(1e6*o.seconds, 3)}
		part, flops, bytes := "", "", ""
		if o.flops > 0 {
			part = report.Digits(100*o.share, 2) + " %"
			rate := o.flops * o.share / o.seconds
			flops = fmt.Sprintf("%s (%s %%)", report.Digits(rate/1e9, 2), report.Digits(100*rate/fma, 2))
		}
		if o.bytes > 0 {
			rate := o.bytes / o.seconds
			bytes = fmt.Sprintf("%s (%s %%)", report.Digits(rate/1e9, 2), report.Digits(100*rate/triad, 2))
		}
		t.Row(append(cells, part, flops, bytes)...)
	}
	var b strings.Builder
	b.WriteString(t.String())
	fmt.Fprintf(&b, "\nAll products and convolutions: %s GFLOP a step, %s of them on nonzeros.\n",
		report.Digits(r.flops()/1e9, 2), report.Digits(r.useful()/1e9, 2))
	return b.String()
}
