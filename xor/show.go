package main

import (
	"context"
	"fmt"
	"math"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// answers prints the weights and the four cases, and what to try if one is on the wrong side.
func answers(r *cli.Run) show.Part {
	return func(_ context.Context, _ show.Output, t show.Trained) error {
		for _, p := range t.Net.Params() {
			r.Printf("%-14s %v  %.4f\n", p.Name, p.Value.Shape(), model.Float64s(p.Value))
		}
		out, err := t.Net.Predict(t.Test)
		if err != nil {
			return err
		}
		out = t.Net.Probabilities(out)
		for i, y := range model.Float64s(out) {
			x, want := t.Test.Input(i), t.Test.Target(i)[0]
			r.Printf("%v xor %v = %v, predicted %.4f\n", x[0], x[1], want, y)
		}
		// with plain gradient descent, the weights can move in proportion to the number of steps times their rate
		reach := r.LearningRate * float64(len(t.History.Epochs)) / float64(min(r.Batch, t.Test.Len()))
		usual := defaults.LearningRate * float64(defaults.Epochs) / float64(defaults.Batch)
		switch {
		case solved(out, t.Test):
			r.Printf("solved: all four answers are on the right side of 1/2\n")
		case reach < usual:
			r.Printf("not solved: with these settings the weights move less than in the lecture\n")
			r.Printf("train as it does: %s\n", r.Command(fmt.Sprintf("-epochs %d", defaults.Epochs),
				fmt.Sprintf("-batch %d", defaults.Batch), fmt.Sprintf("-lr %g", defaults.LearningRate)))
		default:
			r.Printf("not solved: from these first weights training ends with wrong answers\n")
			r.Printf("try other first weights: %s\n", r.Command(fmt.Sprintf("-seed %d", r.Seed+1)))
		}
		return nil
	}
}

// solved reports whether all four answers are within 0.5 of their targets.
func solved(answers *tensor.Dense, data dataset.Set) bool {
	for i, y := range model.Float64s(answers) {
		if !(math.Abs(y-data.Target(i)[0]) < 0.5) {
			return false
		}
	}
	return true
}
