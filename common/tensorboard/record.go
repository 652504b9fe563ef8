package tensorboard

import (
	"encoding/binary"
	"hash/crc32"
)

// appendRecord appends data as a TFRecord (tensorflow.org/tutorials/load_data/tfrecord): the length in 8 bytes, its
// checksum in 4, the data, and their checksum in 4, all little-endian.
func appendRecord(to, data []byte) []byte {
	start := len(to)
	to = binary.LittleEndian.AppendUint64(to, uint64(len(data)))
	to = binary.LittleEndian.AppendUint32(to, masked(to[start:]))
	to = append(to, data...)
	return binary.LittleEndian.AppendUint32(to, masked(data))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the masked CRC-32C of TFRecord: the checksum of data that contain checksums would be weak without the mask.
func masked(data []byte) uint32 {
	sum := crc32.Checksum(data, castagnoli)
	return (sum>>15 | sum<<17) + 0xa282ead8
}
