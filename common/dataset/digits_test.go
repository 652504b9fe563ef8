package dataset

import (
	"encoding/binary"
	"path/filepath"
	"testing"
)

// idxBytes is an IDX file of bytes.
func idxBytes(content []byte, dims ...int) []byte {
	file := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, uint32(d))
	}
	return append(file, content...)
}

// saveDigits writes the four files that OpenDigits reads.
func saveDigits(t testing.TB, dir string, train, test Set) {
	t.Helper()
	for i, s := range []Set{train, test} {
		var pixels, labels []byte
		for row := range s.Len() {
			pixels, labels = append(pixels, s.Pixels(row)...), append(labels, byte(s.Label(row)))
		}
		write(t, filepath.Join(dir, mnistFiles[2*i].name), idxBytes(pixels, s.Len(), 28, 28))
		write(t, filepath.Join(dir, mnistFiles[2*i+1].name), idxBytes(labels, s.Len()))
	}
}
