package digit

import (
	"image"
	"image/color"
	"math"
	"slices"

	"golang.org/x/image/draw"
)

// trim crops the picture to the digit, and removes specks.
func (p plane) trim() plane {
	const edge = 0.3 // the grey rim of a stroke belongs to it
	patches, sizes := p.patches(0.5)
	least := speck * float64(slices.Max(sizes))
	isSpeck := func(patch int32) bool { return float64(sizes[patch]) < least }
	left, top, right, bottom := p.width, p.height, 0, 0
	for i, patch := range patches {
		if patch >= 0 && !isSpeck(patch) {
			x, y := i%p.width, i/p.width
			left, top, right, bottom = min(left, x), min(top, y), max(right, x+1), max(bottom, y+1)
		}
	}
	// grow by the rim, by up to a pixel on each side
	rim := func(x0, y0, x1, y1 int) bool {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				if i := y*p.width + x; p.values[i] > edge && patches[i] < 0 {
					return true
				}
			}
		}
		return false
	}
	if left > 0 && rim(left-1, top, left, bottom) {
		left--
	}
	if right < p.width && rim(right, top, right+1, bottom) {
		right++
	}
	if top > 0 && rim(left, top-1, right, top) {
		top--
	}
	if bottom < p.height && rim(left, bottom, right, bottom+1) {
		bottom++
	}
	cut := newPlane(right-left, bottom-top)
	for y := range cut.height {
		for x := range cut.width {
			i := (top+y)*p.width + left + x
			if patches[i] < 0 || !isSpeck(patches[i]) {
				cut.values[y*cut.width+x] = p.values[i]
			}
		}
	}
	return cut
}

// patches numbers the patches of pixels above the threshold that touch, corners too, and counts their pixels. A pixel
// without ink has the number -1. There is at least one patch, as the pixel with the most ink is 1.
func (p plane) patches(threshold float32) (patches []int32, sizes []int) {
	patches = slices.Repeat([]int32{-1}, len(p.values))
	var stack []int
	for start, v := range p.values {
		if v <= threshold || patches[start] >= 0 {
			continue
		}
		patch := int32(len(sizes))
		sizes = append(sizes, 0)
		patches[start] = patch
		stack = append(stack[:0], start)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			sizes[patch]++
			x, y := i%p.width, i/p.width
			for ny := max(y-1, 0); ny <= min(y+1, p.height-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, p.width-1); nx++ {
					if n := ny*p.width + nx; p.values[n] > threshold && patches[n] < 0 {
						patches[n] = patch
						stack = append(stack, n)
					}
				}
			}
		}
	}
	return patches, sizes
}

// fit scales the picture so that its longer side has size pixels and its most ink is 1 again, as a thin line gets faint
// when it is made smaller.
func (p plane) fit(size int) plane {
	from := image.NewGray16(image.Rect(0, 0, p.width, p.height))
	for i, v := range p.values {
		from.SetGray16(i%p.width, i/p.width, color.Gray16{Y: uint16(math.Round(float64(v) * math.MaxUint16))})
	}
	scale := float64(size) / float64(max(p.width, p.height))
	scaled := func(side int) int { return max(1, int(math.Round(float64(side)*scale))) }
	small := newPlane(scaled(p.width), scaled(p.height))
	to := image.NewRGBA64(image.Rect(0, 0, small.width, small.height))
	draw.CatmullRom.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	most := float32(0)
	for i := range small.values {
		small.values[i] = float32(to.RGBA64At(i%small.width, i/small.width).R)
		most = max(most, small.values[i])
	}
	for i := range small.values {
		small.values[i] /= most
	}
	return small
}

// centre moves the picture into Side x Side pixels, all of it inside. Its centre of mass comes to the middle, or less
// than a pixel to the right and below, as in each of MNIST's pictures.
func (p plane) centre() *[Side * Side]uint8 {
	var mass, sumX, sumY float64
	for i, v := range p.values {
		mass += float64(v)
		sumX += float64(v) * (float64(i%p.width) + 0.5)
		sumY += float64(v) * (float64(i/p.width) + 0.5)
	}
	left := min(max(int(math.Ceil(Side/2-sumX/mass)), 0), Side-p.width)
	top := min(max(int(math.Ceil(Side/2-sumY/mass)), 0), Side-p.height)
	var pixels [Side * Side]uint8
	for i, v := range p.values {
		pixels[(top+i/p.width)*Side+left+i%p.width] = uint8(math.Round(255 * float64(v)))
	}
	return &pixels
}
