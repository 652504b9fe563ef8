package dataset

import (
	"fmt"
	"slices"

	"gorgonia-lectures/common/kernel"
)

// Batch32 copies the inputs of the given rows to inputs, and their targets to targets, one row after another. It leaves
// targets unchanged if the set has none; targets may then be nil. It allocates nothing, except a buffer of one row when
// a set of [OpenDigits] is first read; see [Set.Err] for rows that cannot be read. It panics, as an index expression
// does, if a row is outside [0, Len) or a buffer is too short.
func (s Set) Batch32(rows []int, inputs, targets []float32) {
	batch(&s, rows, inputs, targets)
}

// Batch64 is Batch32 in float64.
func (s Set) Batch64(rows []int, inputs, targets []float64) {
	batch(&s, rows, inputs, targets)
}

// Constant reports whether the rows of self never change and can always be read, so that a reader may keep a copy. It
// is true for a Set in memory, and false for data that embeds a Set, because that may change the rows.
func (s Set) Constant(self any) bool {
	_, same := self.(Set)
	return same && s.stream == nil
}

func batch[T kernel.Float](s *Set, rows []int, inputs, targets []T) {
	n, t := s.inputSize, s.targetSize
	var buffer []uint8
	if s.stream != nil {
		buffer = s.stream.take(n)
		defer s.stream.put(buffer)
	}
	for i, row := range rows {
		dst := inputs[i*n : (i+1)*n]
		if pixels := s.bytes(row, buffer); pixels != nil {
			// Equal to numpy's x / 255.0 rounded to T, in float32 too: rounding a quotient to float64 first is
			// harmless (Figueroa, "When is double rounding innocuous?", SIGNUM Newsletter 30(3), 1995).
			kernel.ScaleBytes(dst, pixels, 1/T(255))
		} else {
			from := s.stored(row) * n
			for j, v := range s.floats[from : from+n] {
				dst[j] = T(v)
			}
		}
		if targets != nil {
			to := targets[i*t : (i+1)*t]
			for j := range to {
				to[j] = T(s.target(row*t + j))
			}
		}
	}
}

// stored returns the index of a row in the storage. It panics if the set has no such row, even if the storage, which
// other sets share, has one.
func (s *Set) stored(row int) int {
	if row < 0 || row >= s.rows {
		panic(fmt.Sprintf("dataset: row %d is outside [0, %d)", row, s.rows))
	}
	if s.index != nil {
		return s.index[row]
	}
	return row
}

// bytes returns the row's pixels; nil if the set does not consist of bytes. A streamed set reads them into the buffer.
// It panics as stored does.
func (s *Set) bytes(row int, buffer []uint8) []uint8 {
	at := s.stored(row)
	switch {
	case s.stream != nil:
		s.stream.read(buffer, at)
		return buffer
	case s.pixels != nil:
		return s.pixels[at*s.inputSize : (at+1)*s.inputSize]
	}
	return nil
}

// target is value i of the targets of all rows.
func (s *Set) target(i int) float64 {
	if s.labels != nil {
		return float64(s.labels[i])
	}
	return s.targets[i]
}

// Input is a copy of the row's input, pixels divided by 255. A row outside [0, Len) panics.
func (s Set) Input(row int) []float64 {
	input := make([]float64, s.inputSize)
	s.Batch64([]int{row}, input, nil)
	return input
}

// Target is a copy of the row's target, nil if the set has none. A row outside [0, Len) panics.
func (s Set) Target(row int) []float64 {
	s.stored(row)
	if s.targetShape == nil {
		return nil
	}
	target := make([]float64, s.targetSize)
	for i := range target {
		target[i] = s.target(row*s.targetSize + i)
	}
	return target
}

// Pixels is a copy of the row's pixels from 0 to 255, nil if the set has no bytes. A row outside [0, Len) panics.
func (s Set) Pixels(row int) []uint8 {
	if s.stream != nil {
		return s.bytes(row, make([]uint8, s.inputSize))
	}
	return slices.Clone(s.bytes(row, nil))
}
