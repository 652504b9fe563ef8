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
)

// Every kind of bad picture, and all that is said of it.
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
	const oneColour = "nothing is drawn: the picture has one colour"
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"a text", []byte("seven\n"), "not a PNG, JPEG or GIF picture"},
		{"empty", nil, "not a PNG, JPEG or GIF picture"},
		{"a BMP", []byte("BM\x46\x00\x00\x00"), "not a PNG, JPEG or GIF picture"},
		{"a WebP", []byte("RIFF\x24\x00\x00\x00WEBPVP8 "), "not a PNG, JPEG or GIF picture"},
		{"PNG, its first bytes", png[:8], "the picture is cut off"},
		{"PNG, its header", png[:33], "the picture is cut off"},
		{"PNG, half", png[:len(png)/2], "a damaged picture: png: invalid format: not enough pixel data"},
		{"PNG, altered header", with(png, 17, 9), "a damaged picture: png: invalid format: invalid checksum"},
		{"PNG, altered pixels", with(png, len(png)/2, png[len(png)/2]^0xff), "a damaged picture: zlib: invalid checksum"},
		{"PNG without pixels", append(hugePNG(20, 20), "\x00\x00\x00\x00IEND\xaeB`\x82"...), "a damaged picture: png: invalid format: chunk out of order"},
		{"PNG of no width", hugePNG(0, 20), "a damaged picture: png: invalid format: non-positive dimension"},
		{"PNG, huge", hugePNG(10000, 10000), "10000x10000 pixels of a png take 400 MB, want at most 50: make the picture smaller"},
		{"PNG, vast", hugePNG(1<<30, 1<<30), "a damaged picture: png: unsupported feature: dimension overflow"},
		{"JPEG, its first bytes", jpeg[:2], "the picture is cut off"},
		{"JPEG, its header", jpeg[:30], "the picture is cut off"},
		{"JPEG, half", jpeg[:len(jpeg)/2], "a damaged picture: invalid JPEG format: short Huffman data"},
		{"JPEG, all ones", append(bytes.Clone(jpeg[:20]), bytes.Repeat([]byte{0xff}, 50)...), "the picture is cut off"},
		{"GIF, its first bytes", gif[:6], "the picture is cut off"},
		{"GIF, its header", gif[:20], "the picture is cut off"},
		{"GIF, half", gif[:len(gif)/2], "a damaged picture: gif: not enough image data"},
		{"GIF without pictures", append(bytes.Clone(gif[:13+3*256]), ';'), "a damaged picture: gif: missing image data"},
		{"GIF, huge", with(with(gif, 7, 0xff), 9, 0xff), "65324x65324 pixels of a gif take 4267 MB, want at most 50: make the picture smaller"},
		{"white", encode(t, "png", image.NewGray(image.Rect(0, 0, 50, 50))), oneColour},
		{"faint", encode(t, "png", faint), oneColour},
		{"clear", encode(t, "png", image.NewNRGBA(image.Rect(0, 0, 9, 9))), oneColour},
		{"one pixel", encode(t, "gif", image.NewGray(image.Rect(0, 0, 1, 1))), oneColour},
	} {
		path := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(path, c.file, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := digit.ReadFile(path); err == nil || err.Error() != path+": "+c.want {
			t.Errorf("%s:\n%v, want\n%s: %s", c.name, err, path, c.want)
		}
	}
	dir := t.TempDir()
	if _, err := digit.ReadFile(dir); err == nil || err.Error() != dir+": a folder, want a picture" {
		t.Errorf("a folder: error %v", err)
	}
	gone := filepath.Join(dir, "gone.png")
	if _, err := digit.ReadFile(gone); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), gone+": ") || strings.Count(err.Error(), "gone") != 1 {
		t.Errorf("no file: error %v", err)
	}
}
