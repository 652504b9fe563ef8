// Package digit makes of a picture of a handwritten digit what MNIST has: 28x28 pixels, 0 for paper and
// 255 for ink. The picture may be of any size, dark on light or light on dark.
package digit

import (
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the formats that are read
	_ "image/jpeg"
	_ "image/png"
	"io"
	"strings"

	"gorgonia-lectures/common/internal/file"
)

// maxBytes bounds the memory of a decoded picture: 12.5 million pixels of a PNG, 33 million of a photo as
// JPEG.
const maxBytes = 50_000_000

// ReadFile reads the picture in a PNG, JPEG or GIF file, of which the first image counts, and prepares it.
// Errors name the file.
func ReadFile(path string) (*[Side * Side]uint8, error) {
	f, _, err := file.Open(path, "a picture")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	pixels, err := Read(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return pixels, nil
}

// Read is ReadFile for a picture from elsewhere. Its size is looked at before it is decoded: more than
// 50 MB of pixels are an error.
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

// wrong says of a file that cannot be decoded what it is not.
func wrong(err error) error {
	switch {
	case errors.Is(err, image.ErrFormat):
		return errors.New("not a PNG, JPEG or GIF picture")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.HasSuffix(err.Error(), "EOF"): // image/gif does not wrap it
		return errors.New("the picture is cut off")
	}
	return fmt.Errorf("a damaged picture: %w", err)
}

// decodedBytes is how much memory decoding takes; a float, as the product of two sizes may be anything.
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
		if config.ColorModel == modelRGB || config.ColorModel == modelCMYK { // made of the samples, which stay
			perPixel += 4
		}
		return perPixel * pixels, nil
	}
	// the widest pixels of a PNG are four channels of two bytes, and an interlaced one is put together from
	// parts; config names a colour model that may be narrower than the picture with its transparency
	perPixel := 4.0
	switch config.ColorModel {
	case model16, modelA16, modelGray16:
		perPixel = 8
	}
	if format == "gif" {
		perPixel = 1
	}
	return perPixel * pixels, nil
}
