package digit

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"slices"

	"golang.org/x/image/draw"
)

// patch is a connected component of ink, with diagonal neighbours connected.
type patch struct {
	size int             // in pixels
	box  image.Rectangle // its bounding box
}

const speck = 0.02 // a patch below this share of the largest one is dirt

// drawn returns the bounding box of all patches except specks.
func (p plane) drawn() image.Rectangle {
	var all image.Rectangle
	_, patches := p.patches(0.5)
	for _, patch := range withoutSpecks(patches) {
		all = all.Union(patch.box)
	}
	return all
}

// withoutSpecks returns the patches that are no specks, by their numbers.
func withoutSpecks(patches []patch) map[int32]patch {
	most := 0
	for _, patch := range patches {
		most = max(most, patch.size)
	}
	kept := map[int32]patch{}
	for i, patch := range patches {
		if float64(patch.size) >= speck*float64(most) {
			kept[int32(i)] = patch
		}
	}
	return kept
}

// digits crops the picture to each of its digits, from left to right, and removes specks.
func (p plane) digits() []plane {
	numbers, patches := p.patches(0.5)
	var list []plane
	for _, d := range split(withoutSpecks(patches)) {
		list = append(list, p.crop(numbers, d))
	}
	return list
}

// part is a digit, or a piece of one: the bounding box of some patches, and the tallest of them.
type part struct {
	box     image.Rectangle
	tallest int
	patches []int32
}

func (a part) with(b part) part {
	return part{a.box.Union(b.box), max(a.tallest, b.tallest), append(a.patches, b.patches...)}
}

// split groups the patches into the digits of a number. A digit may have several pieces, such as a 5 with a detached
// bar, or dots. So several parts count as digits only if each has at least half of the number's height, most of it in
// one patch, and a gap to the next one. The gap must be wider if the picture is not wider than high, like that of one
// digit.
func split(patches map[int32]patch) []part {
	const (
		height   = 0.55 // of the number's height: the smallest height of a digit
		solid    = 0.4  // of the number's height: the smallest height of the tallest patch of a digit
		gap      = 0.12 // of the number's height: the smallest gap: the smallest gap
		wideGap  = 0.25
		wide     = 1.1 // the smallest width/height of a picture for which this gap is enough
		smallest = 24  // pixels: the smallest height of a number, above that of a digit of MNIST
	)
	var parts []part
	var all part
	for n, patch := range patches {
		parts = append(parts, part{patch.box, patch.box.Dy(), []int32{n}})
		all = all.with(parts[len(parts)-1])
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.box.Min.X, b.box.Min.X), cmp.Compare(a.patches[0], b.patches[0]))
	})
	h := float64(all.box.Dy())
	least := gap * h
	if float64(all.box.Dx()) < wide*h {
		least = wideGap * h
	}
	var list []part
	for _, next := range parts {
		if last := len(list) - 1; last >= 0 && float64(next.box.Min.X-list[last].box.Max.X) < least {
			list[last] = list[last].with(next)
			continue
		}
		list = append(list, next)
	}
	for len(list) > 1 { // join a piece to its digit
		i := slices.IndexFunc(list, func(d part) bool {
			return float64(d.box.Dy()) < height*h || float64(d.tallest) < solid*h || d.box.Dy() < smallest
		})
		if i < 0 {
			break
		}
		if i == len(list)-1 || i > 0 && list[i].box.Min.X-list[i-1].box.Max.X < list[i+1].box.Min.X-list[i].box.Max.X {
			i--
		}
		list[i] = list[i].with(list[i+1])
		list = slices.Delete(list, i+1, i+2)
	}
	return list
}

// crop returns the ink of a part, with the grey rim of its strokes.
func (p plane) crop(numbers []int32, of part) plane {
	const edge = 0.3
	left, top, right, bottom := of.box.Min.X, of.box.Min.Y, of.box.Max.X, of.box.Max.Y
	// grow by the rim, by up to a pixel on each side
	rim := func(x0, y0, x1, y1 int) bool {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				if i := y*p.width + x; p.values[i] > edge && numbers[i] < 0 {
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
	ours := map[int32]bool{}
	for _, n := range of.patches {
		ours[n] = true
	}
	cut := newPlane(right-left, bottom-top)
	for y := range cut.height {
		for x := range cut.width {
			i := (top+y)*p.width + left + x
			if numbers[i] < 0 || ours[numbers[i]] {
				cut.values[y*cut.width+x] = p.values[i]
			}
		}
	}
	return cut
}

// patches finds the patches of pixels above the threshold, and returns the patch number of each pixel, -1 for a pixel
// without ink. There is at least one patch, because the pixel with the most ink has the value 1.
func (p plane) patches(threshold float32) (numbers []int32, patches []patch) {
	numbers = slices.Repeat([]int32{-1}, len(p.values))
	var stack []int
	for start, v := range p.values {
		if v <= threshold || numbers[start] >= 0 {
			continue
		}
		number := int32(len(patches))
		var found patch
		numbers[start] = number
		stack = append(stack[:0], start)
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := i%p.width, i/p.width
			found.size++
			found.box = found.box.Union(image.Rect(x, y, x+1, y+1))
			for ny := max(y-1, 0); ny <= min(y+1, p.height-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, p.width-1); nx++ {
					if n := ny*p.width + nx; p.values[n] > threshold && numbers[n] < 0 {
						numbers[n] = number
						stack = append(stack, n)
					}
				}
			}
		}
		patches = append(patches, found)
	}
	return numbers, patches
}

// fit scales the picture so that its longer side has size pixels, and then its ink so that the largest value is 1:
// scaling down makes thin lines faint.
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

// centre moves the picture into Side x Side pixels, without clipping it, so that its centre of mass is in the middle,
// or less than a pixel to the right and below, as in the pictures of MNIST.
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
