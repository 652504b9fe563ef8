package chart

import (
	"bytes"
	"image/gif"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/internal/wording"
)

// The legend of the surfaces stands on top, also where another picture is the first one.
func TestPanelsLegend(t *testing.T) {
	bars := made(NewBars([]string{"a"}, []float64{1}))
	with := made(NewSurface(xorAnswer, 0, 1, 0, 1))
	with.HideLevel, with.Resolution = true, 10
	without := *with
	with.Classes = []string{"zero", "one"}
	named, nameless := made(NewPanels(2, bars, with)), made(NewPanels(2, bars, &without))
	if apart(render(t, named, 6*vg.Inch, 3*vg.Inch), render(t, nameless, 6*vg.Inch, 3*vg.Inch)) == "" {
		t.Error("the classes are in no legend")
	}
}

func TestAnimation(t *testing.T) {
	var frames []Picture
	for i := range 3 {
		s := made(NewSurface(func(x, y float64) float64 { return x * float64(i) / 2 }, 0, 1, 0, 1))
		s.Resolution = 20
		frames = append(frames, s)
	}
	a := made(NewAnimation(frames...))
	a.Width, a.Height = 2*vg.Inch, 2*vg.Inch
	file := made(a.Encode("film.gif"))
	if !bytes.Equal(file, made(a.Encode("film.gif"))) {
		t.Error("encoded twice, the bytes differ")
	}
	film := made(gif.DecodeAll(bytes.NewReader(file)))
	if len(film.Image) != 3 || !slices.Equal(film.Delay, []int{10, 10, 200}) || film.LoopCount != 0 {
		t.Errorf("%d frames with delays %v, loop count %d, want 3 with [10 10 200], 0",
			len(film.Image), film.Delay, film.LoopCount)
	}
	// The reduced colours are near the true ones.
	want := render(t, frames[2], 2*vg.Inch, 2*vg.Inch)
	sum, n := 0.0, 0
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			g, w := opaque(film.Image[2].At(x, y)), opaque(want.At(x, y))
			for _, d := range []int{int(g.R) - int(w.R), int(g.G) - int(w.G), int(g.B) - int(w.B)} {
				sum += math.Abs(float64(d))
			}
			n += 3
		}
	}
	if mean := sum / float64(n); mean > 2 {
		t.Errorf("colours are %.2f of 255 off on average, want at most 2", mean)
	}

	_, err := a.Encode("film.png")
	wording.Check(t, err, "chart: ", "film.png", ".gif")
	a.Width = 100 * vg.Inch
	_, err = a.Encode("film.gif")
	wording.Check(t, err, "chart: ", "100 x 2 inches")
}
