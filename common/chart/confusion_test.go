package chart

import (
	"maps"
	"slices"
	"testing"
)

// confused is a confusion matrix with counts of the true classes, then the predicted ones.
func confused(classes []string, counts [][]int) *Confusion {
	var labels, predicted []int
	for label, row := range counts {
		for p, n := range row {
			labels = append(labels, slices.Repeat([]int{label}, n)...)
			predicted = append(predicted, slices.Repeat([]int{p}, n)...)
		}
	}
	return made(NewConfusion(classes, labels, predicted))
}

// Every count is written once, the names of the classes on both sides; the golden picture shows where.
func TestConfusion(t *testing.T) {
	got := written(t, confused([]string{"cat", "dog"}, [][]int{{11, 22}, {33, 44}}))
	want := map[string]int{"11": 1, "22": 1, "33": 1, "44": 1, "label": 1, "predicted": 1, "cat": 2, "dog": 2,
		"right": 1, "wrong": 1}
	if !maps.Equal(got, want) {
		t.Errorf("written %v, want %v", got, want)
	}
}
