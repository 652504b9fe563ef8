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

// Slider is an input that a visitor of a page chooses.
type Slider struct {
	Name  string  `json:"name"`
	Min   float64 `json:"min"`
	Max   float64 `json:"max"`
	Step  float64 `json:"step"`
	Value float64 `json:"value"` // the first one
}

// Prediction describes the questions to a net: those of -predict on the command line, and of the visitors of a page.
type Prediction struct {
	Inputs []Slider         // the numbers of a row, with an example; nil: a row is the picture of a digit
	Start  func() []float64 // the first numbers on a page; nil: the example
	Shape  []int            // of a row; nil: one number for each of Inputs
	Labels []any            // name of each output; nil: one number
	Output string           // the name of that number
	Chance bool             // that number is a probability; of a net without a loss, a linear output is its logit
}

// Pictures asks a net, whose inputs have the given shape of 784 pixels, for the digit in a picture file.
func Pictures(shape ...int) *Prediction {
	return (&Prediction{Shape: shape}).Named(Numbers(10))
}

// Named is the prediction with these names of the outputs. In JSON a name that is a number is one.
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

// InputShape is that of a row.
func (p *Prediction) InputShape() []int {
	if p.Shape == nil {
		return []int{len(p.Inputs)}
	}
	return p.Shape
}

// OutputShape is that of what the net gives for a row.
func (p *Prediction) OutputShape() []int { return []int{max(1, len(p.Labels))} }

// Predict answers each argument: numbers with commas between them, or the path of a picture. The error names those that
// it cannot answer; the answers of the others come with it.
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

// some joins the errors of arguments, at most ten.
func some(wrong []error) error {
	const most = 10
	if more := len(wrong) - most; more > 0 {
		wrong = append(wrong[:most:most], fmt.Errorf("and %d more like these", more))
	}
	return errors.Join(wrong...)
}

// read gives the rows of an argument: one, or one for each digit in a picture.
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
		return nil, fmt.Errorf("%s: want %d numbers with commas between them, as in %s",
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
	Digits []Answer `json:"digits,omitempty"` // instead of one answer: those of a number's digits, from left to right
}

// Print prints a line: the input, the label, and the probabilities. A number of several digits is a line that says so,
// and one for each of them.
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

// String is the label and the probabilities, or the number.
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
