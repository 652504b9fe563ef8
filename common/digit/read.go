// Package digit converts a picture of handwritten digits to the form of MNIST: 28x28 pixels each, 0 for paper and 255
// for ink. The picture may have any size, and be dark on light or light on dark; a photograph is rotated by its EXIF
// orientation.
package digit

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // registers the format
	_ "image/jpeg"
	_ "image/png"
	"io"
	"strings"
	"sync"

	"golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// maxBytes bounds the memory of a decoded picture: 12.5 million pixels of a PNG, 33 million of a JPEG photograph.
const maxBytes = 50_000_000

// oneWebP is held while a WebP is decoded: besides the pixels, the decoder's tables (golang.org/x/image v0.30.0) may
// take 180 MB.
var oneWebP sync.Mutex

// Formats lists the supported formats, for messages.
const Formats = "PNG, JPEG, GIF, BMP or WebP"

// ReadFile reads and prepares the first picture in a file of one of the Formats. Errors name the file.
func ReadFile(path string) ([]*Pixels, error) {
	f, _, err := file.Open(path, "a picture")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	digits, err := Read(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	return digits, nil
}

// Read reads and prepares a picture, and returns its digits from left to right, at least one. It is an error if the
// pixels would take more than 50 MB, which it checks before it decodes.
func Read(r io.ReadSeeker) ([]*Pixels, error) {
	config, format, err := image.DecodeConfig(r)
	if err != nil {
		return nil, wrong(err)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	bytes, o, err := head(r, &config, format)
	if err != nil {
		return nil, wrong(err)
	}
	if bytes > maxBytes {
		return nil, fmt.Errorf("%dx%d pixels of a %s take %.0f MB, want at most %d: make the picture smaller",
			config.Width, config.Height, format, bytes/1e6, maxBytes/1_000_000)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if format == "webp" {
		oneWebP.Lock()
		defer oneWebP.Unlock()
	}
	img, _, err := image.Decode(r)
	if err != nil {
		return nil, wrong(err)
	}
	return prepare(img, o)
}

// wrong returns the error for a file that cannot be decoded.
func wrong(err error) error {
	switch {
	case errors.Is(err, image.ErrFormat):
		return errors.New("not a " + Formats + " picture")
	case errors.Is(err, bmp.ErrUnsupported):
		return errors.New("a BMP picture of an unsupported kind: save it as PNG")
	case strings.HasSuffix(err.Error(), "EOF"): // io.EOF, which image/gif wraps as text
		return errors.New("the picture is truncated")
	}
	return fmt.Errorf("a damaged picture: %w", err)
}

// head returns the memory that decoding takes, as a float because the product of two sizes may overflow, and the
// orientation of the picture. It corrects the size in config if that differs from the size of the pixels.
func head(r io.Reader, config *image.Config, format string) (bytes float64, o orientation, err error) {
	perPixel := 4.0 // of a PNG or BMP
	o = upright
	switch format {
	case "jpeg":
		if perPixel, o, err = jpegHead(r); err != nil {
			return 0, o, err
		}
		if config.ColorModel == color.RGBAModel || config.ColorModel == color.CMYKModel { // a copy of the samples
			perPixel += 4
		}
	case "gif":
		perPixel = 1
	case "webp":
		if perPixel, o, err = webpHead(r, config); err != nil {
			return 0, o, err
		}
	default: // with transparency a PNG may have four channels of this width
		switch config.ColorModel {
		case color.RGBA64Model, color.NRGBA64Model, color.Gray16Model:
			perPixel = 8
		}
	}
	return perPixel * float64(config.Width) * float64(config.Height), o, nil
}
