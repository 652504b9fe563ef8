package dataset

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
)

// Fingerprint reads all rows of data up to mostRows. Larger data may be on a disk, where a row takes milliseconds:
// of these it reads spreadRows.
const (
	mostRows   = 1 << 17
	spreadRows = 1 << 13
)

// Fingerprint is the number of rows of the data with a checksum of their inputs and targets in float32. It shows that a
// run would be resumed with other data. Of more than 131,072 rows it reads 8,192, spread evenly from the first to the
// last, and does not see a change of the others. It does not protect against forgery, and means nothing if Err
// reports that rows could not be read.
func Fingerprint(data Data) string {
	const chunk = 256
	inputs := make([]float32, chunk*valuesIn(data.InputShape()))
	var targets []float32
	if shape := data.TargetShape(); shape != nil {
		targets = make([]float32, chunk*valuesIn(shape))
	}
	table := crc32.MakeTable(crc32.Castagnoli) // most CPUs have instructions for it
	bytes := make([]byte, 4*(len(inputs)+len(targets)))
	sum := uint32(0)
	rows := make([]int, 0, chunk)
	count := data.Len()
	if count > mostRows {
		count = spreadRows
	}
	for first := 0; first < count; first += chunk {
		n := min(chunk, count-first)
		rows = rows[:0]
		for i := range n {
			rows = append(rows, spread(first+i, count, data.Len()))
		}
		in, out := inputs[:n*len(inputs)/chunk], targets[:n*len(targets)/chunk]
		data.Batch32(rows, in, out)
		at := 0
		for _, values := range [][]float32{in, out} {
			for _, v := range values { // binary.Append takes three times as long
				binary.LittleEndian.PutUint32(bytes[at:], math.Float32bits(v))
				at += 4
			}
		}
		sum = crc32.Update(sum, table, bytes[:at])
	}
	return fmt.Sprintf("%d rows, CRC-32C %08x", data.Len(), sum)
}

// spread is the i-th of count rows out of all, evenly from the first to the last.
func spread(i, count, all int) int {
	if count == all {
		return i
	}
	return int(uint64(i) * uint64(all-1) / uint64(count-1)) // 64 bits on every platform
}
