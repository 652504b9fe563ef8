package digit_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"testing"

	"gorgonia-lectures/common/digit"
)

// exif returns a block with one entry, the orientation.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	block := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		block = []byte("II*\x00")
	}
	block = order.AppendUint32(block, 8)
	block = order.AppendUint16(block, 1)
	block = order.AppendUint16(block, 0x0112)
	block = order.AppendUint16(block, 3)
	block = order.AppendUint32(block, 1)
	block = order.AppendUint16(block, orientation)
	return append(block, 0, 0, 0, 0, 0, 0)
}

// withEXIF inserts a segment with a block after the JPEG's first marker. Its length field is too large by lie.
func withEXIF(file, block []byte, lie int) []byte {
	head := binary.BigEndian.AppendUint16([]byte("\xff\xe1"), uint16(8+len(block)+lie))
	return slices.Concat(file[:2], head, []byte("Exif\x00\x00"), block, file[2:])
}

// held returns the picture as a camera stores it with this orientation.
func held(img *image.NRGBA, orientation int) *image.NRGBA {
	b := img.Rect
	right, low := b.Dx()-1, b.Dy()-1
	to := image.NewNRGBA(b)
	if orientation > 4 {
		to = image.NewNRGBA(image.Rect(0, 0, b.Dy(), b.Dx()))
	}
	for y := range b.Dy() { // where the row and the column of what is seen are in what is stored
		for x := range b.Dx() {
			at := [9]image.Point{1: {x, y}, 2: {right - x, y}, 3: {right - x, low - y}, 4: {x, low - y},
				5: {y, x}, 6: {y, right - x}, 7: {low - y, right - x}, 8: {low - y, x}}[orientation]
			to.Set(at.X, at.Y, img.At(x, y))
		}
	}
	return to
}

func photo(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A photograph is rotated by each of the eight orientations.
func TestOrientation(t *testing.T) {
	img := seven(120, 160, 30, 20, 96, color.Gray{Y: 240}, color.Gray{Y: 20})
	want := prepare(t, img)
	for orientation := 1; orientation <= 8; orientation++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			list, err := digit.Read(bytes.NewReader(withEXIF(photo(t, held(img, orientation)), exif(order, uint16(orientation)), 0)))
			if err != nil || len(list) != 1 {
				t.Fatalf("orientation %d: %d digits (%v)", orientation, len(list), err)
			}
			if d := apart(list[0], want); d > 2 {
				t.Errorf("orientation %d, %v: the pixels are %.1f apart on average, want at most 2", orientation, order, d)
			}
		}
	}
}

// A wrong block is ignored.
func TestWrongEXIF(t *testing.T) {
	img := seven(120, 160, 30, 20, 96, color.Gray{Y: 240}, color.Gray{Y: 20})
	want, file := prepare(t, img), photo(t, img)
	good := exif(binary.BigEndian, 6)
	with := func(at int, bytes ...byte) []byte {
		block := slices.Clone(good)
		copy(block[at:], bytes)
		return block
	}
	for name, block := range map[string][]byte{
		"empty": nil, "truncated": good[:19], "no list": good[:8], "half a number": good[:9],
		"byte order": with(0, 'I', 'M'), "no TIFF": with(2, 1), "far offset": with(4, 0xff, 0xff, 0xff, 0xff),
		"offset at the end": with(7, byte(len(good))), "offset before the end": with(7, byte(len(good)-1)),
		"no entries": with(9, 0), "another tag": with(11, 0x13), "another type": with(13, 4), "many values": with(14, 0xff),
		"orientation 0": with(19, 0), "orientation 9": with(19, 9), "orientation 65535": with(18, 0xff, 0xff),
	} {
		list, err := digit.Read(bytes.NewReader(withEXIF(file, block, 0)))
		if err != nil || len(list) != 1 || apart(list[0], want) > 2 {
			t.Errorf("%s: %d digits (%v), want the 7 as it is", name, len(list), err)
		}
	}
	// more entries than there are, of which the first one is complete
	list, err := digit.Read(bytes.NewReader(withEXIF(photo(t, held(img, 6)), with(8, 0xff, 0xff), 0)))
	if err != nil || len(list) != 1 || apart(list[0], want) > 2 {
		t.Errorf("65535 entries: %d digits (%v), want the 7 turned", len(list), err)
	}
	// with a wrong length the next segment does not start with a marker: the decoder finds a later one or none
	for _, lie := range []int{1, 2, 50, 1000, 60_000} {
		list, err := digit.Read(bytes.NewReader(withEXIF(file, good, lie)))
		if err == nil && len(list) != 1 {
			t.Errorf("%d bytes too long: %d digits, want one or an error", lie, len(list))
		}
	}
}

// Any block gives the same digit in one of the eight orientations.
func FuzzOrientation(f *testing.F) {
	img := seven(30, 40, 6, 5, 28, color.Gray{Y: 240}, color.Gray{Y: 20})
	file := photo(f, img)
	var known [][]byte
	for orientation := 1; orientation <= 8; orientation++ {
		f.Add(exif(binary.LittleEndian, uint16(orientation)))
		f.Add(exif(binary.BigEndian, uint16(orientation)))
		list, err := digit.Read(bytes.NewReader(withEXIF(file, exif(binary.BigEndian, uint16(orientation)), 0)))
		if err != nil {
			f.Fatal(err)
		}
		known = append(known, list[0][:])
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		if len(block) > 60_000 {
			return
		}
		list, err := digit.Read(bytes.NewReader(withEXIF(file, block, 0)))
		if err != nil || len(list) != 1 {
			t.Fatalf("%d digits (%v), want one", len(list), err)
		}
		if !slices.ContainsFunc(known, func(k []byte) bool { return bytes.Equal(k, list[0][:]) }) {
			t.Error("the digit is none of the eight")
		}
	})
}
