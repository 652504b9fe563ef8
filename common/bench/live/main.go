// Command live measures the cost of the page of -live: how much longer an epoch of the multilayer perceptron takes with
// viewers. It prints a table in Markdown. The working directory must be the module's. See common/bench/README.md.
package main

import (
	"flag"
	"fmt"

	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/dataset"
)

var epochs = flag.Int("epochs", 3, "epochs of each training; the first one is not timed")

func main() { report.Main("live", 10, run) }

func run(s report.Settings) error {
	if *epochs < 2 {
		return fmt.Errorf("-epochs %d: want at least 2", *epochs)
	}
	train, test, err := dataset.MNIST("")
	if err != nil {
		return err
	}
	if s.Short {
		train, test, *epochs = train.First(1000), test.First(500), 2
	}
	t := &training{train: train, test: test, epochs: *epochs}
	const without, with = "without the page", "with the page"
	err = report.Rounds(s, []string{without, with}, func(_ int, form string) error { return t.run(form == with) })
	if err != nil {
		return err
	}
	return s.Write("live", markdown(t), nil)
}

func markdown(t *training) string {
	table := report.NewTable("", "median", "least", "greatest")
	for _, row := range []struct {
		head   string
		values report.Samples
	}{
		{"an epoch with the page, of one without", report.Ratios(t.with, t.without)},
		{"an epoch with the page, s", t.with},
		{"an epoch without it, s", t.without},
	} {
		text := func(x float64) string { return fmt.Sprintf("%.3f", x) }
		table.Row(row.head, text(row.values.Median()), text(row.values.Least()), text(row.values.Most()))
	}
	return fmt.Sprintf("A training of the MNIST MLP that %d viewers follow, %d digits and validation on %d; epochs timed "+
		"in each training: %d, after one that warms up.\n\n%v",
		followers, t.train.Len(), t.test.Len(), t.epochs-1, table)
}
