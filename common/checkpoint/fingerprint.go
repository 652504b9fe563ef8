package checkpoint

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

// Fingerprint is a checksum of all rows of the data, inputs and targets in float32, with their number: it tells that a
// run would go on with other data. It is no proof against a forger.
func Fingerprint(data model.Data) string {
	const chunk = 256
	inputs := make([]float32, chunk*tensor.Shape(data.InputShape()).TotalSize())
	var targets []float32
	if shape := data.TargetShape(); shape != nil {
		targets = make([]float32, chunk*tensor.Shape(shape).TotalSize())
	}
	table := crc32.MakeTable(crc32.Castagnoli) // most CPUs have instructions for it
	bytes := make([]byte, 4*(len(inputs)+len(targets)))
	sum := uint32(0)
	rows := make([]int, 0, chunk)
	for first := 0; first < data.Len(); first += chunk {
		n := min(chunk, data.Len()-first)
		rows = rows[:0]
		for i := range n {
			rows = append(rows, first+i)
		}
		in, out := inputs[:n*len(inputs)/chunk], targets[:n*len(targets)/chunk]
		data.Batch32(rows, in, out)
		at := 0
		for _, values := range [][]float32{in, out} {
			for _, v := range values {
				binary.LittleEndian.PutUint32(bytes[at:], math.Float32bits(v))
				at += 4
			}
		}
		sum = crc32.Update(sum, table, bytes[:at])
	}
	return fmt.Sprintf("%d rows, CRC-32C %08x", data.Len(), sum)
}
