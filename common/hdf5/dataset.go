package hdf5

import (
	"fmt"
	"io"
	"math"
	"slices"

	"gorgonia-lectures/common/internal/shape"
)

// Dataset is an array of numbers, row-major.
type Dataset struct {
	Attributes []Attribute

	shape []int
	dtype Dtype
	// values is a slice of the numbers, or their section of a file.
	values any
	source *io.SectionReader
}

// New makes a dataset of the shape, which is empty for a scalar. The values are a []float32, []float64 or []int64 that
// fills the shape; it is kept, not copied.
func New(shape []int, values any) (*Dataset, error) {
	d := &Dataset{shape: slices.Clone(shape), values: values}
	n := 0
	switch v := values.(type) {
	case []float32:
		d.dtype, n = Float32, len(v)
	case []float64:
		d.dtype, n = Float64, len(v)
	case []int64:
		d.dtype, n = Int64, len(v)
	default:
		return nil, fmt.Errorf("hdf5: values of type %T, want []float32, []float64 or []int64", values)
	}
	if len(shape) > maxAxes {
		return nil, fmt.Errorf("hdf5: %d axes, want at most %d", len(shape), maxAxes)
	}
	want, err := count(shape, d.dtype.size())
	if err != nil {
		return nil, fmt.Errorf("hdf5: %w", err)
	}
	if n != want {
		return nil, fmt.Errorf("hdf5: %d numbers, want %d for the shape %v", n, want, shape)
	}
	return d, nil
}

// count returns the number of values of a shape. It is an error if the number of their bytes overflows an int.
func count(sizes []int, bytes int) (int, error) {
	n, err := shape.Size(sizes, 0, math.MaxInt/bytes)
	if err != nil {
		return 0, fmt.Errorf("shape %v: %w", sizes, err)
	}
	return n, nil
}

// Shape returns the sizes of the axes; empty for a scalar.
func (d *Dataset) Shape() []int { return slices.Clone(d.shape) }

// Dtype returns the type of the numbers.
func (d *Dataset) Dtype() Dtype { return d.dtype }

// Len returns the number of values.
func (d *Dataset) Len() int {
	n, _ := count(d.shape, d.dtype.size()) // New or Read has checked it
	return n
}

// Float32s reads the numbers of a dataset of float32.
func (d *Dataset) Float32s() ([]float32, error) {
	if d.dtype != Float32 {
		return nil, d.not("float32")
	}
	return decode(d, Float32.float32)
}

// Float64s reads the numbers of a dataset of float64 or float32.
func (d *Dataset) Float64s() ([]float64, error) {
	switch d.dtype {
	case Float64:
		return decode(d, Float64.float64)
	case Float32:
		narrow, err := decode(d, Float32.float32)
		wide := make([]float64, len(narrow))
		for i, v := range narrow {
			wide[i] = float64(v)
		}
		return wide, err
	}
	return nil, d.not("float64 or float32")
}

// Int64s reads the numbers of a dataset of integers. A number that overflows an int64 is an error.
func (d *Dataset) Int64s() ([]int64, error) {
	if !d.dtype.whole() {
		return nil, d.not("whole numbers")
	}
	whole, err := decode(d, d.dtype.int64)
	if err != nil {
		return nil, err
	}
	if d.dtype == Uint64 {
		for i, v := range whole {
			if v < 0 {
				return nil, fmt.Errorf("hdf5: number %d is %d, want an int64", i, uint64(v))
			}
		}
	}
	return whole, nil
}

func (d *Dataset) not(wanted string) error {
	return fmt.Errorf("hdf5: numbers of type %v, want %s", d.dtype, wanted)
}

// decode copies all numbers, from a file in pieces.
func decode[T any](d *Dataset, number func([]byte) T) ([]T, error) {
	if d.source == nil {
		return slices.Clone(d.values.([]T)), nil
	}
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
