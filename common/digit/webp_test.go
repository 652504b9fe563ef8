package digit_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
)

// riff returns a WebP of chunks, given as pairs of a name of four letters and its data.
func riff(chunks ...string) []byte {
	body := []byte("WEBP")
	for i := 0; i < len(chunks); i += 2 {
		body = append(body, chunks[i]...)
		body = binary.LittleEndian.AppendUint32(body, uint32(len(chunks[i+1])))
		body = append(body, chunks[i+1]...)
		if len(chunks[i+1])%2 == 1 {
			body = append(body, 0)
		}
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// canvas returns a VP8X chunk.
func canvas(flags byte, width, height int) string {
	b := []byte{flags, 0, 0, 0}
	for _, side := range []int{width - 1, height - 1} {
		b = append(b, byte(side), byte(side>>8), byte(side>>16))
	}
	return string(b)
}

// bits writes numbers of some bits, the lowest first, as VP8L does: pairs of a number and its count of bits.
func bits(pairs ...int) string {
	var b []byte
	at := 0
	for i := 0; i < len(pairs); i += 2 {
		for k := range pairs[i+1] {
			if at%8 == 0 {
				b = append(b, 0)
			}
			b[at/8] |= byte(pairs[i]>>k&1) << (at % 8)
			at++
		}
	}
	return string(b)
}

// lossless returns a VP8L chunk of one colour: each code has one symbol.
func lossless(width, height int, green, red, blue, alpha int) string {
	pairs := []int{0x2f, 8, width - 1, 14, height - 1, 14, 0, 1, 0, 3, 0, 1, 0, 1, 0, 1}
	for _, symbol := range []int{green, red, blue, alpha, 0} {
		pairs = append(pairs, 1, 1, 0, 1, 1, 1, symbol, 8)
	}
	return bits(pairs...)
}

// frame returns the VP8 chunk of a WebP in testdata.
func frame(t testing.TB) string {
	t.Helper()
	file := caseFile(t, "seven.webp")
	return string(file[20 : 20+binary.LittleEndian.Uint32(file[16:])])
}

func webps(t testing.TB) [][]byte {
	alpha := "\x00" + strings.Repeat("\xff", 256*280)
	exif := string(exif(binary.LittleEndian, 6))
	return [][]byte{
		caseFile(t, "seven.webp"), riff("VP8L", lossless(9, 9, 1, 2, 3, 4)),
		riff("VP8X", canvas(8, 256, 280), "VP8 ", frame(t), "EXIF", exif),
		riff("VP8X", canvas(16, 256, 280), "ALPH", alpha, "VP8 ", frame(t)),
	}
}

// The EXIF block of a WebP follows its pixels.
func TestOrientationOfWebP(t *testing.T) {
	read := func(file []byte) *digit.Pixels {
		list, err := digit.Read(bytes.NewReader(file))
		if err != nil || len(list) != 1 {
			t.Fatalf("%d digits (%v), want one", len(list), err)
		}
		return list[0]
	}
	want := read(caseFile(t, "seven.webp"))
	for _, prefix := range []string{"", "Exif\x00\x00"} {
		turned := func(o uint16) *digit.Pixels {
			return read(riff("VP8X", canvas(8, 256, 280), "VP8 ", frame(t), "EXIF", prefix+string(exif(binary.BigEndian, o))))
		}
		if *turned(1) != *want {
			t.Error("an upright one differs")
		}
		if d := apart(turned(6), want); d < 20 {
			t.Errorf("a turned one is only %.1f apart", d)
		}
	}
}

// A damaged or large WebP is an error before its pixels take memory.
func TestHostileWebP(t *testing.T) {
	for _, c := range []struct {
		name  string
		file  []byte
		most  uint64
		facts []string
	}{
		{"large canvas", riff("VP8X", canvas(0, 10000, 10000), "VP8 ", frame(t)), 1 << 20, []string{"10000x10000", "webp"}},
		{"no pixels", riff("VP8X", canvas(0, 9, 9)), 1 << 20, []string{"damaged"}},
		{"truncated", caseFile(t, "seven.webp")[:700], 8 << 20, []string{"truncated"}},
		{"one colour", riff("VP8L", lossless(9, 9, 1, 2, 3, 255)), 1 << 20, []string{"one colour"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := hostile.Allocated()
			_, err := digit.Read(bytes.NewReader(c.file))
			if used := hostile.Allocated() - before; used > c.most {
				t.Errorf("%d bytes of memory, want at most %d", used, c.most)
			}
			wording.Check(t, err, c.facts...)
		})
	}
}

// The size of a WebP is that of its pixels, if its canvas is smaller.
func TestSizeOfWebP(t *testing.T) {
	config := image.Config{Width: 9, Height: 9}
	if _, _, err := digit.WebPHead(bytes.NewReader(riff("VP8X", canvas(0, 9, 9), "VP8 ", frame(t))), &config); err != nil {
		t.Fatal(err)
	}
	if config.Width != 256 || config.Height != 280 {
		t.Errorf("%dx%d, want 256x280", config.Width, config.Height)
	}
}

// A truncated or altered BMP is an error or gives a digit.
func TestAlteredBMP(t *testing.T) {
	file := encode(t, "bmp", seven(20, 30, 3, 3, 24, color.Gray{Y: 250}, color.Gray{Y: 9}))
	for at := range 60 {
		for _, b := range []byte{0, 1, 0x7f, 0xff} {
			altered := slices.Clone(file)
			altered[at] = b
			if list, err := digit.Read(bytes.NewReader(altered)); err != nil {
				hostile.Refusal(t, err, 200)
			} else if len(list) == 0 {
				t.Errorf("byte %d is %d: no digits, and no error", at, b)
			}
		}
	}
	for _, size := range []int{3, 20, 53, 60, len(file) - 1} {
		if _, err := digit.Read(bytes.NewReader(file[:size])); err == nil {
			t.Errorf("%d of %d bytes are read", size, len(file))
		}
	}
	rows := encode(t, "bmp", seven(40, 40, 3, 3, 24, color.Gray{Y: 250}, color.Gray{Y: 9}))
	rows[30] = 1 // compressed
	_, err := digit.Read(bytes.NewReader(rows))
	wording.Check(t, err, "BMP", "save it as PNG")
}
