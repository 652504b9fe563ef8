package study

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"gorgonia-lectures/common/cli"
)

// Column is a named column of a table.
type Column struct {
	Name   string
	Values []float64
}

// Save writes the columns as a CSV file in the run's folder, after one that counts from first. The cells after the end
// of a short column are empty.
func Save(r *cli.Run, name, counter string, first int, columns ...Column) {
	header, rows := []string{counter}, 0
	for _, c := range columns {
		header, rows = append(header, c.Name), max(rows, len(c.Values))
	}
	lines := [][]string{header}
	for row := range rows {
		line := []string{strconv.Itoa(first + row)}
		for _, c := range columns {
			line = append(line, Cell(c.Values, row, "%g"))
		}
		lines = append(lines, line)
	}
	var text bytes.Buffer
	_ = csv.NewWriter(&text).WriteAll(lines) // all fits into memory
	r.Save(name, text.Bytes())
}

// Cell is a value as text, "" after the end of a short column.
func Cell(values []float64, row int, format string) string {
	if row >= len(values) {
		return ""
	}
	return fmt.Sprintf(format, values[row])
}
