// Package dataset has the data of the lecture's nets: blood fat and iris from embedded CSV files, XOR, and MNIST from
// the data folder of the GoMNIST module. It also reads a user's files: tables of people and flowers, and pictures like
// MNIST's, which may be larger than memory.
//
// A [Set] is a table of rows with an input and a target each. It is immutable: [Set.Reshape], [Set.OneHot], [Set.Rows],
// [Set.First] and [Set.Split] return new sets that share the inputs with the old one. Pictures are bytes in memory, an
// eighth of the size of float64, and become numbers from 0 to 1 only in a batch.
//
// A net takes any [Data], of which a Set is one, in the form that its loss wants.
package dataset

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gorgonia-lectures/common/internal/shape"
	"gorgonia-lectures/common/lang"
)

// maxValues bounds the values of a set in memory (1 GiB of float64), so that a wrong shape or number of classes gives
// an error before it takes all memory.
const maxValues = 1 << 27

// Set is a table of rows: an input of shape InputShape and a target of shape TargetShape each.
// The zero Set has no rows. Many goroutines may read one Set.
type Set struct {
	inputShape  []int
	targetShape []int // nil: no targets; empty: one number per row

	// The inputs are in one of floats, pixels and stream, row after row. If index is not nil, row i of the set is their
	// row index[i]. The targets are in targets or labels, in the order of the set.
	floats  []float64
	pixels  []uint8
	stream  *stream
	index   []int
	targets []float64
	labels  []uint8

	rows, inputSize, targetSize int // inputSize and targetSize in values per row

	source  lang.Message // returned by Source
	name    string       // returned by Name
	classes []string     // names of the classes that a target numbers; nil: unknown
}

// FromFloats makes a set of rows that are stored one after another. A nil targetShape means no targets, an empty one a
// number for each row, such as a class number. The slices are kept, not copied: do not change them afterwards.
//
// The shapes must have sizes of at least 1, the lengths must fit them for at least one row, and values must be finite.
func FromFloats(inputShape []int, inputs []float64, targetShape []int, targets []float64) (Set, error) {
	s, err := newSet(inputShape, len(inputs), targetShape, targets)
	if err != nil {
		return Set{}, err
	}
	if err := finite("input", inputs, s.inputSize); err != nil {
		return Set{}, err
	}
	s.floats = inputs
	return s, nil
}

// FromBytes is FromFloats for pictures: the inputs are pixels from 0 to 255, which stay bytes in memory. Batches and
// Input divide them by 255.
func FromBytes(inputShape []int, pixels []uint8, targetShape []int, targets []float64) (Set, error) {
	s, err := newSet(inputShape, len(pixels), targetShape, targets)
	if err != nil {
		return Set{}, err
	}
	s.pixels = pixels
	return s, nil
}

// Points makes a set of inputs without targets, to predict from. All rows must have the same length; they are copied.
func Points(rows [][]float64) (Set, error) {
	if len(rows) == 0 {
		return Set{}, fmt.Errorf("dataset: no points")
	}
	size := len(rows[0])
	for i, row := range rows {
		if len(row) != size {
			return Set{}, fmt.Errorf("dataset: point %d has %d values, want %d as in point 0", i, len(row), size)
		}
	}
	return FromFloats([]int{size}, slices.Concat(rows...), nil, nil)
}

var _ Data = Set{}

// newSet makes a set without its inputs, and checks everything except their values.
func newSet(inputShape []int, inputs int, targetShape []int, targets []float64) (Set, error) {
	if len(inputShape) == 0 {
		return Set{}, fmt.Errorf("dataset: the input shape has no dimension")
	}
	inputSize, err := shapeSize(inputShape)
	if err != nil {
		return Set{}, fmt.Errorf("dataset: input %w", err)
	}
	if inputs == 0 || inputs%inputSize != 0 {
		return Set{}, fmt.Errorf("dataset: %d input values, want a positive multiple of %d for rows of shape %v",
			inputs, inputSize, inputShape)
	}
	rows, targetSize := inputs/inputSize, 0
	if targetShape != nil {
		if targetSize, err = shapeSize(targetShape); err != nil {
			return Set{}, fmt.Errorf("dataset: target %w", err)
		}
	}
	if len(targets)%rows != 0 || len(targets)/rows != targetSize {
		return Set{}, fmt.Errorf("dataset: %d target values, want %d for each of %d rows",
			len(targets), targetSize, rows)
	}
	if err := finite("target", targets, targetSize); err != nil {
		return Set{}, err
	}
	return Set{
		inputShape: slices.Clone(inputShape), targetShape: slices.Clone(targetShape),
		targets: targets, rows: rows, inputSize: inputSize, targetSize: targetSize,
	}, nil
}

// shapeSize is the number of values in a shape, 1 for an empty one.
func shapeSize(sizes []int) (int, error) {
	n, err := shape.Size(sizes, 1, maxValues)
	if err != nil {
		return 0, fmt.Errorf("shape %v: %w", sizes, err)
	}
	return n, nil
}

// finite reports the first NaN or infinity in rows of the given size.
func finite(kind string, values []float64, size int) error {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("dataset: %s row %d, column %d is %v, want a finite number",
				kind, i/size, i%size, v)
		}
	}
	return nil
}

// Len is the number of rows.
func (s Set) Len() int { return s.rows }

// InputShape is the shape of one row's input, such as [28 28].
func (s Set) InputShape() []int { return slices.Clone(s.inputShape) }

// TargetShape is the shape of one row's target: [] for one number, [3] for one-hot, nil if the set has no targets.
func (s Set) TargetShape() []int { return slices.Clone(s.targetShape) }

// Source describes in one line the file and what was read from it: "flowers.csv: 60 rows". It is empty for the
// lecture's data.
func (s Set) Source() lang.Message { return s.source }

// Name returns the name of a published set of pictures that was recognized by its files, NameOfMNIST or
// "Fashion-MNIST"; "" for all other data.
func (s Set) Name() string { return s.name }

// Classes returns the names of the classes that the targets number from 0, as "0" to "9" of MNIST; nil: they have none.
func (s Set) Classes() []string { return slices.Clone(s.classes) }

// ClassName returns the name of a class, or its number if it has none.
func (s Set) ClassName(class int) string {
	if class < 0 || class >= len(s.classes) {
		return strconv.Itoa(class)
	}
	return s.classes[class]
}

// Reshape returns the set with another input shape of the same size, such as [28 28 1] for [28 28]. It copies nothing.
func (s Set) Reshape(shape ...int) (Set, error) {
	size, err := shapeSize(shape)
	if err != nil {
		return Set{}, fmt.Errorf("dataset: reshape: %w", err)
	}
	if len(shape) == 0 || size != s.inputSize {
		return Set{}, fmt.Errorf("dataset: reshape: %v has %d values, want %d as in %v",
			shape, size, s.inputSize, s.inputShape)
	}
	s.inputShape = slices.Clone(shape)
	return s, nil
}

// Rows returns the set of the given rows, in the given order; a row may occur twice. It shares the inputs and copies
// the targets. A row outside [0, Len) is an error.
func (s Set) Rows(indices []int) (Set, error) {
	for i, row := range indices {
		if row < 0 || row >= s.rows {
			return Set{}, fmt.Errorf("dataset: row %d (index %d) is outside [0, %d)", row, i, s.rows)
		}
	}
	return s.gather(indices), nil
}

// gather is Rows for valid indices.
func (s Set) gather(indices []int) Set {
	index := make([]int, len(indices))
	for i, row := range indices {
		index[i] = s.stored(row)
	}
	s.targets, s.labels = pick(s.targets, s.targetSize, indices), pick(s.labels, 1, indices)
	s.rows, s.index = len(indices), index
	return s
}

// pick copies the given rows of size values each. It is nil for nil values.
func pick[T float64 | uint8](values []T, size int, indices []int) []T {
	if values == nil {
		return nil
	}
	picked := make([]T, 0, len(indices)*size)
	for _, row := range indices {
		picked = append(picked, values[row*size:(row+1)*size]...)
	}
	return picked
}

// First returns the set of the first n rows: all if there are fewer, none if n is negative. It copies nothing.
func (s Set) First(n int) Set {
	s.rows = min(max(n, 0), s.rows)
	if s.labels != nil {
		s.labels = s.labels[:s.rows]
	} else {
		s.targets = s.targets[:s.rows*s.targetSize]
	}
	return s
}
