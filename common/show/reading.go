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

// Reading has the classes that a net predicts for rows.
type Reading struct {
	Predicted []int     // most probable class of each row
	Sure      []float64 // its probability
	Classes   int       // of the net
}

// Add adds the probabilities of the next rows, from row first on; first 0 clears the reading. It ignores outputs of one
// value, which are not classes.
func (r *Reading) Add(first int, output *tensor.Dense) {
	rows := output.Shape()[0]
	width := output.Shape().TotalSize() / rows
	if width < 2 {
		return
	}
	if first == 0 {
		r.Predicted, r.Sure = r.Predicted[:0], r.Sure[:0]
	}
	r.Classes = width
	values := model.Float64s(output)
	for i := range rows {
		row := values[i*width : (i+1)*width]
		best := model.ArgMax(row)
		r.Predicted, r.Sure = append(r.Predicted, best), append(r.Sure, row[best])
	}
}

// of reports whether the reading has all rows of the data.
func (r Reading) of(data dataset.Set) bool { return len(r.Predicted) == data.Len() }

// wrong lists the rows of the data whose prediction is not their label.
func (r Reading) wrong(data dataset.Set) []int {
	var wrong []int
	for i, predicted := range r.Predicted {
		if predicted != data.Label(i) {
			wrong = append(wrong, i)
		}
	}
	return wrong
}

// surest returns at most count of the rows, those of which the net is most sure.
func (r Reading) surest(rows []int, count int) []int {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(r.Sure[b], r.Sure[a]) })
	return rows[:min(len(rows), count)]
}

// Answer is a net's answer to one row: a label with the probabilities of all labels, or a number.
type Answer struct {
	Label         any       `json:"label,omitempty"`
	Probabilities []float64 `json:"probabilities,omitempty"`
	Output        *float64  `json:"output,omitempty"`
}

// NewAnswer reads a row of the net's output; labels name its columns, nil for one number. It is an error if a value is
// not finite.
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
