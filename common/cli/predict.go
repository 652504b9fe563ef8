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
	"gorgonia-lectures/common/solver"
)

// Prediction says how a program's -predict reads what follows the flags.
type Prediction struct {
	Args   string                              // what one of them is, for -h: "PICTURE"
	Input  []int                               // shape of a row
	Read   func(arg string) ([]float64, error) // a row; errors name the argument
	Labels []any                               // name of each output; nil: one number
}

// Pictures predicts the digit in a picture file, for a net whose inputs have the given shape of 784 pixels.
func Pictures(shape ...int) *Prediction {
	labels := make([]any, 10)
	for i := range labels {
		labels[i] = i
	}
	return &Prediction{Args: "PICTURE", Input: shape, Labels: labels, Read: func(path string) ([]float64, error) {
		pixels, err := digit.ReadFile(path)
		if err != nil {
			return nil, err
		}
		row := make([]float64, len(pixels))
		for i, v := range pixels {
			row[i] = float64(v) / 255
		}
		return row, nil
	}}
}

// Numbers predicts from numbers with commas between them, as in example, which says how many. Without
// labels the net gives one number.
func Numbers(example string, labels ...any) *Prediction {
	count := strings.Count(example, ",") + 1
	return &Prediction{Args: example, Input: []int{count}, Labels: labels, Read: func(text string) ([]float64, error) {
		fields := strings.Split(text, ",")
		if len(fields) != count {
			return nil, fmt.Errorf("%s: want %d numbers with commas between them, as in %s", shown(text), count, example)
		}
		row := make([]float64, count)
		for i, field := range fields {
			x, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
			if err != nil || math.IsNaN(x) || math.IsInf(float64(float32(x)), 0) {
				return nil, fmt.Errorf("%s: %s is not a number that a net takes", shown(text), shown(field))
			}
			row[i] = x
		}
		return row, nil
	}}
}

// answer is what is printed of one prediction as JSON.
type answer struct {
	Input string `json:"input"`
	live.Answer
}

// predictArgs loads the net of -load, and prints what it says to each of the arguments: all, or none and an
// error.
func (o Options) predictArgs(p *Prediction) error {
	// a file without a configuration serves too: nothing is trained
	net, err := keras.LoadWith(o.LoadFrom, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.01)})
	if err != nil {
		return err
	}
	if err := sameEnds(net, p.Input, []int{max(1, len(p.Labels))}); err != nil {
		return fmt.Errorf("load %s: %w", o.LoadFrom, err)
	}
	var values []float64
	for _, arg := range o.Args {
		row, err := p.Read(arg)
		if err != nil {
			return err
		}
		values = append(values, row...)
	}
	rows, err := dataset.FromFloats(p.Input, values, nil, nil)
	if err != nil {
		return err
	}
	y, err := net.Predict(rows)
	if err != nil {
		return err
	}
	answers, err := p.answers(o.Args, y)
	if err != nil {
		return err
	}
	if !o.json {
		for _, a := range answers {
			o.Printf("%s\n", a)
		}
		return nil
	}
	text, err := json.MarshalIndent(answers, "", "  ")
	if err != nil {
		return err
	}
	o.Printf("%s\n", text)
	return nil
}

// answers pairs the arguments with the rows of the net's output.
func (p *Prediction) answers(args []string, y *tensor.Dense) ([]answer, error) {
	all := model.Float64s(y)
	width := len(all) / len(args)
	list := make([]answer, len(args))
	for i, arg := range args {
		a, err := live.NewAnswer(all[i*width:(i+1)*width], p.Labels)
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
