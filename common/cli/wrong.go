package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// wrongRows and wrongColumns are the lecture's grid.
const wrongRows, wrongColumns = 4, 4

// reading is what a net makes of rows with labels.
type reading struct {
	labels, predicted []int
	sure              []float64 // probability of the predicted class
	classes           int
}

// classify predicts all rows and takes the most probable class of each.
func classify(net *model.Net, data dataset.Set) (reading, error) {
	out, err := net.Predict(data)
	if err != nil {
		return reading{}, err
	}
	r := reading{classes: out.Shape()[1]}
	probabilities := model.Float64s(out)
	for i := range data.Len() {
		row := probabilities[i*r.classes : (i+1)*r.classes]
		best := model.ArgMax(row)
		r.labels = append(r.labels, data.Label(i))
		r.predicted, r.sure = append(r.predicted, best), append(r.sure, row[best])
	}
	return r, nil
}

// Confusion saves confusion.png: which class the net took for which. Rows without a class, those that a
// one-hot encoding did not know, are left out.
func (o Options) Confusion(net *model.Net, data dataset.Set, classes []string) error {
	r, err := classify(net, data)
	if err != nil {
		return err
	}
	return o.confusion(r, classes)
}

func (o Options) confusion(r reading, classes []string) error {
	if len(classes) != r.classes {
		return fmt.Errorf("picture confusion.png: %d names for %d classes", len(classes), r.classes)
	}
	var labels, predicted []int
	for i, label := range r.labels {
		if label >= 0 {
			labels, predicted = append(labels, label), append(predicted, r.predicted[i])
		}
	}
	counts, err := chart.CountConfusion(r.classes, labels, predicted)
	if err != nil {
		return fmt.Errorf("picture confusion.png: %w", err)
	}
	picture, err := chart.NewConfusion(classes, counts)
	if err != nil {
		return fmt.Errorf("picture confusion.png: %w", err)
	}
	return o.Picture("confusion.png", picture)
}

// WrongDigits predicts all test digits, takes the most probable class of each, prints the indices
// and the number of those that are wrong, and saves wrong.png: 16 of them, drawn at random with
// replacement by the run's seed; confident.png: the 16 of which the net was most sure; and confusion.png:
// which digit it took for which. Where nothing is wrong it says so and draws no grids.
func (o Options) WrongDigits(net *model.Net, test dataset.Set) error {
	r, err := classify(net, test)
	if err != nil {
		return err
	}
	var names []string
	for class := range r.classes {
		names = append(names, strconv.Itoa(class))
	}
	if err := o.confusion(r, names); err != nil {
		return err
	}
	var wrong []int
	for i, predicted := range r.predicted {
		if predicted != r.labels[i] {
			wrong = append(wrong, i)
		}
	}
	if len(wrong) == 0 {
		o.Printf("all %d test digits are right: no wrong ones to draw\n", test.Len())
		return nil
	}
	o.Printf("wrong digits:%s\n", indices(wrong))
	o.Printf("%d of %d test digits are wrong\n", len(wrong), test.Len())
	random := kernel.NewStream(o.Seed, kernel.PurposeSample, 0, 0)
	var digits []chart.Digit
	for range wrongRows * wrongColumns {
		i := wrong[random.IntN(len(wrong))]
		digits = append(digits, chart.Wrong(test.Pixels(i), r.labels[i], r.predicted[i]))
	}
	if err := o.digits("wrong.png", digits); err != nil {
		return err
	}
	slices.SortStableFunc(wrong, func(a, b int) int { return cmp.Compare(r.sure[b], r.sure[a]) })
	digits = nil
	for _, i := range wrong[:min(len(wrong), wrongRows*wrongColumns)] {
		d := chart.Wrong(test.Pixels(i), r.labels[i], r.predicted[i])
		d.Title += fmt.Sprintf(" (%.2f %%)", 100*r.sure[i])
		digits = append(digits, d)
	}
	return o.digits("confident.png", digits)
}

// digits saves the lecture's grid.
func (o Options) digits(name string, digits []chart.Digit) error {
	grid, err := chart.NewDigitGrid(wrongRows, wrongColumns, digits)
	if err != nil {
		return fmt.Errorf("picture %s: %w", name, err)
	}
	return o.Picture(name, grid)
}

// indices lists numbers in lines of 16.
func indices(numbers []int) string {
	text := []byte{}
	for i, n := range numbers {
		if i%16 == 0 {
			text = append(text, "\n "...)
		}
		text = append(text, ' ')
		text = strconv.AppendInt(text, int64(n), 10)
	}
	return string(text)
}
