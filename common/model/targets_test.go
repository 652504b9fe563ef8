package model_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Class numbers and one-hot rows train a net to the same bits, whichever of them its loss wants.
func TestTargetsOfEitherForm(t *testing.T) {
	numbers := dataset.Iris().First(120)
	ones, err := numbers.OneHot(3, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []loss.Loss{
		loss.CategoricalCrossentropy, loss.SparseCategoricalCrossentropy, loss.BinaryCrossentropy, loss.MeanSquaredError,
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(l.String()+" "+dtype.String(), func(t *testing.T) {
				var trained [2][]float64
				var histories [2]*model.History
				var scores [2]model.Score
				for i, data := range []dataset.Set{numbers, ones} {
					net := nets.Compile(t, model.Sequential(model.Input(4), layer.Dense{Units: 3, Activation: layer.Softmax}),
						model.Config{Loss: l, Solver: solver.NewAdam(0.01), Dtype: dtype, Metrics: []model.Metric{model.Accuracy}})
					if err := net.Accepts(data); err != nil {
						t.Fatal(err)
					}
					histories[i] = nets.Fit(t, net, data, model.Fit{Epochs: 3, Batch: 50, Validation: data})
					trained[i] = weights(net)
					if scores[i], err = net.Evaluate(t.Context(), data); err != nil {
						t.Fatal(err)
					}
					if _, err := net.Gradients(data); err != nil {
						t.Error(err)
					}
				}
				last := [2]model.Epoch{histories[0].Last(), histories[1].Last()}
				last[0].Seconds, last[1].Seconds = 0, 0
				if !slices.Equal(trained[0], trained[1]) || scores[0] != scores[1] || last[0] != last[1] || last[0].Accuracy == 0 {
					t.Errorf("numbers end with %+v and %+v, one-hot rows with %+v and %+v", scores[0], last[0], scores[1], last[1])
				}
			})
		}
	}
}

// Data that cannot be read is no matter of its targets.
func TestTargetsOfDataThatCannotBeRead(t *testing.T) {
	data, path := streamed(t, 40)
	net := nets.Compile(t, model.Sequential(model.Input(784), layer.Dense{Units: 10, Activation: layer.Softmax}),
		model.Config{Loss: loss.CategoricalCrossentropy})
	if _, err := net.Evaluate(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 16+784*3); err != nil {
		t.Fatal(err)
	}
	_, err := net.Evaluate(t.Context(), data)
	wording.Check(t, err, path, "digit 3")
	_, err = net.Fit(t.Context(), data, model.Fit{Epochs: 1, Batch: 40, NoShuffle: true})
	wording.Check(t, err, path, "digit 3")
}

// The same values in the same order are the same input; in another order they are none.
func TestInputsOfOtherShapes(t *testing.T) {
	digits := nets.Digits(t, 3) // 10x10x1
	net := nets.Compile(t, model.Sequential(model.Input(10, 10, 1), layer.Flatten{}, layer.Dense{Units: 3, Activation: layer.Softmax}),
		model.Config{})
	want, err := net.Predict(digits)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		shape []int
		fits  bool
	}{
		{[]int{100}, true}, {[]int{10, 10}, true}, {[]int{1, 10, 10}, true}, {[]int{100, 1}, true},
		{[]int{20, 5}, false}, {[]int{5, 20, 1}, false},
	} {
		same, err := digits.Reshape(c.shape...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := net.Predict(same)
		if !c.fits {
			wording.Check(t, err, "inputs", fmt.Sprint(tensor.Shape(c.shape)), "(10, 10, 1)")
			continue
		}
		if err != nil || !slices.Equal(model.Float64s(got), model.Float64s(want)) {
			t.Errorf("%v: %v, error %v, want %v", c.shape, got, err, want)
		}
		if err := net.Accepts(same); err != nil {
			t.Errorf("%v: %v", c.shape, err)
		}
	}
}
