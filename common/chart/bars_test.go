package chart

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

// The height of a bar's ink is proportional to its value.
func TestBarHeights(t *testing.T) {
	values := []float64{1, 2, 4, 0, 8}
	b := made(NewBars([]string{"a", "b", "c", "d", "e"}, values))
	img := render(t, b, 6*vg.Inch, 5*vg.Inch)
	var heights []int
	previous := 0
	for x := range img.Bounds().Dx() {
		height := 0
		for y := range img.Bounds().Dy() {
			if p := img.RGBAAt(x, y); p.B > 160 && p.R < 20 {
				height++
			}
		}
		if height > 0 && previous == 0 {
			heights = append(heights, height)
		} else if height > 0 {
			heights[len(heights)-1] = max(heights[len(heights)-1], height)
		}
		previous = height
	}
	if len(heights) != 4 {
		t.Fatalf("bars of heights %v, want four", heights)
	}
	for i, v := range []float64{1, 2, 4, 8} {
		if want := v * float64(heights[3]) / 8; math.Abs(float64(heights[i])-want) > 1.5 {
			t.Errorf("heights %v for %v", heights, values)
		}
	}
}

// For any number of names, the labels below the bars do not touch.
func TestBarLabelsHaveRoom(t *testing.T) {
	words := lettering{size: tickSize}
	for n := 1; n <= maxBars; n = n*2 + 1 {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("category %d", i)
		}
		room := 800 / vg.Length(n)
		ticks := nameTicks(names, words, room)
		if len(ticks) == 0 || ticks[0].Label == "" {
			t.Fatalf("%d names: no labels", n)
		}
		for i, tick := range ticks[1:] {
			gap := vg.Length(tick.Value-ticks[i].Value) * room
			if need := (words.width(tick.Label) + words.width(ticks[i].Label)) / 2; gap < need {
				t.Errorf("%d names: %q and %q need %v points, have %v", n, ticks[i].Label, tick.Label, need, gap)
			}
		}
	}
}

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
