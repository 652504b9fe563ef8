package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
)

// wrongRows and wrongColumns are the lecture's grid.
const wrongRows, wrongColumns = 4, 4

// reading is what a net makes of rows with labels.
type reading struct {
	live.Reading
	labels  []int
	classes int
}

// classify predicts all rows and takes the most probable class of each. The page of -live gets it too.
func (o Options) classify(net *model.Net, data dataset.Set) (reading, error) {
	out, err := net.Predict(data)
	if err != nil {
		return reading{}, err
	}
	r := reading{labels: labelsOf(data), classes: out.Shape()[1]}
	r.Add(0, out)
	if o.page != nil {
		o.page.Read(r.Reading)
	}
	return r, nil
}

func labelsOf(data dataset.Set) []int {
	labels := make([]int, data.Len())
	for i := range labels {
		labels[i] = data.Label(i)
	}
	return labels
}

// Confusion saves confusion.png: which class the net took for which. Rows without a class, those that a
// one-hot encoding did not know, are left out.
func (o Options) Confusion(net *model.Net, data dataset.Set, classes []string) error {
	r, err := o.classify(net, data)
	if err != nil {
		return err
	}
	return o.confusion(r, classes)
}

func (o Options) confusion(r reading, classes []string) error {
	picture, err := confusion(r, classes)
	if err != nil {
		return fmt.Errorf("picture confusion.png: %w", err)
	}
	return o.Picture("confusion.png", picture)
}

func confusion(r reading, classes []string) (*chart.Confusion, error) {
	if len(classes) != r.classes {
		return nil, fmt.Errorf("%d names for %d classes", len(classes), r.classes)
	}
	var labels, predicted []int
	for i, label := range r.labels {
		if label >= 0 {
			labels, predicted = append(labels, label), append(predicted, r.Predicted[i])
		}
	}
	counts, err := chart.CountConfusion(r.classes, labels, predicted)
	if err != nil {
		return nil, err
	}
	return chart.NewConfusion(classes, counts)
}

// WrongDigits predicts all test digits, takes the most probable class of each, prints the indices
// and the number of those that are wrong, and saves wrong.png: 16 of them, drawn at random with
// replacement by the run's seed; confident.png: the 16 of which the net was most sure; and confusion.png:
// which digit it took for which. Where nothing is wrong it says so and draws no grids.
func (o Options) WrongDigits(net *model.Net, test dataset.Set) error {
	r, err := o.classify(net, test)
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
	wrong := r.wrong()
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
		digits = append(digits, chart.Wrong(test.Pixels(i), r.labels[i], r.Predicted[i]))
	}
	if err := o.digits("wrong.png", test, digits); err != nil {
		return err
	}
	digits = nil
	for _, i := range r.surest(wrong) {
		d := chart.Wrong(test.Pixels(i), r.labels[i], r.Predicted[i])
		d.Title += fmt.Sprintf(" (%.2f %%)", 100*r.Sure[i])
		digits = append(digits, d)
	}
	return o.digits("confident.png", test, digits)
}

// wrong lists the rows that are not right.
func (r reading) wrong() []int {
	var wrong []int
	for i, predicted := range r.Predicted {
		if predicted != r.labels[i] {
			wrong = append(wrong, i)
		}
	}
	return wrong
}

// surest are those of the wrong rows of which the net was most sure, at most a grid of them.
func (r reading) surest(wrong []int) []int {
	wrong = slices.Clone(wrong)
	slices.SortStableFunc(wrong, func(a, b int) int { return cmp.Compare(r.Sure[b], r.Sure[a]) })
	return wrong[:min(len(wrong), wrongRows*wrongColumns)]
}

// digits saves the lecture's grid, of pixels that were read from test.
func (o Options) digits(name string, test dataset.Set, digits []chart.Digit) error {
	if err := test.Err(); err != nil {
		return err
	}
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
