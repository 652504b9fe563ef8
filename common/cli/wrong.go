package cli

import (
	"strconv"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// wrongRows and wrongColumns are the lecture's grid.
const wrongRows, wrongColumns = 4, 4

// WrongDigits predicts all test digits, takes the most probable class of each, prints the indices
// and the number of those that are wrong, and saves wrong.png: 16 of them, drawn at random with
// replacement by the run's seed. Where nothing is wrong it says so and draws no grid.
func (o Options) WrongDigits(net *model.Net, test dataset.Set) error {
	out, err := net.Predict(test)
	if err != nil {
		return err
	}
	classes := out.Shape()[1]
	probabilities := model.Float64s(out)
	predicted := make([]int, test.Len())
	var wrong []int
	for i := range predicted {
		predicted[i] = model.ArgMax(probabilities[i*classes : (i+1)*classes])
		if predicted[i] != test.Label(i) {
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
		digits = append(digits, chart.Wrong(test.Pixels(i), test.Label(i), predicted[i]))
	}
	grid, err := chart.NewDigitGrid(wrongRows, wrongColumns, digits)
	if err != nil {
		return err
	}
	return o.Picture("wrong.png", grid)
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
