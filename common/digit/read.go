// Package digit converts a picture of a handwritten digit to the form of MNIST: 28x28 pixels, 0 for paper and 255 for
// ink. The picture may have any size, and be dark on light or light on dark.
package digit

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the formats that are read
	_ "image/jpeg"
	_ "image/png"
	"io"
	"strings"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// maxBytes bounds the memory of a decoded picture: 12.5 million pixels of a PNG, 33 million of a JPEG photo.
const maxBytes = 50_000_000

// ReadFile reads and prepares the first picture in a PNG, JPEG or GIF file. Errors name the file.
func ReadFile(path string) (*[Side * Side]uint8, error) {
	f, _, err := file.Open(path, "a picture")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	pixels, err := Read(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	return pixels, nil
}

// Read reads and prepares a picture. It checks the size before it decodes: more than 50 MB of pixels are an error.
func Read(r io.ReadSeeker) (*[Side * Side]uint8, error) {
	config, format, err := image.DecodeConfig(r)
	if err != nil {
		return nil, wrong(err)
	}
	bytes, err := decodedBytes(r, config, format)
	if err != nil {
		return nil, err
	}
	if bytes > maxBytes {
		return nil, fmt.Errorf("%dx%d pixels of a %s take %.0f MB, want at most %d: make the picture smaller",
			config.Width, config.Height, format, bytes/1e6, maxBytes/1_000_000)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(r)
	if err != nil {
		return nil, wrong(err)
	}
	return Prepare(img)
}

// wrong says what is wrong with a file that cannot be decoded.
func wrong(err error) error {
	switch {
	case errors.Is(err, image.ErrFormat):
		return errors.New("not a PNG, JPEG or GIF picture")
	case strings.HasSuffix(err.Error(), "EOF"): // io.EOF, or what image/gif makes of it
		return errors.New("the picture is cut off")
	}
	return fmt.Errorf("a damaged picture: %w", err)
}

// decodedBytes is the memory that decoding takes, as a float, because the product of two sizes may overflow.
func decodedBytes(r io.ReadSeeker, config image.Config, format string) (float64, error) {
	pixels := float64(config.Width) * float64(config.Height)
	if format == "jpeg" {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return 0, err
		}
		perPixel, err := jpegBytes(r)
		if err != nil {
			return 0, wrong(err)
		}
		if config.ColorModel == color.RGBAModel || config.ColorModel == color.CMYKModel { // a copy of the samples
			perPixel += 4
		}
		return perPixel * pixels, nil
	}
	if format == "gif" {
		return pixels, nil
	}
	switch config.ColorModel { // of a PNG; with transparency its pixels take up to four channels of this width
	case color.RGBA64Model, color.NRGBA64Model, color.Gray16Model:
		return 8 * pixels, nil
	}
	return 4 * pixels, nil
}
