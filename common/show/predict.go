package show

import (
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

// Predict answers each argument: numbers with commas between them, or the path of a picture. It answers all of them, or
// returns an error that names the argument.
func (p *Prediction) Predict(net *model.Net, args []string) ([]Predicted, error) {
	var values []float64
	for _, arg := range args {
		row, err := p.read(arg)
		if err != nil {
			return nil, err
		}
		values = append(values, row...)
	}
	rows, err := dataset.FromFloats(p.InputShape(), values, nil, nil)
	if err != nil {
		return nil, err
	}
	y, err := net.Predict(rows)
	if err != nil {
		return nil, err
	}
	outputs := model.Float64s(y)
	width := len(outputs) / len(args)
	list := make([]Predicted, len(args))
	for i, arg := range args {
		a, err := NewAnswer(outputs[i*width:(i+1)*width], p.Labels)
		if err != nil {
			return nil, err
		}
		list[i] = Predicted{arg, a}
	}
	return list, nil
}

func (p *Prediction) read(arg string) ([]float64, error) {
	if p.Inputs != nil {
		return p.numbers(arg)
	}
	pixels, err := digit.ReadFile(arg)
	if err != nil {
		return nil, err
	}
	var row []float64
	for _, v := range pixels {
		row = append(row, float64(v)/255)
	}
	return row, nil
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
}

// String is a line: the input, the label, and the probabilities.
func (p Predicted) String() string {
	if p.Output != nil {
		return fmt.Sprintf("%s: %.4f", text.Brief(p.Input), *p.Output)
	}
	line := fmt.Sprintf("%s: %v ", text.Brief(p.Input), p.Label)
	for _, probability := range p.Probabilities {
		line += fmt.Sprintf(" %.4f", probability)
	}
	return line
}
