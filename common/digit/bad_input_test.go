package digit_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/internal/wording"
)

// Each kind of bad picture is an error with these facts.
func TestBadInput(t *testing.T) {
	drawn := seven(300, 300, 90, 80, 144, color.Gray{Y: 255}, color.Gray{})
	png, jpeg, gif := encode(t, "png", drawn), encode(t, "jpeg", drawn), encode(t, "gif", drawn)
	faint := image.NewGray(image.Rect(0, 0, 50, 50))
	for i := range faint.Pix {
		faint.Pix[i] = uint8(250 + i%5)
	}
	with := func(file []byte, at int, b byte) []byte {
		file = bytes.Clone(file)
		file[at] = b
		return file
	}
	const noPicture, cut, damaged, smaller, oneColour = "not a PNG, JPEG, GIF, BMP or WebP", "truncated", "damaged", "smaller", "one colour"
	for _, c := range []struct {
		name  string
		file  []byte
		facts []string
	}{
		{"a text", []byte("seven\n"), []string{noPicture}},
		{"empty", nil, []string{noPicture}},
		{"the beginning of a BMP", []byte("BM\x46\x00\x00\x00"), []string{noPicture}},
		{"the beginning of a WebP", []byte("RIFF\x24\x00\x00\x00WEBPVP8 "), []string{damaged, "short"}},
		{"PNG, its first bytes", png[:8], []string{cut}},
		{"PNG, its header", png[:33], []string{cut}},
		{"PNG, half", png[:len(png)/2], []string{damaged, "not enough pixel data"}},
		{"PNG, altered header", with(png, 17, 9), []string{damaged, "checksum"}},
		{"PNG, altered pixels", with(png, len(png)/2, png[len(png)/2]^0xff), []string{damaged, "checksum"}},
		{"PNG without pixels", append(hugePNG(20, 20), "\x00\x00\x00\x00IEND\xaeB`\x82"...), []string{damaged, "order"}},
		{"PNG of empty pixels", append(hugePNG(20, 20), "\x00\x00\x00\x00IDATxxxx"...), []string{damaged}},
		{"PNG of no width", hugePNG(0, 20), []string{damaged, "dimension"}},
		{"PNG, huge", hugePNG(10000, 10000), []string{"10000x10000", "png", "400 MB", "50", smaller}},
		{"PNG, vast", hugePNG(1<<30, 1<<30), []string{damaged, "dimension"}},
		{"JPEG, its first bytes", jpeg[:2], []string{cut}},
		{"JPEG, its header", jpeg[:30], []string{cut}},
		{"JPEG, half", jpeg[:len(jpeg)/2], []string{damaged, "short"}},
		{"JPEG, all ones", append(bytes.Clone(jpeg[:20]), bytes.Repeat([]byte{0xff}, 50)...), []string{cut}},
		{"GIF, its first bytes", gif[:6], []string{cut}},
		{"GIF, its header", gif[:20], []string{cut}},
		{"GIF, half", gif[:len(gif)/2], []string{damaged, "not enough image data"}},
		{"GIF without pictures", append(bytes.Clone(gif[:13+3*256]), ';'), []string{damaged, "missing"}},
		{"GIF, huge", with(with(gif, 7, 0xff), 9, 0xff), []string{"65324x65324", "gif", "4267 MB", "50", smaller}},
		{"white", encode(t, "png", image.NewGray(image.Rect(0, 0, 50, 50))), []string{oneColour}},
		{"faint", encode(t, "png", faint), []string{oneColour}},
		{"clear", encode(t, "png", image.NewNRGBA(image.Rect(0, 0, 9, 9))), []string{oneColour}},
		{"one pixel", encode(t, "gif", image.NewGray(image.Rect(0, 0, 1, 1))), []string{oneColour}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad")
			if err := os.WriteFile(path, c.file, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := digit.ReadFile(path)
			wording.Check(t, err, append(c.facts, path+": ")...)
		})
	}
	dir := t.TempDir()
	_, err := digit.ReadFile(dir)
	wording.Check(t, err, dir, "folder")
	gone := filepath.Join(dir, "gone.png")
	if _, err := digit.ReadFile(gone); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), gone+": ") || strings.Count(err.Error(), "gone") != 1 {
		t.Errorf("no file: error %v", err)
	}
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }
