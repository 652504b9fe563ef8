package main

import (
	"fmt"
	"math"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// answers prints the weights and the four cases, and says what to try if one is on the wrong side.
func answers(r *cli.Run) show.Part {
	return func(_ show.Output, t show.Trained) error {
		return printAnswers(r, t.Test, t.Net, len(t.History.Epochs))
	}
}

func printAnswers(r *cli.Run, data dataset.Set, net *model.Net, epochs int) error {
	for _, p := range net.Params() {
		r.Printf("%-14s %v  %.4f\n", p.Name, p.Value.Shape(), model.Float64s(p.Value))
	}
	out, err := net.Predict(data)
	if err != nil {
		return err
	}
	solved := true
	for i, y := range model.Float64s(out) {
		want := data.Target(i)[0]
		r.Printf("%v xor %v = %v, predicted %.4f\n", data.Input(i)[0], data.Input(i)[1], want, y)
		solved = solved && math.Abs(y-want) < 0.5
	}
	// With plain gradient descent, how far the weights can have come goes with the number of steps
	// times their rate.
	way := r.LearningRate * float64(epochs) / float64(min(r.Batch, data.Len()))
	usual := defaults.LearningRate * float64(defaults.Epochs) / float64(defaults.Batch)
	switch {
	case solved:
		r.Printf("solved: all four answers are on the right side of 1/2\n")
	case way < usual:
		r.Printf("not solved: with these settings the weights have not come as far as in the lecture\n")
		r.Printf("train as it does: %s\n", r.Command(fmt.Sprintf("-epochs %d", defaults.Epochs),
			fmt.Sprintf("-batch %d", defaults.Batch), fmt.Sprintf("-lr %g", defaults.LearningRate)))
	default:
		r.Printf("not solved: from these first weights training came to a place with wrong answers\n")
		r.Printf("try other first weights: %s\n", r.Command(fmt.Sprintf("-seed %d", r.Seed+1)))
	}
	return nil
}
