package digit_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/bmp"

	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/internal/hostile"
)

// seven draws a 7 of a size at a place in a picture.
func seven(width, height, left, top, size int, paper, ink color.Color) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	fill(img, img.Rect, paper)
	stroke := size / 8
	fill(img, image.Rect(left, top, left+size*3/4, top+stroke), ink)
	for y := range size {
		x := left + size*3/4 - stroke - y/3
		fill(img, image.Rect(x, top+y, x+stroke, top+y+1), ink)
	}
	return img
}

func fill(img *image.NRGBA, r image.Rectangle, c color.Color) {
	r = r.Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			img.Set(x, y, c)
		}
	}
}

func prepare(t *testing.T, img image.Image) *digit.Pixels {
	t.Helper()
	list, err := digit.Prepare(img)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d digits (%v), want one", len(list), err)
	}
	return list[0]
}

// apart returns the mean difference between two pictures, from 0 to 255.
func apart(a, b *digit.Pixels) float64 {
	sum := 0.0
	for i := range a {
		sum += max(float64(a[i])-float64(b[i]), float64(b[i])-float64(a[i]))
	}
	return sum / float64(len(a))
}

// as converts a picture to another type.
func as(to draw.Image, from image.Image) image.Image {
	draw.Draw(to, to.Bounds(), from, from.Bounds().Min, draw.Src)
	return to
}

// shaded returns a grey picture like a camera's: with noise of a standard deviation, and darker by up to fall towards
// the right.
func shaded(from image.Image, noise, fall float64) image.Image {
	random := rand.New(rand.NewPCG(1, 2))
	img := image.NewGray(from.Bounds())
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			v := float64(color.GrayModel.Convert(from.At(x, y)).(color.Gray).Y)*0.8 + 30
			v += random.NormFloat64()*noise - fall*float64(x)/float64(img.Rect.Dx())
			img.SetGray(x, y, color.Gray{Y: uint8(max(0, min(255, v)))})
		}
	}
	return img
}

// The digit is the same for any size, position, colours and dirt of the picture.
func TestSameDigit(t *testing.T) {
	white, black := color.Gray{Y: 255}, color.Gray{}
	want := prepare(t, seven(200, 200, 60, 50, 96, black, white))
	specked := seven(400, 300, 90, 80, 144, white, black)
	for i := range 12 {
		fill(specked, image.Rect(10+31*i, 5+3*i, 13+31*i, 8+3*i), black)
	}
	card := seven(300, 300, 90, 80, 144, color.Gray{Y: 240}, color.NRGBA{R: 30, B: 120, A: 255})
	for _, corner := range []image.Rectangle{image.Rect(0, 0, 300, 20), image.Rect(0, 280, 300, 300), image.Rect(0, 0, 20, 300), image.Rect(280, 0, 300, 300)} {
		fill(card, corner, color.NRGBA{})
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 300, 300))
	grey := seven(300, 300, 90, 80, 144, white, black)
	for i := 0; i < len(grey.Pix); i += 4 {
		deep.SetNRGBA64(i/4%300, i/4/300, color.NRGBA64{R: uint16(grey.Pix[i]) << 7, G: 1 << 14, B: 1 << 14, A: 0xffff})
	}
	for _, c := range []struct {
		name string
		img  image.Image
	}{
		{"printer's colours", as(image.NewCMYK(grey.Rect), grey)},
		{"palette", as(image.NewPaletted(grey.Rect, palette.WebSafe), grey)},
		{"grey", as(image.NewGray(grey.Rect), grey)},
		{"one bit of opacity", as(image.NewAlpha(grey.Rect), seven(300, 300, 90, 80, 144, color.Transparent, black))},
		{"noise of a camera", shaded(grey, 12, 0)},
		{"light from one side", shaded(grey, 0, 40)},
		{"dark on light", seven(200, 200, 60, 50, 96, white, black)},
		{"wide paper", seven(900, 200, 700, 30, 96, white, black)},
		{"high paper", seven(200, 1700, 30, 1300, 96, white, black)},
		{"large", seven(3000, 2000, 900, 500, 960, white, black)},
		{"little contrast", seven(300, 300, 90, 80, 144, color.Gray{Y: 150}, color.Gray{Y: 110})},
		{"colours", seven(300, 300, 90, 80, 144, color.NRGBA{R: 255, G: 240, B: 200, A: 255}, color.NRGBA{R: 20, G: 40, B: 160, A: 255})},
		{"touches the edge", seven(110, 150, 0, 3, 144, white, black)},
		{"specks", specked},
		{"black on nothing", seven(300, 300, 90, 80, 144, color.NRGBA{}, black)},
		{"white on nothing", seven(300, 300, 90, 80, 144, color.NRGBA{}, white)},
		{"on a card, on nothing", card},
		{"16 bits a channel", deep},
		{"a part of a picture", seven(900, 700, 390, 280, 144, white, black).SubImage(image.Rect(300, 200, 600, 500))},
		{"half transparent stroke", seven(300, 300, 90, 80, 144, white, color.NRGBA{A: 128})},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := apart(prepare(t, c.img), want); d > 4 {
				t.Errorf("the pixels are %.1f apart on average, want at most 4", d)
			}
		})
	}
	if d := apart(want, prepare(t, rotated(seven(200, 200, 60, 50, 96, black, white)))); d < 20 {
		t.Errorf("a rotated 7 is only %.1f apart", d)
	}
}

func rotated(img *image.NRGBA) *image.NRGBA {
	turned := image.NewNRGBA(img.Rect)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			turned.Set(y, x, img.At(x, y))
		}
	}
	return turned
}

// The digit's longer side has 20 pixels, its largest value is 255, and its centre of mass is in the middle.
func TestFormOfMNIST(t *testing.T) {
	pixels := prepare(t, seven(640, 480, 100, 30, 300, color.Gray{Y: 230}, color.Gray{Y: 20}))
	left, top, right, bottom, most := digit.Side, digit.Side, 0, 0, uint8(0)
	var mass, sumX, sumY float64
	for i, v := range pixels {
		x, y := i%digit.Side, i/digit.Side
		if v > 0 {
			left, top, right, bottom = min(left, x), min(top, y), max(right, x+1), max(bottom, y+1)
		}
		most = max(most, v)
		mass, sumX, sumY = mass+float64(v), sumX+float64(v)*(float64(x)+0.5), sumY+float64(v)*(float64(y)+0.5)
	}
	if bottom-top != 20 || right-left < 14 || right-left > 16 || most != 255 {
		t.Errorf("%dx%d pixels, brightest %d, want 15x20 and 255", right-left, bottom-top, most)
	}
	if x, y := sumX/mass, sumY/mass; x < 14 || x >= 15 || y < 14 || y >= 15 {
		t.Errorf("the centre of mass is at %.2f, %.2f, want from 14 to 15 as in MNIST", x, y)
	}
}

// encode returns a file of the format with the picture.
func encode(t testing.TB, format string, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, img)
	case "jpeg":
		err = jpeg.Encode(&b, img, nil)
	case "gif":
		err = gif.Encode(&b, img, nil)
	case "bmp":
		err = bmp.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hugePNG returns a PNG header with this size, without pixels.
func hugePNG(width, height uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	b = binary.BigEndian.AppendUint32(b, width)
	b = binary.BigEndian.AppendUint32(b, height)
	b = append(b, 8, 2, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

// Any file is an error or gives 28x28 pixels, one of which is full ink.
func FuzzRead(f *testing.F) {
	img := seven(40, 30, 5, 3, 24, color.Gray{Y: 250}, color.Gray{Y: 9})
	for _, format := range []string{"png", "jpeg", "gif", "bmp"} {
		f.Add(encode(f, format, img))
	}
	for _, file := range webps(f) {
		f.Add(file)
	}
	f.Add(encode(f, "png", seven(40, 30, 5, 3, 24, color.NRGBA{}, color.Gray{Y: 9})))
	f.Add(hugePNG(100000, 100000))
	f.Add([]byte("\xff\xd8\xff\xc2\x00\x11\x08\x40\x00\x40\x00\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"))
	f.Fuzz(func(t *testing.T, file []byte) {
		before := hostile.Allocated()
		list, err := digit.Read(bytes.NewReader(file))
		// 50 MB for a decoded picture, and a little for the planes made of it
		limit := uint64(120<<20 + 16*len(file))
		if bytes.HasPrefix(file, []byte("RIFF")) {
			limit += 180 << 20 // for tables
		}
		if used := hostile.Allocated() - before; used > limit {
			t.Errorf("%d bytes of memory for a file of %d", used, len(file))
		}
		if err != nil {
			hostile.Refusal(t, err, 200)
			if !strings.Contains(err.Error(), "picture") {
				t.Errorf("error %q, want one that speaks of the picture", err)
			}
			return
		}
		if len(list) == 0 {
			t.Error("no digits, and no error")
		}
		for _, pixels := range list {
			if most := slices.Max(pixels[:]); most != 255 {
				t.Errorf("the brightest pixel is %d, want 255", most)
			}
			// the result is a picture of the same digit
			again := image.NewGray(image.Rect(0, 0, digit.Side, digit.Side))
			for i, v := range pixels {
				again.Pix[i] = 255 - v
			}
			if _, err := digit.Read(bytes.NewReader(encode(t, "png", again))); err != nil {
				t.Errorf("what was read cannot be read again: %v", err)
			}
		}
	})
}
