package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorgonia-lectures/common/bench/report"
)

// row is one benchmark's figures by unit, such as ns/op, GFLOP/s and %FMA.
type row map[string]float64

// nanoseconds is the time of one step, or of one call of a benchmark that has no steps.
func (r row) nanoseconds() float64 {
	if step, ok := r["ns/step"]; ok {
		return step
	}
	return r["ns/op"]
}

// limits are the benchmarks of what the machine can do.
const limits = "Limit/"

// better reports whether the table shows r and not old: r has a shorter time, or for a limit of the machine, whose time
// means nothing, a higher rate.
func (r row) better(old row, name string) bool {
	if strings.HasPrefix(name, limits) {
		return max(r["GFLOP/s"], r["GB/s"]) > max(old["GFLOP/s"], old["GB/s"])
	}
	return r.nanoseconds() < old.nanoseconds()
}

// results are the best rows of each level, in the order of the first run.
type results struct {
	levels []string
	names  []string // Kind/what
	rows   map[string]map[string]row
}

// add reads the output of one run of the benchmarks. It is an error if it has no benchmark.
func (r *results) add(level, output string) error {
	found := 0
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name, figures, err := parse(fields)
		if err != nil {
			return fmt.Errorf("%q: %w", strings.TrimSpace(line), err)
		}
		found++
		if r.rows[name] == nil {
			r.rows[name] = map[string]row{}
			r.names = append(r.names, name)
		}
		if old, ok := r.rows[name][level]; !ok || figures.better(old, name) {
			r.rows[name][level] = figures
		}
	}
	if found == 0 {
		return errors.New("the output has no benchmark")
	}
	return nil
}

// parse reads a line of `go test -bench`: a name, the number of calls, and pairs of value and unit.
func parse(fields []string) (name string, figures row, err error) {
	name = strings.ReplaceAll(strings.TrimPrefix(fields[0], "Benchmark"), "_", " ")
	if at := strings.LastIndex(name, "-"); at >= 0 { // the number of threads
		name = name[:at]
	}
	if len(fields)%2 != 0 {
		return "", nil, fmt.Errorf("%d fields, want a name, a count and pairs", len(fields))
	}
	figures = row{}
	for i := 2; i < len(fields); i += 2 {
		if figures[fields[i+1]], err = strconv.ParseFloat(fields[i], 64); err != nil {
			return "", nil, err
		}
	}
	return name, figures, nil
}

// markdown is a table with three columns for each level: time, GFLOP/s and GB/s, these two with their share of what the
// FMA loop and the triad reach in the same run. The limits come first.
func (r *results) markdown() string {
	heads := []string{""}
	for _, l := range r.levels {
		heads = append(heads, l+": time", "GFLOP/s (of FMA)", "GB/s (of triad)")
	}
	t := report.NewTable(heads...)
	for _, limit := range []bool{true, false} {
		for _, name := range r.names {
			if strings.HasPrefix(name, limits) != limit {
				continue
			}
			kind, what, _ := strings.Cut(name, "/")
			cells := []string{strings.ToLower(kind) + ": " + what}
			for _, l := range r.levels {
				figures, time := r.rows[name][l], ""
				if figures != nil && !limit {
					time = duration(figures.nanoseconds())
				}
				cells = append(cells, time, rate(figures, "GFLOP/s", "%FMA"), rate(figures, "GB/s", "%triad"))
			}
			t.Row(cells...)
		}
	}
	return t.String()
}

// rate writes the value of a unit and its share, "" if the row does not have it.
func rate(figures row, unit, share string) string {
	value, ok := figures[unit]
	if !ok {
		return ""
	}
	text := report.Digits(value, 2)
	if percent, ok := figures[share]; ok {
		text += " (" + report.Digits(percent, 2) + " %)"
	}
	return text
}

// duration writes nanoseconds with three digits in the unit that suits them.
func duration(ns float64) string {
	for _, unit := range []struct {
		name string
		ns   float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if ns >= unit.ns {
			return report.Digits(ns/unit.ns, 3) + " " + unit.name
		}
	}
	return report.Digits(ns, 3) + " ns"
}
