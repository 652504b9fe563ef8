package chart

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestWrongIsTheLecturesTitle(t *testing.T) {
	if got := Wrong(nil, "4", "9").Title; got != "Label : 4 | predict : 9" {
		t.Errorf("%q", got)
	}
}

// Every pixel of a digit is in the picture, at its position and exact grey, as dark ink on white.
func TestDigitPixelsAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	pixels := make([]uint8, 784)
	for i := range pixels {
		pixels[i] = uint8(r.IntN(256))
		if y, x := i/28, i%28; y == 0 || x == 0 || y == 27 || x == 27 {
			pixels[i] = 255 // a black frame, by which the test finds the tile
		}
	}
	for _, size := range []vg.Length{3 * vg.Inch, 5 * vg.Inch, 7.3 * vg.Inch} {
		grid := made(NewDigitGrid(1, 1, []Digit{{Pixels: pixels}}))
		img := render(t, grid, size, size)
		left, top, right, bottom := img.Bounds().Dx(), img.Bounds().Dy(), 0, 0
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if img.RGBAAt(x, y).R < 60 {
					left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
				}
			}
		}
		zoom := float64(right-left+1) / 28
		if high := float64(bottom-top+1) / 28; zoom < 3 || high-zoom > 0.2 || zoom-high > 0.2 {
			t.Fatalf("the tile is %v by %v pixels per pixel", zoom, high)
		}
		for i, ink := range pixels {
			x, y := left+int((float64(i%28)+0.5)*zoom), top+int((float64(i/28)+0.5)*zoom)
			if got := img.RGBAAt(x, y); i%28 > 0 && i%28 < 27 && i/28 > 0 && i/28 < 27 && got.R != 255-ink {
				t.Fatalf("size %g: pixel %d is %v, want grey %d", float64(size), i, got, 255-ink)
			}
		}
	}
}
