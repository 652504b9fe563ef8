package digit

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// jpegBytes is the number of bytes for the samples of a pixel while a JPEG is decoded, by its frame header (ITU-T T.81,
// B.2.2): one for each sample, and four more in a progressive JPEG, which are kept until its last scan.
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
		if marker >= 0xd0 && marker <= 0xd9 || marker == 0x01 { // markers without a segment
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

// samples is the number of bytes for a pixel, by the sampling factors of a frame's components.
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
