package main

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/chart"
)

// point is a width of the net and a number of rows in a step.
type point struct {
	width float64
	batch int
}

// results has milliseconds a step by name. Both layouts of PyTorch are under torch, so the faster one counts.
type results map[point]map[string]report.Samples

func collect(all []measurement) results {
	layouts := map[point]map[string]report.Samples{}
	for _, m := range all {
		for _, l := range m.Lines {
			if l.Timed != bench.Train || m.Error != "" {
				continue
			}
			p := point{m.Form.Width, l.Batch}
			if layouts[p] == nil {
				layouts[p] = map[string]report.Samples{}
			}
			layouts[p][m.Form.Name] = append(layouts[p][m.Form.Name], 1e3*l.Seconds/float64(l.Steps))
		}
	}
	r := results{}
	for p, names := range layouts {
		r[p] = map[string]report.Samples{}
		for name, s := range names {
			as := name
			if name != ours {
				as = torch
			}
			if old := r[p][as]; len(old) == 0 || s.Least() < old.Least() {
				r[p][as] = s
			}
		}
	}
	return r
}

// axis is an axis of the report: rows or width.
type axis struct {
	title, head, label string // label is for the picture's X axis
	points             []point
	name               func(point) string
	place              func(point) float64
}

// axes returns the axes for the batch sizes and widths of the run.
func axes() []axis {
	batch := axis{title: "By the rows in a step, the lecture's width", head: "rows in a step",
		label: "log2 of the rows in a step", name: func(p point) string { return fmt.Sprint(p.batch) },
		place: func(p point) float64 { return math.Log2(float64(p.batch)) }}
	for _, b := range batches {
		batch.points = append(batch.points, point{lectureWidth, b})
	}
	width := axis{title: "By the width, 32 rows in a step", head: "width (weights)", label: "log2 of the width",
		name: func(p point) string {
			return fmt.Sprintf("%v (%s M)", p.width, report.Digits(float64(bench.CNN(p.width).Parameters)/1e6, 2))
		},
		place: func(p point) float64 { return math.Log2(p.width) }}
	for _, w := range widths {
		width.points = append(width.points, point{w, lectureBatch})
	}
	return []axis{batch, width}
}

const pictureName = "growth.png"

// markdown returns the report: a table for each axis.
func (r results) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Milliseconds a training step of the convolutional network, without validation: the least of all "+
		"parts, with their median in brackets. Each net first takes %d steps of %d digits, so that it has the zeros of "+
		"training, and then warms up. Of PyTorch's two layouts the faster one counts. The width multiplies filters and "+
		"hidden neurons.\n", *before, lectureBatch)
	for _, a := range axes() {
		t := report.NewTable(a.head, ours, torch, "ratio", "here, µs a row")
		for _, p := range a.points {
			own, other := r[p][ours], r[p][torch]
			ratio := ""
			if len(own) > 0 && len(other) > 0 {
				ratio = report.Digits(own.Least()/other.Least(), 2)
			}
			t.Row(a.name(p), cmp.Or(own.Text(own.Least()), "failed"), other.Text(other.Least()), ratio,
				report.Digits(1e3*own.Least()/float64(p.batch), 3))
		}
		fmt.Fprintf(&b, "\n## %s\n\n%v", a.title, t)
	}
	return b.String()
}

// picture draws both axes side by side, as a .png file.
func (r results) picture() ([]byte, error) {
	var pictures []chart.Picture
	for _, a := range axes() {
		var series []chart.Series
		for _, name := range []string{ours, torch} {
			if values := r.line(a, name); values != nil {
				series = append(series, chart.Series{Name: name, Values: values})
			}
		}
		curves, err := chart.NewCurves(series...)
		if err != nil {
			return nil, err
		}
		curves.Title, curves.XLabel, curves.YLabel = a.title, a.label, "ms a step"
		curves.First, curves.LogY, curves.MarkersUpTo = a.place(a.points[0]), true, 0
		pictures = append(pictures, curves)
	}
	panels, err := chart.NewPanels(2, pictures...)
	if err != nil {
		return nil, err
	}
	panels.Title = "A training step of the convolutional network"
	panels.Width, panels.Height = 12*vg.Inch, 5*vg.Inch
	return panels.Encode(pictureName)
}

// line returns the values of a curve at each integer of the X axis, interpolated between the points so that the curve
// is straight on logarithmic axes. It returns nil if a point has no result.
func (r results) line(a axis, name string) []float64 {
	var values []float64
	for i, p := range a.points {
		v := r[p][name].Least()
		if v == 0 {
			return nil
		}
		if i > 0 {
			before := a.points[i-1]
			old, distance := r[before][name].Least(), a.place(p)-a.place(before)
			for d := 1.0; d < distance; d++ {
				values = append(values, old*math.Pow(v/old, d/distance))
			}
		}
		values = append(values, v)
	}
	return values
}
