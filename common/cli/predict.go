package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// Prediction says what a program's -predict reads after the flags, and the page of -live from its visitors.
type Prediction struct {
	Inputs []live.Slider    // the numbers of a row, with those of an example; nil: a row is the picture of a digit
	Start  func() []float64 // what the page shows at first; nil: the example
	Shape  []int            // of a row; nil: that of Inputs
	Labels []any            // name of each output; nil: one number
	Output string           // what that number is
}

// Pictures predicts the digit in a picture file, for a net whose inputs have the given shape of 784 pixels.
func Pictures(shape ...int) *Prediction {
	labels := make([]any, len(show.Digits))
	for i := range labels {
		labels[i] = i
	}
	return &Prediction{Shape: shape, Labels: labels}
}

// args is what one of them is, for -h.
func (p *Prediction) args() string {
	if p.Inputs == nil {
		return "PICTURE"
	}
	var numbers []string
	for _, input := range p.Inputs {
		numbers = append(numbers, fmt.Sprint(input.Value))
	}
	return strings.Join(numbers, ",")
}

func (p *Prediction) shape() []int {
	if p.Shape == nil {
		return []int{len(p.Inputs)}
	}
	return p.Shape
}

// read reads a row; errors name the argument.
func (p *Prediction) read(arg string) ([]float64, error) {
	if p.Inputs != nil {
		return p.numbers(arg)
	}
	pixels, err := digit.ReadFile(arg)
	if err != nil {
		return nil, err
	}
	row := make([]float64, len(pixels))
	for i, v := range pixels {
		row[i] = float64(v) / 255
	}
	return row, nil
}

// numbers reads numbers with commas between them.
func (p *Prediction) numbers(text string) ([]float64, error) {
	fields := strings.Split(text, ",")
	if len(fields) != len(p.Inputs) {
		return nil, fmt.Errorf("%s: want %d numbers with commas between them, as in %s", shown(text), len(p.Inputs), p.args())
	}
	row := make([]float64, len(fields))
	for i, field := range fields {
		x, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil || math.IsNaN(x) || math.IsInf(float64(float32(x)), 0) {
			return nil, fmt.Errorf("%s: %s is not a number that a net takes", shown(text), shown(field))
		}
		row[i] = x
	}
	return row, nil
}

// answer is what is printed of one prediction as JSON.
type answer struct {
	Input string `json:"input"`
	show.Answer
}

// predictArgs loads the net of -load, and prints what it says to each of the arguments: all, or none and an
// error.
func (r *Run) predictArgs() error {
	p := r.defaults.Predict
	// a file without a configuration serves too: nothing is trained
	net, err := keras.LoadWith(r.LoadFrom, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.01)})
	if err != nil {
		return err
	}
	if err := sameEnds(net, p.shape(), []int{max(1, len(p.Labels))}); err != nil {
		return fmt.Errorf("load %s: %w", r.LoadFrom, err)
	}
	var values []float64
	for _, arg := range r.Args {
		row, err := p.read(arg)
		if err != nil {
			return err
		}
		values = append(values, row...)
	}
	rows, err := dataset.FromFloats(p.shape(), values, nil, nil)
	if err != nil {
		return err
	}
	y, err := net.Predict(rows)
	if err != nil {
		return err
	}
	answers, err := p.answers(r.Args, y)
	if err != nil {
		return err
	}
	if !r.json {
		for _, a := range answers {
			r.Printf("%s\n", a)
		}
		return nil
	}
	text, err := json.MarshalIndent(answers, "", "  ")
	if err != nil {
		return err
	}
	r.Printf("%s\n", text)
	return nil
}

// answers pairs the arguments with the rows of the net's output.
func (p *Prediction) answers(args []string, y *tensor.Dense) ([]answer, error) {
	all := model.Float64s(y)
	width := len(all) / len(args)
	list := make([]answer, len(args))
	for i, arg := range args {
		a, err := show.NewAnswer(all[i*width:(i+1)*width], p.Labels)
		if err != nil {
			return nil, err
		}
		list[i] = answer{arg, a}
	}
	return list, nil
}

// String is a line: the input, the label, and the probabilities.
func (a answer) String() string {
	if a.Output != nil {
		return fmt.Sprintf("%s: %.4f", shown(a.Input), *a.Output)
	}
	line := fmt.Sprintf("%s: %v ", shown(a.Input), a.Label)
	for _, p := range a.Probabilities {
		line += fmt.Sprintf(" %.4f", p)
	}
	return line
}
