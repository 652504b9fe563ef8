package hdf5

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// Dataset is an array of numbers, row-major.
type Dataset struct {
	Attributes []Attribute

	shape []int
	dtype Dtype
	// One of the following: the numbers, or where their bytes are.
	values values
	source *io.SectionReader
}

// values are numbers in memory; one of the slices is in use.
type values struct {
	float32s []float32
	float64s []float64
	int64s   []int64
}

// NewFloat32 makes a dataset of that shape, a scalar for an empty one. The values are kept, not copied.
// It is an error if they do not fill the shape.
func NewFloat32(shape []int, v []float32) (*Dataset, error) {
	return newDataset(shape, Float32, len(v), values{float32s: v})
}

// NewFloat64 is NewFloat32 for numbers of 64 bits.
func NewFloat64(shape []int, v []float64) (*Dataset, error) {
	return newDataset(shape, Float64, len(v), values{float64s: v})
}

// NewInt64 is NewFloat32 for whole numbers.
func NewInt64(shape []int, v []int64) (*Dataset, error) {
	return newDataset(shape, Int64, len(v), values{int64s: v})
}

func newDataset(shape []int, dtype Dtype, n int, v values) (*Dataset, error) {
	if len(shape) > maxAxes {
		return nil, fmt.Errorf("hdf5: %d axes, want at most %d", len(shape), maxAxes)
	}
	want, err := count(shape, dtype.size())
	if err != nil {
		return nil, fmt.Errorf("hdf5: %w", err)
	}
	if n != want {
		return nil, fmt.Errorf("hdf5: %d numbers, want %d for the shape %v", n, want, shape)
	}
	return &Dataset{shape: slices.Clone(shape), dtype: dtype, values: v}, nil
}

// count is the number of values of a shape; an error if a size is negative, or if so many values of the
// given size are more bytes than an int counts.
func count(shape []int, size int) (int, error) {
	n, limit := 1, int(^uint(0)>>1)/size
	for _, d := range shape {
		if d < 0 || d > 0 && n > limit/d {
			return 0, fmt.Errorf("shape %v: want sizes from 0 on whose product can be counted", shape)
		}
		n *= d
	}
	return n, nil
}

// Shape is the sizes of the axes, empty for a scalar.
func (d *Dataset) Shape() []int { return slices.Clone(d.shape) }

// Dtype is the type of the numbers.
func (d *Dataset) Dtype() Dtype { return d.dtype }

// Len is how many numbers there are.
func (d *Dataset) Len() int {
	n := 1
	for _, size := range d.shape {
		n *= size
	}
	return n
}

var errDtype = errors.New("hdf5: another type of numbers")

// Float32s reads the numbers of a dataset of float32.
func (d *Dataset) Float32s() ([]float32, error) {
	if d.dtype != Float32 {
		return nil, fmt.Errorf("%w: %v, want %v", errDtype, d.dtype, Float32)
	}
	if d.source == nil {
		return slices.Clone(d.values.float32s), nil
	}
	return decode(d, func(b []byte) float32 { return Float32.float32(b) })
}

// Float64s reads the numbers of a dataset of float64 or float32.
func (d *Dataset) Float64s() ([]float64, error) {
	switch {
	case d.dtype != Float64 && d.dtype != Float32:
		return nil, fmt.Errorf("%w: %v, want %v or %v", errDtype, d.dtype, Float64, Float32)
	case d.source != nil && d.dtype == Float32:
		return decode(d, func(b []byte) float64 { return float64(Float32.float32(b)) })
	case d.source != nil:
		return decode(d, Float64.float64)
	case d.dtype == Float64:
		return slices.Clone(d.values.float64s), nil
	}
	wide := make([]float64, len(d.values.float32s))
	for i, v := range d.values.float32s {
		wide[i] = float64(v)
	}
	return wide, nil
}

// Int64s reads the numbers of a dataset of whole numbers; one that int64 does not hold is an error.
func (d *Dataset) Int64s() ([]int64, error) {
	if !d.dtype.whole() {
		return nil, fmt.Errorf("%w: %v, want whole numbers", errDtype, d.dtype)
	}
	if d.source == nil {
		return slices.Clone(d.values.int64s), nil
	}
	whole, err := decode(d, d.dtype.int64)
	if err != nil {
		return nil, err
	}
	if d.dtype == Uint64 {
		for i, v := range whole {
			if v < 0 {
				return nil, fmt.Errorf("hdf5: number %d is %d, more than int64 holds", i, uint64(v))
			}
		}
	}
	return whole, nil
}

// decode reads all numbers, in pieces.
func decode[T any](d *Dataset, number func([]byte) T) ([]T, error) {
	size := d.dtype.size()
	list := make([]T, 0, d.Len())
	piece := make([]byte, min(1<<16, d.Len()*size))
	for len(list) < cap(list) {
		piece = piece[:min(len(piece), (cap(list)-len(list))*size)]
		if _, err := d.source.ReadAt(piece, int64(len(list)*size)); err != nil {
			return nil, fmt.Errorf("hdf5: read %d numbers: %w", d.Len(), ended(err))
		}
		for at := 0; at < len(piece); at += size {
			list = append(list, number(piece[at:at+size]))
		}
	}
	return list, nil
}
