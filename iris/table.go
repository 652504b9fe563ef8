package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
)

// show saves series as NAME.csv and, on a logarithmic axis, as NAME.png.
func show(opt cli.Options, name, title, x, y string, series []chart.Series) error {
	column, _, _ := strings.Cut(x, ",")
	if err := save(opt, name, column, 1, series); err != nil {
		return err
	}
	curves, err := chart.NewCurves(series...)
	if err != nil {
		return err
	}
	curves.Title, curves.XLabel, curves.YLabel, curves.LogY = title, x, y, true
	curves.Width, curves.Height = 10*vg.Inch, 7*vg.Inch
	return opt.Picture(name+".png", curves)
}

// save writes series as the columns of a table, beside one that counts from first.
func save(opt cli.Options, name, column string, first int, series []chart.Series) error {
	header := []string{column}
	for _, s := range series {
		header = append(header, s.Name)
	}
	lines := [][]string{header}
	for row := range rows(series) {
		line := []string{strconv.Itoa(first + row)}
		for _, s := range series {
			line = append(line, cell(s.Values, row, "%g"))
		}
		lines = append(lines, line)
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(lines); err != nil {
		return err
	}
	return opt.Save(name+".csv", text.Bytes())
}

// rows is the length of the longest series.
func rows(series []chart.Series) int {
	longest := 0
	for _, s := range series {
		longest = max(longest, len(s.Values))
	}
	return longest
}

// cell is a value as text, and nothing behind the end of a short series.
func cell(values []float64, row int, format string) string {
	if row >= len(values) {
		return ""
	}
	return fmt.Sprintf(format, values[row])
}
