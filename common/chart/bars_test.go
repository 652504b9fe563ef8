package chart

import (
	"fmt"
	"math"
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
