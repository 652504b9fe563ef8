package digit

import (
	"bytes"
	"image"
	"io"

	"golang.org/x/image/riff"
	"golang.org/x/image/vp8"
	"golang.org/x/image/vp8l"
)

// webpHead reads the chunks of a WebP (RFC 9649). It returns the bytes for a pixel that decoding takes, and the
// orientation in the EXIF chunk. The size of the pixels may differ from that of the canvas, which image.DecodeConfig
// returns; webpHead sets the larger one.
func webpHead(r io.Reader, config *image.Config) (perPixel float64, o orientation, err error) {
	const (
		lossy    = 1.5
		lossless = 8 // with a copy for its transforms
		alpha    = 1 + lossless
		largest  = 1 << 16 // bytes of EXIF that are read
	)
	o = upright
	grow := func(width, height int) {
		config.Width, config.Height = max(config.Width, width), max(config.Height, height)
	}
	_, chunks, err := riff.NewReader(r)
	if err != nil {
		return 0, o, err
	}
	for {
		id, length, data, err := chunks.Next()
		if err == io.EOF || err != nil && perPixel > 0 { // the chunks after the pixels are optional
			return perPixel, o, nil
		}
		if err != nil {
			return 0, o, err
		}
		switch id {
		case riff.FourCC{'V', 'P', '8', ' '}:
			d := vp8.NewDecoder()
			d.Init(data, int(length))
			frame, err := d.DecodeFrameHeader()
			if err != nil {
				return 0, o, err
			}
			grow(frame.Width, frame.Height)
			perPixel += lossy
		case riff.FourCC{'V', 'P', '8', 'L'}:
			pixels, err := vp8l.DecodeConfig(data)
			if err != nil {
				return 0, o, err
			}
			grow(pixels.Width, pixels.Height)
			perPixel += lossless
		case riff.FourCC{'A', 'L', 'P', 'H'}:
			perPixel += alpha
		case riff.FourCC{'E', 'X', 'I', 'F'}:
			block, err := io.ReadAll(io.LimitReader(data, largest))
			if err != nil {
				return perPixel, o, nil
			}
			o = orientationOf(bytes.TrimPrefix(block, []byte("Exif\x00\x00")))
		}
	}
}
