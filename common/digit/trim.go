package digit

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
)

// trim cuts the picture to the digit: to all ink but specks.
func (p plane) trim() plane {
	const edge = 0.3 // the grey rim of a stroke belongs to it
	parts, sizes := p.parts(0.5)
	largest := 0
	for _, size := range sizes {
		largest = max(largest, size)
	}
	left, top, right, bottom := p.width, p.height, 0, 0
	for i, part := range parts {
		if part < 0 || float64(sizes[part]) < speck*float64(largest) {
			continue
		}
		x, y := i%p.width, i/p.width
		left, top, right, bottom = min(left, x), min(top, y), max(right, x+1), max(bottom, y+1)
	}
	// grow by the rim, as long as there is some
	rim := func(x0, y0, x1, y1 int) bool {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				if i := y*p.width + x; p.values[i] > edge && parts[i] < 0 {
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
			if part := parts[i]; part < 0 || float64(sizes[part]) >= speck*float64(largest) {
				cut.values[y*cut.width+x] = p.values[i]
			}
		}
	}
	return cut
}

// parts numbers the patches of ink above the threshold that touch, corners too; -1 is none. sizes are in
// pixels. There is at least one: the most ink is 1.
func (p plane) parts(threshold float32) (parts []int32, sizes []int) {
	parts = make([]int32, len(p.values))
	for i := range parts {
		parts[i] = -1
	}
	var stack []int
	for start, v := range p.values {
		if v <= threshold || parts[start] >= 0 {
			continue
		}
		part := int32(len(sizes))
		sizes = append(sizes, 0)
		parts[start] = part
		stack = append(stack[:0], start)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			sizes[part]++
			x, y := i%p.width, i/p.width
			for ny := max(y-1, 0); ny <= min(y+1, p.height-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, p.width-1); nx++ {
					if n := ny*p.width + nx; p.values[n] > threshold && parts[n] < 0 {
						parts[n] = part
						stack = append(stack, n)
					}
				}
			}
		}
	}
	return parts, sizes
}

// fit scales the picture so that its longer side has size pixels, and its most ink is 1 again: a thin line
// gets faint when it is made smaller.
func (p plane) fit(size int) plane {
	from := image.NewGray16(image.Rect(0, 0, p.width, p.height))
	for i, v := range p.values {
		from.SetGray16(i%p.width, i/p.width, color.Gray16{Y: uint16(math.Round(float64(v) * math.MaxUint16))})
	}
	scale := float64(size) / float64(max(p.width, p.height))
	small := newPlane(max(1, int(math.Round(float64(p.width)*scale))), max(1, int(math.Round(float64(p.height)*scale))))
	to := image.NewRGBA64(image.Rect(0, 0, small.width, small.height))
	draw.CatmullRom.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	most := float32(0)
	for i := range small.values {
		v := float32(to.RGBA64At(i%small.width, i/small.width).R)
		small.values[i] = v
		most = max(most, v)
	}
	for i := range small.values {
		small.values[i] /= most
	}
	return small
}

// centre puts the picture into Side x Side pixels, none of it outside, with its centre of mass in the
// middle, or right and below of it by less than a pixel: so it is in each of MNIST's pictures.
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
