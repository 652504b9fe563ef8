package show

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
)

// Slider is an input with a range, which a visitor of a page chooses.
type Slider struct {
	Name  string  `json:"name"`
	Min   float64 `json:"min"`
	Max   float64 `json:"max"`
	Step  float64 `json:"step"`
	Value float64 `json:"value"` // the initial value
}

// Prediction describes the inputs and outputs of a net, for -predict on the command line and for the visitors of a
// page.
type Prediction struct {
	Inputs []Slider         // the numbers of a row, with an example; nil: a row is the picture of a digit
	Start  func() []float64 // the initial numbers on a page; nil: the example
	Shape  []int            // of a row; nil: one number for each of Inputs
	Labels []any            // name of each output; nil: one number
	Output string           // the name of that number
	Chance bool             // that number is a probability; of a net without a loss, a linear output is its logit
}

// Pictures returns the Prediction for pictures of digits, by a net whose input has the given shape of 784 pixels.
func Pictures(shape ...int) *Prediction {
	return (&Prediction{Shape: shape}).Named(Numbers(10))
}

// Named sets the names of the outputs. A name that is a number is a number in JSON.
func (p *Prediction) Named(names []string) *Prediction {
	named := *p
	named.Labels = nil
	for _, name := range names {
		var label any = name
		if n, err := strconv.Atoi(name); err == nil && strconv.Itoa(n) == name {
			label = n
		}
		named.Labels = append(named.Labels, label)
	}
	return &named
}

// Example is one argument of -predict.
func (p *Prediction) Example() string {
	if p.Inputs == nil {
		return "PICTURE"
	}
	var numbers []string
	for _, input := range p.Inputs {
		numbers = append(numbers, fmt.Sprint(input.Value))
	}
	return strings.Join(numbers, ",")
}

// InputShape returns the shape of a row.
func (p *Prediction) InputShape() []int {
	if p.Shape == nil {
		return []int{len(p.Inputs)}
	}
	return p.Shape
}

// OutputShape returns the shape of the net's output for a row.
func (p *Prediction) OutputShape() []int { return []int{max(1, len(p.Labels))} }

// Predict returns the net's answer to each argument: numbers separated by commas, or the path of a picture. The error
// names the arguments without an answer; the answers to the others are returned with it.
func (p *Prediction) Predict(net *model.Net, args []string) ([]Predicted, error) {
	var values []float64
	var list []Predicted
	var wrong []error
	for _, arg := range args {
		rows, err := p.read(arg)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		for _, row := range rows {
			values = append(values, row...)
		}
		list = append(list, Predicted{Input: arg, Digits: make([]Answer, len(rows))})
	}
	if len(list) == 0 {
		return nil, some(wrong)
	}
	rows, err := dataset.FromFloats(p.InputShape(), values, nil, nil)
	if err != nil {
		return nil, err
	}
	y, err := net.Predict(rows)
	if err != nil {
		return nil, err
	}
	outputs := model.Float64s(net.Probabilities(y))
	width := len(outputs) / rows.Len()
	for i := range list {
		for k := range list[i].Digits {
			if list[i].Digits[k], err = NewAnswer(outputs[:width], p.Labels); err != nil {
				return nil, err
			}
			outputs = outputs[width:]
		}
		if len(list[i].Digits) == 1 {
			list[i].Answer, list[i].Digits = list[i].Digits[0], nil
		}
	}
	return list, some(wrong)
}

// some joins at most ten errors of arguments.
func some(wrong []error) error {
	const most = 10
	if more := len(wrong) - most; more > 0 {
		wrong = append(wrong[:most:most], fmt.Errorf("and %d more like these", more))
	}
	return errors.Join(wrong...)
}

// read returns the rows of an argument: one, or one for each digit in a picture.
func (p *Prediction) read(arg string) ([][]float64, error) {
	if p.Inputs != nil {
		row, err := p.numbers(arg)
		return [][]float64{row}, err
	}
	digits, err := digit.ReadFile(arg)
	if err != nil {
		return nil, err
	}
	rows := make([][]float64, len(digits))
	for i, pixels := range digits {
		for _, v := range pixels {
			rows[i] = append(rows[i], float64(v)/255)
		}
	}
	return rows, nil
}

func (p *Prediction) numbers(arg string) ([]float64, error) {
	fields := strings.Split(arg, ",")
	if len(fields) != len(p.Inputs) {
		return nil, fmt.Errorf("%s: want %d numbers separated by commas, as in %s",
			text.Brief(arg), len(p.Inputs), p.Example())
	}
	row := make([]float64, len(fields))
	for i, field := range fields {
		x, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil || math.IsNaN(x) || math.IsInf(float64(float32(x)), 0) {
			return nil, fmt.Errorf("%s: want finite numbers, not %s", text.Brief(arg), text.Brief(field))
		}
		row[i] = x
	}
	return row, nil
}

// Predicted is the answer to an argument.
type Predicted struct {
	Input string `json:"input"`
	Answer
	Digits []Answer `json:"digits,omitempty"` // for a number of several digits, from left to right, instead of one answer
}

// Print prints a line: the input, the label, and the probabilities. For a number of several digits it prints a line
// with all of them, and one for each.
func (p Predicted) Print(printf func(format string, args ...any)) {
	name := text.Brief(p.Input)
	if p.Digits == nil {
		printf("%s: %v\n", name, p.Answer)
		return
	}
	labels := ""
	for _, d := range p.Digits {
		labels += fmt.Sprintf(" %v", d.Label)
	}
	printf("%s: a number of %d digits, from left to right:%s\n", name, len(p.Digits), labels)
	for i, d := range p.Digits {
		printf("%s, digit %d: %v\n", name, i+1, d)
	}
}

// String formats the label and the probabilities, or the number.
func (a Answer) String() string {
	if a.Output != nil {
		return fmt.Sprintf("%.4f", *a.Output)
	}
	line := fmt.Sprintf("%v ", a.Label)
	for _, probability := range a.Probabilities {
		line += fmt.Sprintf(" %.4f", probability)
	}
	return line
}
