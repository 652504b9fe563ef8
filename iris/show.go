package main

import (
	"fmt"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
)

// matrix saves data.png: each feature of the flowers over each other one. Flowers of an unknown species are
// left out.
func matrix(opt cli.Options, sets ...dataset.Set) error {
	var rows [][]float64
	var labels []int
	for _, set := range sets {
		for i := range set.Len() {
			if label := set.Label(i); label >= 0 {
				rows, labels = append(rows, set.Input(i)), append(labels, label)
			}
		}
	}
	picture, err := chart.NewScatterMatrix(dataset.IrisFeatures, rows, dataset.IrisSpecies, labels)
	if err != nil {
		return fmt.Errorf("picture data.png: %w", err)
	}
	picture.Title = "The flowers: lengths and widths in cm"
	return opt.Picture("data.png", picture)
}
