package digit_test

import (
	"bytes"
	"image"
	"image/color"
	"strings"
	"testing"

	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
)

// The memory for a picture of one long row is proportional to its pixels.
func TestLongRow(t *testing.T) {
	const width = 2_000_000
	img := image.NewGray(image.Rect(0, 0, width, 1))
	for i := range img.Pix[:width/2] {
		img.Pix[i] = 255
	}
	file := encode(t, "png", img)
	before := hostile.Allocated()
	if _, err := digit.Read(bytes.NewReader(file)); err != nil {
		t.Error(err)
	}
	if used := hostile.Allocated() - before; used > 16*width {
		t.Errorf("%d bytes of memory for %d pixels", used, width)
	}
}

// A JPEG of red, green and blue takes memory for its samples and for four bytes a pixel.
func TestSizeOfRGBJPEG(t *testing.T) {
	file := encode(t, "jpeg", image.NewRGBA(image.Rect(0, 0, 16, 16)))
	frame := file[bytes.Index(file, []byte{0xff, 0xc0}):]
	copy(frame[5:], []byte{5000 >> 8, 5000 & 0xff, 4000 >> 8, 4000 & 0xff}) // height, width
	if _, err := digit.Read(bytes.NewReader(file)); err == nil || strings.Contains(err.Error(), "make the picture smaller") {
		t.Errorf("YCbCr: error %v, want one of the missing pixels", err)
	}
	for i, name := range []byte("RGB") {
		frame[10+3*i] = name
	}
	_, err := digit.Read(bytes.NewReader(file))
	wording.Check(t, err, "4000x5000", "jpeg", "110 MB", "50")
}

// Half transparent ink gives the same digit.
func TestHalfTransparentInk(t *testing.T) {
	white, black := color.Gray{Y: 255}, color.Gray{}
	want := prepare(t, seven(200, 200, 60, 50, 96, white, black))
	img := seven(200, 200, 60, 50, 96, color.Gray{Y: 150}, color.NRGBA{R: 60, G: 60, B: 60, A: 128})
	if d := apart(prepare(t, img), want); d > 4 {
		t.Errorf("the pixels are %.1f apart on average, want at most 4", d)
	}
}

// Ink on at most one pixel in a thousand is dirt.
func TestFewerThanOneInAThousand(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 200, 200))
	for i := range img.Pix {
		switch {
		case i < 5100 || i >= 5190:
			img.Pix[i] = 200
		case i < 5120:
			img.Pix[i] = 0
		case i < 5140:
			img.Pix[i] = 140
		default:
			img.Pix[i] = 224
		}
	}
	_, err := digit.Prepare(img)
	wording.Check(t, err, "one colour")
}
