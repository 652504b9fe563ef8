package digit

import (
	"math"
	"slices"
)

// With light from a side, a shadow, a frame or a desk around the paper, the ink by one threshold is a large area that
// reaches the picture's edge. Then the paper is estimated by the closing of the picture (Serra, "Image Analysis and
// Mathematical Morphology", 1982): dark areas narrower than a window are filled, and wider ones, such as a shadow,
// stay. Ink is what is darker than this paper. The picture counts as continued beyond its edge, so a dark area along
// the edge is wide.

// surrounded reports whether the ink by one threshold is not that of a digit: much of the picture's edge is ink, or
// much of the picture is ink in areas wider than a stroke, or the ink has no rim.
func (p plane) surrounded(ink plane) bool {
	const (
		edgeShare = 0.1
		wideShare = 0.1 // of the pixels, as for a sheet of paper that fills most of the picture
		mostly    = 0.75
	)
	atEdge, all := 0, 0
	for i, v := range ink.values {
		if x, y := i%p.width, i/p.width; x == 0 || y == 0 || x == p.width-1 || y == p.height-1 {
			all++
			if v > 0.5 {
				atEdge++
			}
		}
	}
	box := ink.drawn()
	fills := float64(box.Dx()) > mostly*float64(p.width) && float64(box.Dy()) > mostly*float64(p.height)
	wide := ink.wide(max(p.width, p.height) / 4)
	return float64(atEdge) > edgeShare*float64(all) || wide > 0.35 || fills && wide > wideShare ||
		!p.sharp(ink)
}

// sharp reports whether the ink has a rim.
func (p plane) sharp(ink plane) bool { return max(p.rim(ink), p.inverse().rim(ink)) >= 0.6 }

// inverse returns the picture with light and dark exchanged.
func (p plane) inverse() plane {
	to := newPlane(p.width, p.height)
	for i, v := range p.values {
		to.values[i] = 255 - v
	}
	return to
}

// wide returns the share of the pixels that are in a square of ink with this side.
func (p plane) wide(side int) float64 {
	mask := newPlane(p.width, p.height)
	for i, v := range p.values {
		if v > 0.5 {
			mask.values[i] = 1
		}
	}
	mask.window(side, less)
	mask.window(side, more)
	sum := float32(0)
	for _, v := range mask.values {
		sum += v
	}
	return float64(sum) / float64(len(mask.values))
}

func less(a, b float32) bool { return a < b }
func more(a, b float32) bool { return a > b }

// window replaces each value by the first one, in the given order, of a window around it. The window ends at the edge.
func (p plane) window(side int, before func(a, b float32) bool) {
	line := make([]float32, max(p.width, p.height))
	queue := make([]int, len(line))
	for y := range p.height {
		slide(p.values[y*p.width:], line[:p.width], queue, 1, side/2, before)
	}
	for x := range p.width {
		slide(p.values[x:], line[:p.height], queue, p.width, side/2, before)
	}
}

// slide is window along one row or column, whose values are step apart. The queue has the places that may be first in a
// later window (Lemire, "Streaming maximum-minimum filter using no more than three comparisons per element", 2006).
func slide(values, line []float32, queue []int, step, radius int, before func(a, b float32) bool) {
	for i := range line {
		line[i] = values[i*step]
	}
	head, tail := 0, 0
	for i := range len(line) + radius {
		if i < len(line) {
			for tail > head && !before(line[queue[tail-1]], line[i]) {
				tail--
			}
			queue[tail] = i
			tail++
		}
		if at := i - radius; at >= 0 {
			if queue[head] < at-radius {
				head++
			}
			values[at*step] = line[queue[head]]
		}
	}
}

// localInk returns the ink by its contrast to the paper around it, darker or lighter. It returns false unless some ink
// is like a digit: high enough, not at the picture's edge, and with a rim.
func (p plane) localInk() (plane, bool) {
	const least = 0.9 // of the rim
	if min(p.width, p.height) < lowest {
		return plane{}, false
	}
	var best plane
	rim := least
	for _, p := range []plane{p, p.inverse()} {
		ink, ok := p.darker()
		if !ok {
			continue
		}
		if share := p.rim(ink); share > rim {
			best, rim = ink, share
		}
	}
	return best, rim > least
}

// within distinguishes a digit in a shadow, in a frame or on a sheet from a part of a digit that fills the picture: the
// strokes of the former are much narrower than the ink around it, or it consists of complete patches of that ink.
func (p plane) within(around plane) bool {
	const (
		narrower = 2.5
		rim      = 0.3  // ink at a stroke's rim
		whole    = 0.85 // of a patch
		part     = 0.1
	)
	if around.stroke() > narrower*p.stroke() {
		return true
	}
	numbers, patches := around.patches(0.5)
	ours, inside := make([]int, len(patches)), false
	for i, n := range numbers {
		if n >= 0 && p.values[i] > rim {
			ours[n]++
		}
	}
	for n, patch := range patches {
		switch share := float64(ours[n]) / float64(patch.size); {
		case share > whole:
			inside = true
		case share > part:
			return false
		}
	}
	return inside
}

// stroke estimates the mean width of strokes: twice the area divided by the length of the rim.
func (p plane) stroke() float64 {
	area, rim := 0, 0
	for i, v := range p.values {
		if v <= 0.5 {
			continue
		}
		area++
		if x := i % p.width; x > 0 && p.values[i-1] <= 0.5 || x < p.width-1 && p.values[i+1] <= 0.5 {
			rim++
		}
		if i >= p.width && p.values[i-p.width] <= 0.5 || i < len(p.values)-p.width && p.values[i+p.width] <= 0.5 {
			rim++
		}
	}
	return 2 * float64(area) / float64(max(rim, 1))
}

// darker returns the ink that is darker than the paper around it.
func (p plane) darker() (plane, bool) {
	paper := p.median().closing(max(p.width, p.height) / 4)
	ink := newPlane(p.width, p.height)
	var strong []float32
	for i, v := range p.values {
		ink.values[i] = 255 * shade(v, paper.values[i])
		if ink.values[i] >= drawn {
			strong = append(strong, ink.values[i])
		}
	}
	if len(strong) == 0 {
		return ink, false
	}
	threshold, _, _ := otsu(strong)
	_, full := classMeans(strong, threshold)
	ink, err := scaled(ink, 0, full)
	if err != nil {
		return ink, false
	}
	return ink, ink.keepInside()
}

// shade returns the share of the paper's light that ink absorbs.
func shade(ink, paper float32) float32 {
	const least = 40 // of 255: in the dark, noise is a large share of the light
	return max(0, paper-ink) / max(least, paper)
}

// rim returns the share of the ink's rim at which the picture gets lighter towards the paper. It is low for a shape
// that is not ink but an artefact of the window.
func (p plane) rim(ink plane) float64 {
	reach := max(2, max(p.width, p.height)/100)
	lighter, all := 0, 0
	for i, v := range ink.values {
		if v <= 0.5 {
			continue
		}
		x, y := i%p.width, i/p.width
		for _, to := range [4][2]int{{x - reach, y}, {x + reach, y}, {x, y - reach}, {x, y + reach}} {
			if to[0] < 0 || to[1] < 0 || to[0] >= p.width || to[1] >= p.height {
				continue
			}
			n := to[1]*p.width + to[0]
			if ink.values[n] > 0.5 {
				continue
			}
			all++
			if p.values[n]-p.values[i] >= drawn/2 {
				lighter++
			}
		}
	}
	return float64(lighter) / float64(max(all, 1))
}

// lowest is the smallest height of a digit, in pixels.
const lowest = 8

// keepInside removes the ink that reaches the picture's edge, and reports whether a patch remains that is large enough
// for a digit and is not a line.
func (p plane) keepInside() bool {
	const (
		share = 0.02 // of the picture, that is a digit's height
		thin  = 15   // length by width of a line
	)
	numbers, patches := p.patches(0.5)
	least := max(lowest, int(math.Ceil(share*float64(max(p.width, p.height)))))
	enough := false
	for i, patch := range patches {
		b := patch.box
		if b.Min.X == 0 || b.Min.Y == 0 || b.Max.X == p.width || b.Max.Y == p.height {
			patches[i].size = 0
			continue
		}
		length := max(b.Dx(), b.Dy())
		enough = enough || length >= least && length <= thin*min(b.Dx(), b.Dy())
	}
	for i, n := range numbers {
		if n >= 0 && patches[n].size == 0 {
			p.values[i] = 0
		}
	}
	return enough
}

// median replaces each value by the median of 3x3.
func (p plane) median() plane {
	to := newPlane(p.width, p.height)
	var around [9]float32
	for y := range p.height {
		for x := range p.width {
			list := around[:0]
			for ny := max(y-1, 0); ny <= min(y+1, p.height-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, p.width-1); nx++ {
					list = append(list, p.values[ny*p.width+nx])
				}
			}
			slices.Sort(list)
			to.values[y*p.width+x] = list[len(list)/2]
		}
	}
	return to
}

// closing fills areas that are darker than their surroundings and narrower than side.
func (p plane) closing(side int) plane {
	beyond := side/2 + 1
	large := newPlane(p.width+2*beyond, p.height+2*beyond)
	for i := range large.values {
		x, y := i%large.width-beyond, i/large.width-beyond
		large.values[i] = p.values[min(max(y, 0), p.height-1)*p.width+min(max(x, 0), p.width-1)]
	}
	large.window(side, more)
	large.window(side, less)
	for y := range p.height {
		copy(p.values[y*p.width:][:p.width], large.values[(y+beyond)*large.width+beyond:])
	}
	return p
}
