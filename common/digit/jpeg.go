package digit

import (
	"bufio"
	"encoding/binary"
	"errors"
	"image/color"
	"io"
)

var (
	model16, modelA16, modelGray16 = color.RGBA64Model, color.NRGBA64Model, color.Gray16Model
	modelRGB, modelCMYK            = color.RGBAModel, color.CMYKModel
)

// jpegBytes is how many bytes the samples of a pixel take while a JPEG is decoded: one for each, and for a
// progressive one four more, which are kept until its last scan. The frame header tells (ITU-T T.81, B.2.2).
func jpegBytes(r io.Reader) (float64, error) {
	in := bufio.NewReader(r)
	if _, err := in.Discard(2); err != nil {
		return 0, err
	}
	for {
		marker, err := nextMarker(in)
		if err != nil {
			return 0, err
		}
		if marker >= 0xd0 && marker <= 0xd9 || marker == 0x01 { // these stand alone
			continue
		}
		var length uint16
		if err := binary.Read(in, binary.BigEndian, &length); err != nil {
			return 0, err
		}
		if length < 2 {
			return 0, errors.New("a JPEG segment without a length")
		}
		if marker >= 0xc0 && marker <= 0xc2 {
			return samples(in, marker == 0xc2)
		}
		if _, err := in.Discard(int(length) - 2); err != nil {
			return 0, err
		}
	}
}

// nextMarker skips to the next marker: a byte 0xff, any number of them, and one that is neither 0 nor 0xff.
func nextMarker(in *bufio.Reader) (byte, error) {
	after := false
	for {
		b, err := in.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case after && b != 0 && b != 0xff:
			return b, nil
		}
		after = b == 0xff
	}
}

// samples counts what the components of a frame need, by their sampling factors.
func samples(in *bufio.Reader, progressive bool) (float64, error) {
	var head [6]byte // precision, height, width, number of components
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return 0, err
	}
	sum, most := 0, 1
	for range head[5] {
		var c [3]byte // name, factors, table
		if _, err := io.ReadFull(in, c[:]); err != nil {
			return 0, err
		}
		n := int(c[1]>>4) * int(c[1]&15)
		sum, most = sum+n, max(most, n)
	}
	perPixel := float64(sum) / float64(most)
	if progressive {
		perPixel *= 5
	}
	return perPixel, nil
}
