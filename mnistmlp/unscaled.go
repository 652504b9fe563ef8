package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/study"
)

// unscaled are digits whose pixels go from 0 to 255; those of a Set go from 0 to 1.
type unscaled struct{ dataset.Set }

// Batch32 is that of the Set, its inputs times 255.
func (u unscaled) Batch32(rows []int, inputs, targets []float32) {
	u.Set.Batch32(rows, inputs, targets)
	times255(inputs)
}

// Batch64 is Batch32 in float64.
func (u unscaled) Batch64(rows []int, inputs, targets []float64) {
	u.Set.Batch64(rows, inputs, targets)
	times255(inputs)
}

func times255[T kernel.Float](inputs []T) {
	for i, v := range inputs {
		inputs[i] = T(math.Round(255 * float64(v))) // the pixel that was divided by 255
	}
}

// validations are the two forms of the test digits, and what the study calls them.
var validations = [...]lang.Word{"pixels 0 to 1", "pixels 0 to 255"}

// scores are the values of one validation by epoch.
type scores struct{ loss, accuracy []float64 }

// validateUnscaled trains the net and validates it as the lecture does, whose line
//
//	X_train, x_test = X_train / 255, X_test / 255
//
// assigns the divided test digits to a name that it never uses: it validates on pixels from 0 to 255. The study also
// validates on pixels from 0 to 1, and prints the reason for the difference.
func validateUnscaled(ctx context.Context, r *cli.Run) error {
	train, test, err := r.MNIST(28, 28)
	if err != nil {
		return err
	}
	epochs := studyEpochs
	if r.Given("epochs") {
		epochs = r.Epochs
	}
	net := perceptron(len(train.Classes()))
	err = net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(r.LearningRate),
		Metrics: []model.Metric{model.Accuracy}, Seed: r.Seed})
	if err != nil {
		return err
	}
	forms := [...]dataset.Data{test, unscaled{test}}
	var by [len(forms)]scores
	r.Printf("%5s   %22s   %22s\nepoch", "", validations[0], validations[1])
	for range forms {
		r.Printf("   val_loss  val_accuracy")
	}
	r.Printf("\n")
	validate := func(e model.Epoch) error {
		r.Printf("%5d", e.Epoch)
		for i, data := range forms {
			score, err := net.Evaluate(ctx, data)
			if err != nil {
				return err
			}
			by[i].loss, by[i].accuracy = append(by[i].loss, score.Loss), append(by[i].accuracy, score.Accuracy)
			r.Printf("   %8.4f  %12.4f", score.Loss, score.Accuracy)
		}
		r.Printf("\n")
		return nil
	}
	fit := model.Fit{Epochs: epochs, Batch: r.Batch, Callbacks: []model.Callback{{EpochEnd: validate}}}
	if _, err := net.Fit(ctx, train, fit); err != nil {
		return err
	}
	if err := sayWhy(r, net, test, forms[:]); err != nil {
		return err
	}
	study.Save(r, "unscaled.csv", "epoch", 1,
		study.Column{Name: "val_loss", Values: by[0].loss}, study.Column{Name: "val_accuracy", Values: by[0].accuracy},
		study.Column{Name: "unscaled val_loss", Values: by[1].loss},
		study.Column{Name: "unscaled val_accuracy", Values: by[1].accuracy})
	r.Draw(ctx, "unscaled.png", func() (show.Drawing, error) { return unscaledCurves(by[0], by[1]) })
	return nil
}

// sayWhy prints the reason why the loss grows and the accuracy does not.
func sayWhy(r *cli.Run, net *model.Net, test dataset.Set, forms []dataset.Data) error {
	var all []logits
	for _, data := range forms {
		l, err := logitsOf(net, data, test)
		if err != nil {
			return err
		}
		all = append(all, l)
	}
	line := func(name lang.Word, format string, value func(logits) float64) {
		r.Printf("%-32s  "+format+"  "+format+"\n", name, value(all[0]), value(all[1]))
	}
	r.Printf("\n%-32s  %15s  %15s\n", lang.Word("after the last epoch"), validations[0], validations[1])
	line("mean size of a logit", "%15.3f", func(l logits) float64 { return l.size })
	line("wrong digits", "%15.0f", func(l logits) float64 { return float64(l.wrong) })
	line("mean gap of a wrong digit", "%15.3f", func(l logits) float64 { return l.gap })
	line("wrong digits · mean gap / digits", "%15.4f", func(l logits) float64 {
		return l.gap * float64(l.wrong) / float64(test.Len())
	})
	same := 0
	for i, answer := range all[0].answers {
		if answer == all[1].answers[i] {
			same++
		}
	}
	r.Printf(`
ReLU(255·v) = 255·ReLU(v): but for the biases, pixels 255 times as large make logits 255 times as large.
The largest logit stays the largest: %d of %d answers are the same, so the accuracy hardly moves.
The softmax of such logits is 0 or 1: a right digit costs nothing, a wrong one its gap, from the largest logit
to that of its label. The gap grows as the logits do, and is nearly all of the loss.
`, same, test.Len())
	return nil
}

// logits has results about the inputs of the softmax for the test digits: the mean of their absolute values, the
// answers, the number of wrong ones, and the mean gap of those, from the largest logit to that of the label.
type logits struct {
	size, gap float64
	answers   []int
	wrong     int
}

// logitsOf computes the logits of a trained perceptron for the digits of test in the form of data.
func logitsOf(net *model.Net, data dataset.Data, test dataset.Set) (logits, error) {
	var l logits
	classes := net.OutputShape()[0]
	linear := model.Sequential(model.Input(28, 28),
		layer.Flatten{}, layer.Dense{Units: 1000, Activation: layer.ReLU}, layer.Dense{Units: classes})
	// only to predict
	err := linear.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewSGD(0.1)})
	if err != nil {
		return l, err
	}
	if err := linear.SetWeights(net.Weights()); err != nil {
		return l, err
	}
	out, err := linear.Predict(data)
	if err != nil {
		return l, err
	}
	values := model.Float64s(out)
	for _, z := range values {
		l.size += math.Abs(z) / float64(len(values))
	}
	for row := range test.Len() {
		z := values[row*classes : (row+1)*classes]
		answer, label := model.ArgMax(z), test.Label(row)
		l.answers = append(l.answers, answer)
		if answer != label {
			l.wrong++
			l.gap += z[answer] - z[label]
		}
	}
	l.gap /= float64(max(1, l.wrong))
	return l, nil
}

// unscaledCurves is unscaled.png: accuracy and loss of both validations.
func unscaledCurves(scaled, raw scores) (*chart.Panels, error) {
	series := func(a, b []float64) []chart.Series {
		return []chart.Series{{Name: string(validations[0]), Values: a},
			{Name: string(validations[1]), Values: b, Dashes: []vg.Length{6, 6}}} // which may lie on the other
	}
	accuracy, err := chart.NewCurves(series(scaled.accuracy, raw.accuracy)...)
	if err != nil {
		return nil, err
	}
	accuracy.YLabel, accuracy.YMax = "val_accuracy", 1
	losses, err := chart.NewCurves(series(scaled.loss, raw.loss)...)
	if err != nil {
		return nil, err
	}
	losses.YLabel, losses.LogY = "val_loss", true
	panels, err := chart.NewPanels(2, accuracy, losses)
	if err != nil {
		return nil, err
	}
	points, times := 0.0, 0.0
	for i := range scaled.loss {
		points = math.Max(points, 100*math.Abs(raw.accuracy[i]-scaled.accuracy[i]))
		times = math.Max(times, raw.loss[i]/scaled.loss[i])
	}
	panels.Title = fmt.Sprintf("Validated on pixels of 0 to 255: "+
		"accuracy the same within %.1f points, loss up to %.0f times as large", points, times)
	panels.Width, panels.Height = 12*vg.Inch, 6*vg.Inch
	return panels, nil
}
