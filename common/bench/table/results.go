package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorgonia-lectures/common/bench/report"
)

// row has the results of a benchmark by unit, such as ns/op, GFLOP/s and %FMA.
type row map[string]float64

// nanoseconds returns the time of a step, or of a call for a benchmark without steps.
func (r row) nanoseconds() float64 {
	if step, ok := r["ns/step"]; ok {
		return step
	}
	return r["ns/op"]
}

// limits is the prefix of the benchmarks that measure the machine.
const limits = "Limit/"

// better reports whether r is better than old: it has a shorter time or, for a limit of the machine, a higher rate.
func (r row) better(old row, name string) bool {
	if strings.HasPrefix(name, limits) {
		return max(r["GFLOP/s"], r["GB/s"]) > max(old["GFLOP/s"], old["GB/s"])
	}
	return r.nanoseconds() < old.nanoseconds()
}

// results has the best row of each benchmark and level, in the order of the first run.
type results struct {
	levels []string
	names  []string // as Kind/what
	rows   map[string]map[string]row
}

// add parses the output of a run of the benchmarks. It is an error if there are none in it.
func (r *results) add(level, output string) error {
	found := 0
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name, values, err := parse(fields)
		if err != nil {
			return fmt.Errorf("%q: %w", strings.TrimSpace(line), err)
		}
		found++
		if r.rows[name] == nil {
			r.rows[name] = map[string]row{}
			r.names = append(r.names, name)
		}
		if old, ok := r.rows[name][level]; !ok || values.better(old, name) {
			r.rows[name][level] = values
		}
	}
	if found == 0 {
		return errors.New("the output has no benchmarks")
	}
	return nil
}

// parse parses a line of `go test -bench`: a name, the number of calls, and pairs of value and unit.
func parse(fields []string) (name string, values row, err error) {
	name = strings.ReplaceAll(strings.TrimPrefix(fields[0], "Benchmark"), "_", " ")
	if at := strings.LastIndex(name, "-"); at >= 0 { // remove the number of threads
		name = name[:at]
	}
	if len(fields)%2 != 0 {
		return "", nil, fmt.Errorf("%d fields, want a name, a count and pairs", len(fields))
	}
	values = row{}
	for i := 2; i < len(fields); i += 2 {
		if values[fields[i+1]], err = strconv.ParseFloat(fields[i], 64); err != nil {
			return "", nil, err
		}
	}
	return name, values, nil
}

// markdown returns a table with three columns for each level: time, GFLOP/s and GB/s, the last two with their share of
// the rate of the FMA loop and of the triad. The limits come first.
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
				values, time := r.rows[name][l], ""
				if values != nil && !limit {
					time = duration(values.nanoseconds())
				}
				cells = append(cells, time, rate(values, "GFLOP/s", "%FMA"), rate(values, "GB/s", "%triad"))
			}
			t.Row(cells...)
		}
	}
	return t.String()
}

// rate formats the value of a unit with its share; "" if the row does not have the unit.
func rate(values row, unit, share string) string {
	value, ok := values[unit]
	if !ok {
		return ""
	}
	text := report.Digits(value, 2)
	if percent, ok := values[share]; ok {
		text += " (" + report.Digits(percent, 2) + " %)"
	}
	return text
}

// duration formats nanoseconds with three digits, as ns, µs, ms or s.
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
