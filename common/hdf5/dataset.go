package hdf5

import (
	"errors"
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
	// One of the following: the numbers, in a slice of their type, or where their bytes are.
	values any
	source *io.SectionReader
}

// New makes a dataset of that shape, a scalar for an empty one. The values are a []float32, []float64 or []int64, and
// are kept, not copied. It is an error if they do not fill the shape.
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
		return nil, fmt.Errorf("hdf5: numbers in a %T, want []float32, []float64 or []int64", values)
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

// count is the number of values of a shape, whose bytes an int must count.
func count(sizes []int, bytes int) (int, error) {
	n, err := shape.Size(sizes, 0, math.MaxInt/bytes)
	if err != nil {
		return 0, fmt.Errorf("shape %v: %w", sizes, err)
	}
	return n, nil
}

// Shape is the sizes of the axes, empty for a scalar.
func (d *Dataset) Shape() []int { return slices.Clone(d.shape) }

// Dtype is the type of the numbers.
func (d *Dataset) Dtype() Dtype { return d.dtype }

// Len is how many numbers there are.
func (d *Dataset) Len() int {
	n, _ := count(d.shape, d.dtype.size()) // it was checked
	return n
}

var errDtype = errors.New("hdf5: another type of numbers")

// Float32s reads the numbers of a dataset of float32.
func (d *Dataset) Float32s() ([]float32, error) {
	if d.dtype != Float32 {
		return nil, fmt.Errorf("%w: %v, want %v", errDtype, d.dtype, Float32)
	}
	if d.source == nil {
		return slices.Clone(d.values.([]float32)), nil
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
		return slices.Clone(d.values.([]float64)), nil
	}
	wide := make([]float64, d.Len())
	for i, v := range d.values.([]float32) {
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
		return slices.Clone(d.values.([]int64)), nil
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
