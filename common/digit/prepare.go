package digit

import (
	"errors"
	"image"
	"slices"

	"golang.org/x/image/draw"
)

// Side is the height and the width of an MNIST picture.
const Side = 28

const (
	box     = 20  // the side of the digit itself
	working = 800 // a larger picture is made smaller first
	drawn   = 24  // of 255: the smallest contrast of a picture that is not empty
)

// Pixels is a digit in the form of MNIST, row by row: 0 is paper, 255 ink.
type Pixels = [Side * Side]uint8

// Prepare converts a picture to the form of MNIST as its authors did (LeCun, Cortes and Burges, "The MNIST database of
// handwritten digits"): it crops the digit, scales it to fit into 20x20 pixels with grey levels, and moves its centre
// of mass to the middle of 28x28 pixels. For a picture of a number it returns each digit, from left to right.
//
// Paper is the brightness of most of the picture's edge, and ink is everything on the other side of Otsu's threshold
// ("A threshold selection method from gray-level histograms", 1979). If that ink is a shadow, a frame or the desk
// around the paper, ink is found by its contrast to the paper around it instead. Transparent pixels are paper. Specks
// of ink are removed. A picture of one colour is an error.
func Prepare(img image.Image) ([]*Pixels, error) { return prepare(img, upright) }

func prepare(img image.Image, o orientation) ([]*Pixels, error) {
	if img.Bounds().Empty() {
		return nil, errors.New("a picture without pixels, want at least one")
	}
	ink, err := find(img)
	if err != nil {
		return nil, err
	}
	var list []*Pixels
	for _, d := range ink.turn(o).digits() {
		list = append(list, d.fit(box).centre())
	}
	return list, nil
}

// find returns the ink of the picture. If the digit is small in a large picture, it returns the ink around the digit in
// a better resolution than that of the whole picture.
func find(img image.Image) (plane, error) {
	const small = working / 8
	bounds := img.Bounds()
	ink, err := inkOf(reduce(img, bounds))
	n := scaleOf(bounds)
	if err != nil || n == 1 {
		return ink, err
	}
	part := ink.drawn()
	if part.Dx() > small || part.Dy() > small {
		return ink, nil
	}
	part = part.Inset(-max(part.Dx(), part.Dy()) / 2)
	part = image.Rect(part.Min.X*n, part.Min.Y*n, part.Max.X*n, part.Max.Y*n).Add(bounds.Min).Intersect(bounds)
	if close, err := inkOf(reduce(img, part)); err == nil {
		return close, nil
	}
	return ink, nil
}

// plane is a picture with one value for each pixel, row-major.
type plane struct {
	width, height int
	values        []float32
}

func newPlane(width, height int) plane {
	return plane{width, height, make([]float32, width*height)}
}

// scaleOf returns the factor by which reduce scales a picture down.
func scaleOf(b image.Rectangle) int { return (max(b.Dx(), b.Dy()) + working - 1) / working }

// reduce returns brightness and opacity, from 0 to 255, of a part of the picture, scaled down by means of n x n pixels.
// It draws the picture in strips to save memory; draw.Draw is fast for all types of pictures.
func reduce(img image.Image, b image.Rectangle) (light, opacity plane) {
	n := scaleOf(b)
	light = newPlane((b.Dx()+n-1)/n, (b.Dy()+n-1)/n)
	opacity = newPlane(light.width, light.height)
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), min(n, b.Dy())))
	for y := range light.height {
		rows := min(n, b.Dy()-y*n)
		draw.Draw(strip, image.Rect(0, 0, b.Dx(), rows), img, image.Pt(b.Min.X, b.Min.Y+y*n), draw.Src)
		for x := range light.width {
			columns := min(n, b.Dx()-x*n)
			var sum, alpha float64
			for r := range rows {
				row := strip.Pix[r*strip.Stride+4*x*n:][:4*columns]
				for i := 0; i < len(row); i += 4 { // colours are premultiplied by the opacity
					sum += 0.299*float64(row[i]) + 0.587*float64(row[i+1]) + 0.114*float64(row[i+2])
					alpha += float64(row[i+3])
				}
			}
			at := y*light.width + x
			opacity.values[at] = float32(alpha / float64(rows*columns))
			if alpha > 0 {
				light.values[at] = float32(255 * sum / alpha)
			}
		}
	}
	return light, opacity
}

var errEmpty = errors.New("no digit found: the picture has one colour, or too little ink")

// inkOf returns the ink in each pixel, from 0 to 1: by one threshold for the whole picture or, if that finds too little
// or too much, by the contrast to the paper around it.
func inkOf(light, opacity plane) (plane, error) {
	ink, err := globalInk(light, opacity)
	if err == nil && !light.surrounded(ink) || slices.Min(opacity.values) < 255 {
		return ink, err
	}
	if local, ok := light.localInk(); ok && (err != nil || !light.sharp(ink) || local.within(ink)) {
		return local, nil
	}
	return ink, err
}

// globalInk returns the ink by one threshold.
func globalInk(light, opacity plane) (plane, error) {
	opaque := make([]float32, 0, len(light.values))
	for i, a := range opacity.values {
		if a >= 128 {
			opaque = append(opaque, light.values[i])
		}
	}
	if len(opaque) == 0 {
		return plane{}, errEmpty
	}
	threshold, low, high := otsu(opaque)
	if high-low < drawn { // one colour on transparency
		return scaled(opacity, 0, 255)
	}
	dark, bright := classMeans(opaque, threshold)
	paper, full := bright, low
	if light.edgeBelow(opacity, threshold) {
		paper, full = dark, high
	}
	mixed := newPlane(light.width, light.height)
	for i, a := range opacity.values {
		mixed.values[i] = paper + (light.values[i]-paper)*a/255
	}
	return scaled(mixed, paper, full)
}

// scaled maps paper to 0 and the pixel with the most ink to 1, which matters if all ink is half transparent.
func scaled(p plane, paper, full float32) (plane, error) {
	ink := newPlane(p.width, p.height)
	least, most := float32(1), float32(0)
	for i, v := range p.values {
		ink.values[i] = min(max((v-paper)/(full-paper), 0), 1)
		least, most = min(least, ink.values[i]), max(most, ink.values[i])
	}
	if !((most-least)*max(full-paper, paper-full) >= drawn) { // NaN if full ink equals paper
		return ink, errEmpty
	}
	for i := range ink.values {
		ink.values[i] /= most
	}
	return ink, nil
}

// otsu returns Otsu's threshold, and the darkest and brightest value after removing one in a thousand on each side.
func otsu(values []float32) (threshold, low, high float32) {
	var histogram [256]int
	for _, v := range values {
		histogram[int(min(v, 255))]++
	}
	total, sum := float64(len(values)), 0.0
	for v, n := range histogram {
		sum += float64(v) * float64(n)
	}
	var below, sumBelow, best float64
	for v, n := range histogram {
		below += float64(n)
		sumBelow += float64(v) * float64(n)
		above := total - below
		if below == 0 || above == 0 {
			continue
		}
		between := sumBelow/below - (sum-sumBelow)/above
		if spread := below * above * between * between; spread > best {
			best, threshold = spread, float32(v)+1
		}
	}
	return threshold, quantile(histogram[:], total, 0.001), quantile(histogram[:], total, 0.999)
}

func quantile(histogram []int, total, share float64) float32 {
	count := 0.0
	for v, n := range histogram {
		if count += float64(n); count > share*total {
			return float32(v)
		}
	}
	return float32(len(histogram) - 1)
}

// classMeans returns the means of the values below the threshold and of the others.
func classMeans(values []float32, threshold float32) (below, above float32) {
	var sums, counts [2]float64
	for _, v := range values {
		class := 0
		if v >= threshold {
			class = 1
		}
		sums[class] += float64(v)
		counts[class]++
	}
	return float32(sums[0] / max(counts[0], 1)), float32(sums[1] / max(counts[1], 1))
}

// edgeBelow reports whether most opaque pixels of the picture's edge are below the threshold. A tie, as for a
// transparent edge, is decided by all opaque pixels.
func (p plane) edgeBelow(opacity plane, threshold float32) bool {
	var edge, all [2]int
	for i, v := range p.values {
		if opacity.values[i] < 128 {
			continue
		}
		class := 0
		if v >= threshold {
			class = 1
		}
		all[class]++
		if x, y := i%p.width, i/p.width; x == 0 || y == 0 || x == p.width-1 || y == p.height-1 {
			edge[class]++
		}
	}
	if edge[0] == edge[1] {
		edge = all
	}
	return edge[0] > edge[1]
}
