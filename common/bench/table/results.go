package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// row is one benchmark's figures by unit, such as ns/op, GFLOP/s and %FMA.
type row map[string]float64

// nanoseconds is the time of one call, or of one step where a call is many.
func (r row) nanoseconds() float64 {
	if step, ok := r["ns/step"]; ok {
		return step
	}
	return r["ns/op"]
}

// better reports whether r is to be shown instead of old: a shorter time, or for a limit of the
// machine, whose time means nothing, a higher rate.
func (r row) better(old row, limit bool) bool {
	if limit {
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

func newResults(levels []string) *results {
	return &results{levels: levels, rows: map[string]map[string]row{}}
}

// limits are the benchmarks of what the machine can do.
const limits = "Limit/"

// add reads the output of one run of the benchmarks. It is an error if it has no benchmark.
func (r *results) add(level string, output io.Reader) error {
	found := 0
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name, figures, err := parse(fields)
		if err != nil {
			return fmt.Errorf("%q: %w", lines.Text(), err)
		}
		found++
		if r.rows[name] == nil {
			r.rows[name] = map[string]row{}
			r.names = append(r.names, name)
		}
		if old, ok := r.rows[name][level]; !ok || figures.better(old, strings.HasPrefix(name, limits)) {
			r.rows[name][level] = figures
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("level %s: %w", level, err)
	}
	if found == 0 {
		return fmt.Errorf("level %s: the output has no benchmark", level)
	}
	return nil
}

// parse reads a line of `go test -bench`: a name, the number of calls, and pairs of value and unit.
func parse(fields []string) (name string, figures row, err error) {
	name = strings.TrimPrefix(fields[0], "Benchmark")
	if at := strings.LastIndex(name, "-"); at >= 0 { // the number of threads
		name = name[:at]
	}
	name = strings.ReplaceAll(name, "_", " ")
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

// markdown is a table with three columns for each level: time, GFLOP/s and GB/s, the latter two with
// their share of what the FMA loop and the triad reach in the same run.
func (r *results) markdown() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, level := range r.levels {
		fmt.Fprintf(&b, " %s: time | GFLOP/s (of FMA) | GB/s (of triad) |", level)
	}
	b.WriteString("\n|" + strings.Repeat(" --- |", 1+3*len(r.levels)) + "\n")
	names := slices.Clone(r.names)
	slices.SortStableFunc(names, func(a, b string) int { // limits first
		switch first, second := strings.HasPrefix(a, limits), strings.HasPrefix(b, limits); {
		case first == second:
			return 0
		case first:
			return -1
		default:
			return 1
		}
	})
	for _, name := range names {
		kind, what, _ := strings.Cut(name, "/")
		fmt.Fprintf(&b, "| %s: %s |", strings.ToLower(kind), what)
		for _, level := range r.levels {
			figures, ok := r.rows[name][level]
			switch {
			case !ok:
				b.WriteString(" | | |")
			case kind+"/" == limits:
				fmt.Fprintf(&b, " | %s | %s |", rate(figures, "GFLOP/s", ""), rate(figures, "GB/s", ""))
			default:
				fmt.Fprintf(&b, " %s | %s | %s |", duration(figures.nanoseconds()),
					rate(figures, "GFLOP/s", "%FMA"), rate(figures, "GB/s", "%triad"))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// rate writes a figure and its share, nothing if the row does not have it.
func rate(figures row, unit, share string) string {
	value, ok := figures[unit]
	if !ok {
		return ""
	}
	text := digits(value)
	if percent, ok := figures[share]; ok {
		text += fmt.Sprintf(" (%s %%)", digits(percent))
	}
	return text
}

// digits writes two significant digits, or all before the point.
func digits(x float64) string {
	switch {
	case x >= 9.95:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 0.995:
		return strconv.FormatFloat(x, 'f', 1, 64)
	default:
		return strconv.FormatFloat(x, 'g', 2, 64)
	}
}

// duration writes nanoseconds with three digits in the unit that suits them.
func duration(ns float64) string {
	for _, unit := range []struct {
		name string
		ns   float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if ns >= unit.ns {
			return strconv.FormatFloat(ns/unit.ns, 'g', 3, 64) + " " + unit.name
		}
	}
	return strconv.FormatFloat(ns, 'g', 3, 64) + " ns"
}
