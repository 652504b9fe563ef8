package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/show"
)

const whySingleLayerFails lang.Word = "" +
	`   One layer draws one straight line: y > ½ on one side of W·x = 0. No line has (0,1) and (1,0) on
   one side and (0,0) and (1,1) on the other, so the best it can do is to answer about ½. A second
   layer could, but the delta rule needs e = d - y for each neuron, and nobody says what a hidden
   neuron's d is. Back-propagation computes its error from the errors of the next layer.
`

const whatTestsProve lang.Word = `
   That these updates are -α times the gradient that Gorgonia finds by itself:
   go test -v ./scratch -run Autodiff
`

// lesson trains one net after another and prints the outputs of each. After an error it does nothing.
type lesson struct {
	ctx context.Context
	run *cli.Run
	err error
}

func (l *lesson) print(format string, args ...any) {
	if l.err == nil {
		l.run.Printf(format, args...)
	}
}

// layer trains one layer. lecture has the lecture's outputs, if it gives any.
func (l *lesson) layer(t task, lecture ...string) course {
	return l.show(lecture, func() (course, error) { return trainLayer(l.ctx, l.run, t) })
}

// net trains the net with a hidden layer.
func (l *lesson) net(t task, method lang.Word, epoch epochOf, lecture ...string) course {
	return l.show(lecture, func() (course, error) { return trainNet(l.ctx, l.run, t, method, epoch) })
}

func (l *lesson) show(lecture []string, train func() (course, error)) (c course) {
	if l.err != nil {
		return c
	}
	if c, l.err = train(); l.err == nil {
		showOutputs(l.run, c, lecture)
	}
	return c
}

// showRow prints a name, which may be in words, and one cell for each row of X.
func showRow(r *cli.Run, name any, cells []string) {
	r.Printf("   %-30v", name)
	for _, cell := range cells {
		r.Printf("%10s", cell)
	}
	r.Printf("\n")
}

// showInputs prints the head of a table, the rows of X.
func showInputs(r *cli.Run, name lang.Word) {
	cells := make([]string, len(X))
	for i, x := range X {
		cells[i] = fmt.Sprint(x)
	}
	showRow(r, name, cells)
}

// digits formats an output so that its distance from 0 and from 1 is visible: 0.0102, 3.5e-05, 0.99989.
func digits(y float64) string {
	switch {
	case y < 0.001:
		return fmt.Sprintf("%.1e", y)
	case y > 0.999:
		return fmt.Sprintf("%.5f", y)
	}
	return fmt.Sprintf("%.4f", y)
}

// cells formats the values.
func cells(values []float64, format func(float64) string) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = format(v)
	}
	return list
}

func showForward(r *cli.Run, W []float64) {
	v, y := make([]float64, len(X)), make([]float64, len(X))
	for i, x := range X {
		v[i], y[i] = dot(W, x), output(W, x)
	}
	signed := func(v float64) string { return fmt.Sprintf("%.4f", v) }
	r.Printf("   W = [%s]\n", strings.Join(cells(W, signed), " "))
	showInputs(r, "x")
	showRow(r, "v = W·x", cells(v, signed))
	showRow(r, "y = 1/(1+e^-v)", cells(y, digits))
}

// showOutputs prints the wanted outputs, those of the lecture (nil: it has none), and those of a run. If the run should
// have solved its task and did not, it prints a command to try next.
func showOutputs(r *cli.Run, c course, lecture []string) {
	showInputs(r, c.task.name)
	showRow(r, lang.Word("wanted d"), cells(c.task.D, func(d float64) string { return fmt.Sprint(d) }))
	if lecture != nil {
		showRow(r, lang.Word("lecture"), lecture)
	}
	showRow(r, lang.Messagef("ours, epoch %d", r.Epochs), cells(c.outputs, digits))
	row := c.unsolved()
	r.Printf("\n")
	if row < 0 || c.method == "delta rule" && c.task.name == xor.name {
		return
	}
	r.Printf("   %s is not solved: the output for %v is %s, wanted %g.\n",
		c.task.name, X[row], digits(c.outputs[row]), c.task.D[row])
	if r.Epochs < 10000 {
		r.Printf("   Try more epochs: %s\n\n", r.Command("-epochs", "10000"))
	} else {
		r.Printf("   Try other weights: %s\n\n", r.Command("-seed", strconv.FormatUint(uint64(r.Seed+1), 10)))
	}
}

// showComparison prints the errors at the end of runs of the same task, and when they became small.
func showComparison(r *cli.Run, runs ...course) {
	r.Printf("   %-30s%20s%24s\n", "", lang.Word("mean (d-y)² at end"), lang.Messagef("epochs until < %g", near))
	for _, c := range runs {
		epochs := lang.Messagef("not reached")
		if n := c.below(near); n >= 0 {
			epochs = lang.Messagef("%d", n)
		}
		r.Printf("   %-30s%20.1e%24s\n", c.method, c.loss(), epochs)
	}
}

// drawPictures saves a picture of the weights over the epochs for each course of the layer, one of its outputs where it
// fails, and one of the learning curves of the two nets.
func drawPictures(ctx context.Context, r *cli.Run, layers []course, failed course, nets ...course) {
	for _, c := range layers {
		var series []chart.Series
		for j, values := range c.weights {
			line := chart.Series{Name: []string{"w1", "w2", "w3 (bias)"}[j], Values: values}
			if j == 1 {
				line.Dashes = []vg.Length{8, 8} // w1 shows through where the two are equal, as in AND
			}
			series = append(series, line)
		}
		name := "weights_" + strings.ReplaceAll(strings.ToLower(string(c.task.name)), " ", "_") + ".png"
		title := fmt.Sprintf("Delta rule: the weights learn %s %v", c.task.name, c.task.D)
		drawCurves(ctx, r, name, c.every, series, func(p *chart.Curves) { p.Title, p.YLabel = title, "weight" })
	}
	drawFailure(ctx, r, failed)
	var series []chart.Series
	for _, c := range nets {
		series = append(series, chart.Series{Name: string(c.method), Values: c.losses})
	}
	drawCurves(ctx, r, "learning.png", nets[0].every, series, func(p *chart.Curves) {
		p.Title, p.YLabel, p.LogY = "XOR: squared error against cross-entropy", "mean (d-y)²", true
	})
}

// drawFailure saves the outputs of one layer for each row of X over the epochs.
func drawFailure(ctx context.Context, r *cli.Run, c course) {
	series := make([]chart.Series, len(X))
	for i, x := range X {
		series[i].Name = fmt.Sprintf("y for %g %g, wanted %g", x[0], x[1], c.task.D[i])
		for at := range c.losses {
			var W []float64
			for _, values := range c.weights {
				W = append(W, values[at])
			}
			series[i].Values = append(series[i].Values, output(W, x))
		}
	}
	drawCurves(ctx, r, "failure_xor.png", c.every, series, func(p *chart.Curves) {
		p.Title, p.YLabel = fmt.Sprintf("Delta rule on %s: one layer fails", c.task.name), "output y"
		p.YMax = 1 // the wanted outputs are at the edges
	})
}

// drawCurves saves series with a value before training and one after each every-th epoch.
func drawCurves(ctx context.Context, r *cli.Run, name string, every int, series []chart.Series,
	look func(*chart.Curves)) {
	r.Draw(ctx, name, func() (show.Drawing, error) {
		curves, err := chart.NewCurves(series...)
		if err != nil {
			return nil, err
		}
		curves.First, curves.Step = 0, float64(every)
		curves.Width, curves.Height = 8*vg.Inch, 5*vg.Inch
		look(curves)
		return curves, nil
	})
}
