package digit

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// jpegHead reads a JPEG up to its frame header (ITU-T T.81, B.2.2). It returns the bytes for a pixel that decoding
// takes, one for each sample and four more in a progressive JPEG, whose coefficients are kept until the last scan, and
// the orientation in the EXIF block before the header.
func jpegHead(r io.Reader) (perPixel float64, o orientation, err error) {
	o = upright
	in := bufio.NewReader(r)
	if _, err := in.Discard(2); err != nil {
		return 0, o, err
	}
	for {
		marker, err := nextMarker(in)
		if err != nil {
			return 0, o, err
		}
		if marker >= 0xd0 && marker <= 0xd9 || marker == 0x01 { // markers without a segment
			continue
		}
		var length uint16
		if err := binary.Read(in, binary.BigEndian, &length); err != nil {
			return 0, o, err
		}
		if length < 2 {
			return 0, o, errors.New("a JPEG segment without a length")
		}
		if marker >= 0xc0 && marker <= 0xc2 {
			perPixel, err = samples(in, marker == 0xc2)
			return perPixel, o, err
		}
		if marker == 0xe1 {
			block := make([]byte, length-2)
			if _, err := io.ReadFull(in, block); err != nil {
				return 0, o, err
			}
			if tiff, ok := bytes.CutPrefix(block, []byte("Exif\x00\x00")); ok {
				o = orientationOf(tiff)
			}
			continue
		}
		if _, err := in.Discard(int(length) - 2); err != nil {
			return 0, o, err
		}
	}
}

// nextMarker reads the next marker: at least one byte 0xff, and one that is neither 0 nor 0xff.
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

// samples returns the bytes for a pixel, by the sampling factors of the frame's components.
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
