package digit_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"gorgonia-lectures/common/digit"
)

// scene describes a photograph by functions of a place on the paper with values from 0 to 1.
type scene struct {
	width, height int
	ink           func(x, y float64) float64 // the amount of ink
	paper         func(x, y float64) float64 // the light that the paper reflects
	pen           func(x, y float64) float64 // the light that the ink reflects
	light         func(x, y float64) float64
	blur          int     // pixels to each side
	noise         float64 // standard deviation, of 255
	quality       int     // of a JPEG; 0: a PNG
}

// strokes are digits of our own: lines through points of a field of width 3 and height 4; nil lifts the pen.
var strokes = [10][][]float64{
	{{1.5, 0}, {2.6, 0.8}, {2.7, 2.6}, {1.5, 4}, {0.4, 3}, {0.3, 1.2}, {1.5, 0}},
	{{0.8, 1}, {1.7, 0}, {1.6, 4}},
	{{0.4, 0.9}, {1, 0.1}, {2.2, 0.1}, {2.5, 1.1}, {0.3, 3.9}, {2.7, 3.8}},
	{{0.5, 0.2}, {1.8, 0}, {2.4, 0.9}, {1.3, 1.8}, {2.5, 2.6}, {1.8, 3.8}, {0.4, 3.7}},
	{{1.3, 0}, {0.2, 2.4}, {2.8, 2.4}, nil, {2, 1.2}, {1.9, 4}},
	{{2.5, 0}, {0.8, 0.1}, {0.6, 1.7}, {1.9, 1.5}, {2.6, 2.6}, {1.8, 3.9}, {0.3, 3.7}},
	{{2, 0}, {0.8, 1.4}, {0.4, 2.9}, {1.3, 4}, {2.4, 3.4}, {2.2, 2.3}, {1.2, 2.1}, {0.5, 2.8}},
	{{0.3, 0.2}, {2.6, 0}, {1.2, 4}},
	{{2.3, 0.6}, {1.4, 0}, {0.6, 0.7}, {2.3, 2.8}, {1.6, 4}, {0.5, 3.2}, {2.3, 0.6}},
	{{2.3, 0.6}, {1.4, 0}, {0.5, 1}, {1.1, 2}, {2.3, 1}, {2.2, 2}, {1.7, 4}},
}

// written is the digit in strokes of a width, in units of the field, of a height and around a place.
func written(label int, x0, y0, height, width, slant float64) func(x, y float64) float64 {
	return drawnIn(strokes[label], x0, y0, height, width, slant)
}

func drawnIn(points [][]float64, x0, y0, height, width, slant float64) func(x, y float64) float64 {
	scale := height / 4
	return func(x, y float64) float64 {
		v := (y-y0)/scale + 2
		u := (x-x0)/scale + 1.5 + slant*(v-2)
		if u < -1 || u > 4 || v < -1 || v > 5 {
			return 0
		}
		nearest := math.Inf(1)
		for i := 1; i < len(points); i++ {
			if points[i-1] != nil && points[i] != nil {
				nearest = min(nearest, toSegment(u, v, points[i-1], points[i]))
			}
		}
		return min(1, max(0, (width/2-nearest)*scale+0.5))
	}
}

func toSegment(x, y float64, a, b []float64) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := min(1, max(0, ((x-a[0])*dx+(y-a[1])*dy)/(dx*dx+dy*dy)))
	return math.Hypot(x-a[0]-t*dx, y-a[1]-t*dy)
}

// redrawn is a digit of MNIST: its 28x28 pixels in a field of a size, around a place, with a sharp rim.
func redrawn(pixels []uint8, x0, y0, size, slant float64) func(x, y float64) float64 {
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= digit.Side || y >= digit.Side {
			return 0
		}
		return float64(pixels[y*digit.Side+x]) / 255
	}
	return func(x, y float64) float64 {
		v := (y-y0)/size*digit.Side + digit.Side/2 - 0.5
		u := (x-x0)/size*digit.Side + digit.Side/2 - 0.5 + slant*(v-digit.Side/2)
		i, j := int(math.Floor(u)), int(math.Floor(v))
		a, b := u-float64(i), v-float64(j)
		mean := (1-b)*((1-a)*at(i, j)+a*at(i+1, j)) + b*((1-a)*at(i, j+1)+a*at(i+1, j+1))
		return min(1, max(0, 0.5+(mean-0.45)*max(1, size/60)))
	}
}

func always(v float64) func(x, y float64) float64 { return func(_, _ float64) float64 { return v } }

// grain is paper with a texture: values around v, of a spread, in grains of some pixels.
func grain(random *rand.Rand, v, spread, size float64) func(x, y float64) float64 {
	var values [64 * 64]float64
	for i := range values {
		values[i] = v + spread*random.NormFloat64()
	}
	return func(x, y float64) float64 {
		i, j := int(x/size)&63, int(y/size)&63
		return values[64*j+i]
	}
}

// take renders the scene with random noise.
func (s scene) take(random *rand.Rand) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, s.width, s.height))
	values := make([]float64, s.width*s.height)
	for i := range values {
		x, y := float64(i%s.width)+0.5, float64(i/s.width)+0.5
		ink := s.ink(x, y)
		values[i] = s.paper(x, y)
		if ink > 0 {
			values[i] += (s.pen(x, y) - values[i]) * ink
		}
		values[i] *= 255 * s.light(x, y)
	}
	if s.blur > 0 {
		for range 2 { // two box blurs approximate the blur of a lens
			values = boxed(values, s.width, s.height, s.blur)
		}
	}
	for i, v := range values {
		if s.noise > 0 {
			v += s.noise * random.NormFloat64()
		}
		img.Pix[i] = uint8(min(255, max(0, v+0.5)))
	}
	return img
}

// boxed returns the mean of a box around each value.
func boxed(values []float64, width, height, radius int) []float64 {
	for _, step := range [][4]int{{width, height, 1, width}, {height, width, width, 1}} {
		line, lines, along, across := step[0], step[1], step[2], step[3]
		to := make([]float64, len(values))
		for l := range lines {
			for i := range line {
				sum, count := 0.0, 0.0
				for k := max(0, i-radius); k <= min(line-1, i+radius); k++ {
					sum, count = sum+values[l*across+k*along], count+1
				}
				to[l*across+i*along] = sum / count
			}
		}
		values = to
	}
	return values
}

func (s scene) file(t *testing.T, random *rand.Rand) []byte {
	t.Helper()
	img := s.take(random)
	var b bytes.Buffer
	var err error
	if s.quality > 0 {
		err = jpeg.Encode(&b, as(image.NewRGBA(img.Rect), img), &jpeg.Options{Quality: s.quality})
	} else {
		err = png.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// looks has changes of a scene of dark ink on white paper, in which the digit has three fifths of the height.
var looks = []struct {
	name string
	size float64 // of the digit, as a share of the height; 0: three fifths
	look func(s *scene, random *rand.Rand)
}{
	{"plain", 0, func(*scene, *rand.Rand) {}},
	{"white on black", 0, func(s *scene, _ *rand.Rand) { s.paper, s.pen = always(0), always(1) }},
	{"pencil", 0, func(s *scene, r *rand.Rand) {
		s.paper, s.pen = grain(r, 0.93, 0.02, 2), grain(r, 0.62, 0.1, 2)
		s.noise, s.quality = 3, 85
	}},
	{"faint pencil", 0, func(s *scene, r *rand.Rand) {
		s.paper, s.pen = grain(r, 0.85, 0.01, 2), always(0.68)
		s.blur, s.noise, s.quality = 1, 3, 80
	}},
	{"coloured paper", 0, func(s *scene, r *rand.Rand) { s.paper, s.pen, s.noise = grain(r, 0.6, 0.03, 3), always(0.2), 4 }},
	{"chalk", 0, func(s *scene, r *rand.Rand) {
		s.paper, s.pen = grain(r, 0.2, 0.03, 9), grain(r, 0.8, 0.1, 2)
		s.noise, s.quality = 5, 80
	}},
	{"noise", 0, func(s *scene, _ *rand.Rand) { s.noise, s.quality = 18, 90 }},
	{"blurred", 0, func(s *scene, _ *rand.Rand) { s.blur, s.noise, s.quality = 5, 2, 85 }},
	{"few bytes", 0, func(s *scene, _ *rand.Rand) { s.noise, s.quality = 3, 15 }},
	{"light from a side", 0, func(s *scene, r *rand.Rand) { s.light, s.quality = falling(s, r, 0.45), 85 }},
	{"much light from a side", 0, func(s *scene, r *rand.Rand) {
		s.light, s.noise, s.quality = falling(s, r, 0.75), 3, 85
	}},
	{"dark corners", 0, func(s *scene, _ *rand.Rand) {
		s.light, s.quality = func(x, y float64) float64 {
			return 1 - 0.55*min(1, math.Hypot(x/float64(s.width)-0.5, y/float64(s.height)-0.5)*1.4)
		}, 85
	}},
	{"a lamp", 0, func(s *scene, r *rand.Rand) {
		x0, y0 := float64(s.width)*(0.3+0.4*r.Float64()), float64(s.height)*(0.3+0.4*r.Float64())
		s.light, s.noise, s.quality = func(x, y float64) float64 {
			d := math.Hypot(x-x0, y-y0) / float64(s.width)
			return 0.25 + 0.75/(1+4*d*d)
		}, 3, 85
	}},
	{"shadow", 0, func(s *scene, r *rand.Rand) { s.light, s.noise, s.quality = shadow(s, r, 2, 0.5), 2, 85 }},
	{"dark shadow", 0, func(s *scene, r *rand.Rand) { s.light, s.noise, s.quality = shadow(s, r, 2, 0.35), 2, 85 }},
	{"soft shadow", 0, func(s *scene, r *rand.Rand) {
		s.light, s.noise, s.quality = shadow(s, r, float64(s.width)/5, 0.45), 3, 85
	}},
	{"pencil in a shadow", 0, func(s *scene, r *rand.Rand) {
		s.paper, s.pen = grain(r, 0.9, 0.01, 2), always(0.5)
		s.light, s.noise, s.quality = shadow(s, r, float64(s.width)/10, 0.5), 2, 85
	}},
	{"chalk in a shadow", 0, func(s *scene, r *rand.Rand) {
		s.paper, s.pen = grain(r, 0.25, 0.02, 5), always(0.9)
		s.light, s.noise, s.quality = shadow(s, r, float64(s.width)/10, 0.4), 2, 85
	}},
	{"scan with a black edge", 0, func(s *scene, r *rand.Rand) { s.paper = framed(s, 0.03+0.03*r.Float64(), 15) }},
	{"scan with two black edges", 0, func(s *scene, r *rand.Rand) {
		s.paper, s.noise, s.quality = framed(s, 0.03+0.04*r.Float64(), 5), 3, 85
	}},
	{"scan with one black edge", 0, func(s *scene, r *rand.Rand) { s.paper = framed(s, 0.02+0.04*r.Float64(), 1<<r.IntN(4)) }},
	{"a line around", 0, func(s *scene, r *rand.Rand) { s.paper = framed(s, 0.004, 15) }},
	{"on a dark desk", 0.45, func(s *scene, r *rand.Rand) {
		angle := 0.3 * (r.Float64() - 0.5)
		w, h := float64(s.width), float64(s.height)
		s.paper = func(x, y float64) float64 {
			u, v := (x-w/2)*math.Cos(angle)+(y-h/2)*math.Sin(angle), (y-h/2)*math.Cos(angle)-(x-w/2)*math.Sin(angle)
			if math.Abs(u) < 0.4*w && math.Abs(v) < 0.42*h {
				return 0.92
			}
			return 0.25
		}
		s.noise, s.quality = 4, 85
	}},
	{"ruled paper", 0.4, func(s *scene, r *rand.Rand) { s.paper, s.noise, s.quality = ruled(s, 9, 0, 0.8), 2, 85 }},
	{"squared paper", 0.4, func(s *scene, r *rand.Rand) { s.paper, s.noise, s.quality = ruled(s, 12, 12, 0.75), 2, 85 }},
	{"squared paper in a shadow", 0.4, func(s *scene, r *rand.Rand) {
		s.paper, s.light, s.noise, s.quality = ruled(s, 12, 12, 0.8), shadow(s, r, 20, 0.5), 2, 85
	}},
	{"small", 0.1, func(s *scene, r *rand.Rand) { s.paper, s.noise, s.quality = grain(r, 0.93, 0.01, 2), 2, 90 }},
	{"very small", 0.05, func(s *scene, r *rand.Rand) { s.noise, s.quality = 2, 90 }},
	{"small in a shadow", 0.12, func(s *scene, r *rand.Rand) { s.light, s.noise, s.quality = shadow(s, r, 30, 0.5), 2, 90 }},
	{"small in noise", 0.1, func(s *scene, r *rand.Rand) { s.noise, s.quality = 8, 85 }},
}

// falling is light that decreases by a share towards a side.
func falling(s *scene, random *rand.Rand, share float64) func(x, y float64) float64 {
	angle := 2 * math.Pi * random.Float64()
	return func(x, y float64) float64 {
		d := ((x/float64(s.width)-0.5)*math.Cos(angle) + (y/float64(s.height)-0.5)*math.Sin(angle)) / 1.2
		return 1 - share*min(1, max(0, d+0.5))
	}
}

// shadow is a half of the picture, about, with less light.
func shadow(s *scene, random *rand.Rand, soft, dark float64) func(x, y float64) float64 {
	angle, w, h := 2*math.Pi*random.Float64(), float64(s.width), float64(s.height)
	x0, y0 := w*(0.35+0.3*random.Float64()), h*(0.35+0.3*random.Float64())
	return func(x, y float64) float64 {
		d := (x-x0)*math.Cos(angle) + (y-y0)*math.Sin(angle)
		return 1 - (1-dark)*min(1, max(0, d/soft+0.5))
	}
}

// framed is paper with a black edge on some of its sides.
func framed(s *scene, share float64, sides int) func(x, y float64) float64 {
	w, h := float64(s.width), float64(s.height)
	edge := max(1, share*max(w, h))
	return func(x, y float64) float64 {
		for i, inside := range [4]float64{x, w - x, y, h - y} {
			if sides>>i&1 == 1 && inside < edge {
				return 0.05
			}
		}
		return 0.93
	}
}

// ruled is paper with rows and columns of lines.
func ruled(s *scene, rows, columns int, line float64) func(x, y float64) float64 {
	on := func(v float64, side, count int) bool {
		return count > 0 && math.Mod(v/float64(side)*float64(count)+0.5, 1) < 2*float64(count)/float64(side)
	}
	return func(x, y float64) float64 {
		if on(y, s.height, rows) || on(x, s.width, columns) {
			return line
		}
		return 0.95
	}
}

// taken returns a file of the digit in a look, and the expected result. The digit is redrawn from MNIST, or drawn in
// our strokes if pixels is nil.
func taken(t *testing.T, random *rand.Rand, look int, label int, pixels []uint8) (file []byte, want *digit.Pixels) {
	t.Helper()
	plain := func(side int) *scene {
		return &scene{width: side, height: side, paper: always(0.95), pen: always(0.15), light: always(1)}
	}
	s := plain(150 + random.IntN(200))
	s.width = int(float64(s.height) * (0.85 + 0.6*random.Float64()))
	size := looks[look].size
	if size == 0 {
		size = 0.6
	}
	height := size * float64(s.height)
	free := func(side int) float64 { return float64(side)/2 + 0.6*(random.Float64()-0.5)*(float64(side)-1.3*height) }
	slant, width := 0.3*(random.Float64()-0.5), 0.25+0.35*random.Float64()
	draw := func(x, y, height float64) func(x, y float64) float64 {
		if pixels != nil {
			return redrawn(pixels, x, y, height*digit.Side/20, slant)
		}
		return written(label, x, y, height, width, slant)
	}
	s.ink = draw(free(s.width), free(s.height), height)
	looks[look].look(s, random)
	clear := plain(300)
	clear.ink = draw(150, 150, 200)
	return s.file(t, random), prepare(t, clear.take(random))
}

// like returns the correlation of two pictures of a digit, from -1 to 1, after means of 3x3 pixels, which tolerate a
// stroke that is displaced by a pixel.
func like(a, b *digit.Pixels) float64 {
	means := func(p *digit.Pixels) []float64 {
		values := make([]float64, len(p))
		for i, v := range p {
			values[i] = float64(v)
		}
		return boxed(values, digit.Side, digit.Side, 1)
	}
	return stat.Correlation(means(a), means(b), nil)
}

// In 300 pictures with all looks, the result is the digit that was drawn.
func TestLooks(t *testing.T) {
	const least = 0.8 // of the correlation
	_, test := mnist(t)
	random := rand.New(rand.NewPCG(1, 2))
	next, all, read := 0, 0, 0
	for look := range looks {
		var bad []string
		for label := range 10 {
			for test.Label(next) != label {
				next++
			}
			pixels := test.Pixels(next)
			next++
			if (look+label)%2 == 0 {
				pixels = nil
			}
			if testing.Short() && label%5 != look%5 {
				continue
			}
			file, want := taken(t, random, look, label, pixels)
			all++
			list, err := digit.Read(bytes.NewReader(file))
			switch {
			case err != nil || len(list) != 1:
				bad = append(bad, fmt.Sprintf("%d: %d digits (%v)", label, len(list), err))
			case like(list[0], want) < least:
				bad = append(bad, fmt.Sprintf("%d: %.2f", label, like(list[0], want)))
			default:
				read++
			}
		}
		if len(bad) > 0 {
			t.Logf("%s: %s", looks[look].name, strings.Join(bad, ", "))
		}
	}
	if t.Logf("%d of %d are as they were drawn", read, all); 100*read < 95*all {
		t.Error("want at least 95 %")
	}
}

// The ink of a digit that fills its picture, up to the edge, is not taken for a shadow or a frame.
func TestCropped(t *testing.T) {
	_, test := mnist(t)
	const scale = 4
	count, same := 200, 0
	if testing.Short() {
		count = 50
	}
	for i := range count {
		whole := image.NewGray(image.Rect(0, 0, scale*digit.Side, scale*digit.Side))
		var box image.Rectangle
		for k := range whole.Pix {
			x, y := k%(scale*digit.Side), k/(scale*digit.Side)
			if whole.Pix[k] = test.Pixels(i)[y/scale*digit.Side+x/scale]; whole.Pix[k] > 100 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
		if i%2 == 1 {
			for k := range whole.Pix {
				whole.Pix[k] = 255 - whole.Pix[k]
			}
		}
		want := prepare(t, whole)
		list, err := digit.Prepare(whole.SubImage(box))
		if err == nil && len(list) == 1 && like(list[0], want) > 0.9 {
			same++
		}
	}
	if t.Logf("%d of %d are the same without paper around them", same, count); same < count*97/100 {
		t.Error("want at least 97 %")
	}
}
