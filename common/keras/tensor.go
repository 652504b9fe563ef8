package keras

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
)

// AddTensor adds a dataset of the tensor's dtype. It is an error if a number is not finite.
func AddTensor(g *hdf5.Group, name string, t *tensor.Dense) error {
	if t.Dtype() == tensor.Float64 {
		return addFinite(g, name, t.Shape(), t.Float64s())
	}
	return addFinite(g, name, t.Shape(), t.Float32s())
}

func addFinite[T float32 | float64](g *hdf5.Group, name string, shape []int, numbers []T) error {
	if err := checkFinite(numbers); err != nil {
		return err
	}
	return g.AddNumbers(name, shape, numbers)
}

// Tensor reads a dataset, which must have the shape, the dtype, which is float32 or float64, and finite numbers.
func Tensor(d *hdf5.Dataset, shape []int, dtype tensor.Dtype) (*tensor.Dense, error) {
	numbers, err := read(d, shape, dtype)
	if err != nil {
		return nil, err
	}
	switch v := numbers.(type) {
	case []float32:
		err = checkFinite(v)
	case []float64:
		err = checkFinite(v)
	}
	if err != nil {
		return nil, err
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(numbers)), nil
}

// read checks the shape and the dtype, and reads a []float32 or a []float64.
func read(d *hdf5.Dataset, shape []int, dtype tensor.Dtype) (any, error) {
	if got := d.Shape(); !slices.Equal(got, shape) { // tensor.Shape.Eq would take [n, 1] and [n] as equal
		return nil, fmt.Errorf("shape %v, want %v", got, shape)
	}
	if got := d.Dtype().String(); got != dtype.Name() {
		return nil, fmt.Errorf("%s, want %s", got, dtype.Name())
	}
	if dtype == tensor.Float64 {
		return d.Float64s()
	}
	return d.Float32s()
}

func checkFinite[T float32 | float64](numbers []T) error {
	for i, v := range numbers {
		if v-v != 0 {
			return fmt.Errorf("value %d is %v, want finite numbers", i, v)
		}
	}
	return nil
}
