package main

import (
	"context"
	"fmt"
	"math"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/show"
)

// printedFlowers is the number of flowers that are printed before training.
const printedFlowers = 10

// printFlowers prints the first flowers to train on, each with its species and the one-hot row of that, and the sizes
// of both sets.
func printFlowers(r *cli.Run, train, test dataset.Set) {
	for _, name := range dataset.IrisFeatures {
		r.Printf("%-14s", lang.Word(name))
	}
	r.Printf("%-14s%s\n", lang.Word("species"), lang.Word("one-hot row"))
	for i := range min(printedFlowers, train.Len()) {
		for _, length := range train.Input(i) {
			r.Printf("%-14g", length)
		}
		r.Printf("%-14s%v\n", dataset.IrisSpecies[train.Label(i)], train.Target(i))
	}
	r.Printf("%d flowers to train on, %d to test with\n", train.Len(), test.Len())
}

// converged is the smallest share of right test flowers of a trained net; each of 100 seeds has at least this.
const converged = 0.9

// result prints how many of the test flowers are right, and what to try if they are too few.
func result(r *cli.Run) show.Part {
	return func(_ context.Context, out show.Output, t show.Trained) error {
		flowers := t.Test.Len()
		right := int(math.Round(t.Score.Accuracy * float64(flowers)))
		out.Printf("%d of %d test flowers right, loss %.4f\n", right, flowers, t.Score.Loss)
		if t.Score.Accuracy < converged {
			out.Printf("not converged: want at least %.0f %% right\n", 100*converged)
			out.Printf("train on: %s\n", r.Command(fmt.Sprintf("-epochs %d", max(2*r.Epochs, defaults.Epochs)),
				fmt.Sprintf("-lr %g", defaults.LearningRate)))
		}
		return nil
	}
}

// shownFlowers is the largest number of flowers that are drawn.
const shownFlowers = 10000

// matrix draws data.png: each feature of the flowers over each other one. Flowers of an unknown species are
// left out, and those of a large table after the first shownFlowers; the split has shuffled them.
func matrix(sets ...dataset.Set) show.Part {
	return func(ctx context.Context, out show.Output, _ show.Trained) error {
		out.Draw(ctx, "data.png", func() (show.Drawing, error) { return scatterMatrix(sets) })
		return nil
	}
}

func scatterMatrix(sets []dataset.Set) (*chart.ScatterMatrix, error) {
	var rows [][]float64
	var labels []int
	for _, set := range sets {
		for i := range set.Len() {
			if label := set.Label(i); label >= 0 {
				rows, labels = append(rows, set.Input(i)), append(labels, label)
			}
		}
	}
	title := "The flowers: lengths and widths in cm"
	if all := len(rows); all > shownFlowers {
		title = fmt.Sprintf("%d of the %d flowers: lengths and widths in cm", shownFlowers, all)
		rows, labels = rows[:shownFlowers], labels[:shownFlowers]
	}
	picture, err := chart.NewScatterMatrix(dataset.IrisFeatures, rows, dataset.IrisSpecies, labels)
	if err != nil {
		return nil, err
	}
	picture.Title = title
	return picture, nil
}
