package digit

import "encoding/binary"

// orientation says how a camera was held, by the values of EXIF 2.32, tag 0x0112.
type orientation int

const (
	upright    orientation = iota + 1
	mirrored               // left is right
	upsideDown             // turned by a half
	flipped                // top is bottom
	transposed             // rows are columns
	turnRight              // by a quarter, to be upright
	transverse             // rows are columns, from the other corner
	turnLeft
)

// turn returns the picture upright.
func (p plane) turn(o orientation) plane {
	if o <= upright || o > turnLeft {
		return p
	}
	to := newPlane(p.width, p.height)
	if o >= transposed {
		to = newPlane(p.height, p.width)
	}
	for i := range to.values {
		x, y := i%to.width, i/to.width
		right, low := p.width-1, p.height-1
		switch o {
		case mirrored:
			x = right - x
		case upsideDown:
			x, y = right-x, low-y
		case flipped:
			y = low - y
		case transposed:
			x, y = y, x
		case turnRight:
			x, y = y, low-x
		case transverse:
			x, y = right-y, low-x
		case turnLeft:
			x, y = right-y, x
		}
		to.values[i] = p.values[y*p.width+x]
	}
	return to
}

// orientationOf reads the orientation from the TIFF block (TIFF 6.0, section 2) of EXIF. If the block is truncated or
// wrong, the picture counts as upright.
func orientationOf(tiff []byte) orientation {
	const (
		tag   = 0x0112
		short = 3  // a type: 16 bits
		entry = 12 // bytes
	)
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	start := uint64(order.Uint32(tiff[4:]))
	if start+2 > uint64(len(tiff)) {
		return upright
	}
	list := tiff[start:]
	count := int(order.Uint16(list))
	for list = list[2:]; count > 0 && len(list) >= entry; count, list = count-1, list[entry:] {
		if order.Uint16(list) != tag || order.Uint16(list[2:]) != short || order.Uint32(list[4:]) != 1 {
			continue
		}
		if o := orientation(order.Uint16(list[8:])); o >= upright && o <= turnLeft {
			return o
		}
	}
	return upright
}
