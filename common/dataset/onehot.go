package dataset

import (
	"fmt"
	"slices"
)

// OneHot returns the set with each class number c in [0, classes) replaced by a vector of zeros with a 1 at position c,
// so that all classes are equally far from one another. The target shape [] or [1] becomes [classes].
//
// Any other class number is an error that names the row. With ignoreUnknown it becomes a vector of zeros, as in
// scikit-learn's OneHotEncoder with handle_unknown="ignore".
func (s Set) OneHot(classes int, ignoreUnknown bool) (Set, error) {
	if s.targetShape == nil || s.targetSize != 1 {
		return Set{}, fmt.Errorf("dataset: one-hot: targets have the shape %v, want one class number per row",
			s.targetShape)
	}
	if most := maxValues / max(s.rows, 1); classes < 1 || classes > most {
		return Set{}, fmt.Errorf("dataset: one-hot: %d classes for %d rows, want 1 to %d", classes, s.rows, most)
	}
	targets := make([]float64, s.rows*classes)
	for i := range s.rows {
		v := s.target(i)
		switch c, ok := class(v); {
		case ok && c < classes:
			targets[i*classes+c] = 1
		case !ignoreUnknown:
			return Set{}, fmt.Errorf("dataset: one-hot: row %d has the class %v, want a whole number from 0 to %d",
				i, v, classes-1)
		}
	}
	s.targets, s.labels, s.targetShape, s.targetSize = targets, nil, []int{classes}, classes
	return s, nil
}

// Label is the row's class: its class number, or the position of the 1 in a one-hot target. It is -1 if the target is
// not a class number, has no 1, or is missing. A row outside [0, Len) panics.
func (s Set) Label(row int) int {
	target := s.Target(row)
	if len(target) == 1 {
		if c, ok := class(target[0]); ok {
			return c
		}
		return -1
	}
	return slices.Index(target, 1)
}

// class converts a class number. ok is false if v is negative, not whole, or above maxValues.
func class(v float64) (c int, ok bool) {
	if !(v >= 0 && v <= maxValues) {
		return 0, false
	}
	c = int(v)
	return c, float64(c) == v
}
