package dataset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// maxCSV is the largest CSV file in bytes, about twenty thousand rows of a table like iris. The parser needs up to 40
// bytes of memory per byte of a hostile file.
const maxCSV = 1 << 20

// readCSV reads a table of numbers, row after row: a header line with exactly the given columns, then lines of one
// finite decimal number for each. It is strict, because a word that is read as 0 spoils a training run in silence.
func readCSV(r io.Reader, columns []string) (values []float64, err error) {
	all, err := io.ReadAll(io.LimitReader(r, maxCSV+1))
	if err != nil {
		return nil, err
	}
	if len(all) > maxCSV {
		return nil, fmt.Errorf("more than %d bytes, want a smaller table", maxCSV)
	}
	in := csv.NewReader(bytes.NewReader(all))
	in.FieldsPerRecord = -1 // counted below, where the error can name the columns
	in.ReuseRecord = true

	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("empty, want the header %s", strings.Join(columns, ","))
	}
	if err != nil {
		return nil, err
	}
	if !slices.Equal(header, columns) {
		return nil, fmt.Errorf("the header is %s, want %s", text.Quoted(strings.Join(header, ",")),
			strings.Join(columns, ","))
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := in.FieldPos(0)
		if len(record) != len(columns) {
			return nil, fmt.Errorf("line %d has %d columns, want %d (%s)", line, len(record), len(columns),
				strings.Join(columns, ", "))
		}
		for i, field := range record {
			v, ok := decimal(field)
			if !ok {
				line, _ := in.FieldPos(i)
				return nil, fmt.Errorf("line %d, column %d (%s): %s is not a finite decimal number",
					line, i+1, columns[i], text.Quoted(field))
			}
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return nil, errors.New("no rows after the header")
	}
	return values, nil
}

// decimal parses a number as people and spreadsheets write it. strconv also accepts "nan", "infinity", hexadecimal
// numbers and underscores.
func decimal(text string) (v float64, ok bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsInf(v, 0)
}

// readTable makes a set of a table whose last column is the target.
func readTable(r io.Reader, columns []string, targetShape []int) (Set, error) {
	values, err := readCSV(r, columns)
	if err != nil {
		return Set{}, err
	}
	var inputs, targets []float64
	for row := range slices.Chunk(values, len(columns)) {
		inputs = append(inputs, row[:len(columns)-1]...)
		targets = append(targets, row[len(columns)-1])
	}
	return FromFloats([]int{len(columns) - 1}, inputs, targetShape, targets)
}

// embedded unwraps the set of a file that is part of the program, whose tests read it without an error.
func embedded(s Set, err error) Set {
	if err != nil {
		panic(err)
	}
	return s
}
