package show

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// Reading is what a net makes of rows whose outputs are classes.
type Reading struct {
	Predicted []int     // most probable class of each row
	Sure      []float64 // its probability
}

// Add reads the outputs of some rows, those from first on; a first of 0 starts anew. Outputs of one value
// have no classes, and leave the reading empty.
func (r *Reading) Add(first int, output *tensor.Dense) {
	rows := output.Shape()[0]
	width := output.Shape().TotalSize() / rows
	if width < 2 {
		return
	}
	if first == 0 {
		r.Predicted, r.Sure = r.Predicted[:0], r.Sure[:0]
	}
	values := model.Float64s(output)
	for i := range rows {
		row := values[i*width : (i+1)*width]
		best := model.ArgMax(row)
		r.Predicted, r.Sure = append(r.Predicted, best), append(r.Sure, row[best])
	}
}

// of tells whether the reading has all rows of the data.
func (r Reading) of(data dataset.Set) bool { return len(r.Predicted) == data.Len() }

// wrong lists the rows of the data that were not read as they are labelled.
func (r Reading) wrong(data dataset.Set) []int {
	var wrong []int
	for i, predicted := range r.Predicted {
		if predicted != data.Label(i) {
			wrong = append(wrong, i)
		}
	}
	return wrong
}

// surest are those of the rows of which the net was most sure, at most count.
func (r Reading) surest(rows []int, count int) []int {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(r.Sure[b], r.Sure[a]) })
	return rows[:min(len(rows), count)]
}

// Answer is what a net says to one row: a label with the probabilities of all, or a number.
type Answer struct {
	Label         any       `json:"label,omitempty"`
	Probabilities []float64 `json:"probabilities,omitempty"`
	Output        *float64  `json:"output,omitempty"`
}

// NewAnswer reads a row of the net's output; labels are the names of its columns, nil for one number. It is an
// error if a value is not finite.
func NewAnswer(row []float64, labels []any) (Answer, error) {
	for _, v := range row {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Answer{}, errors.New("the net's output is not finite: its weights are broken, or its inputs too large")
		}
	}
	if labels == nil {
		return Answer{Output: &row[0]}, nil
	}
	return Answer{Label: labels[model.ArgMax(row)], Probabilities: row}, nil
}
