package dataset

import (
	"fmt"
	"slices"
)

// OneHot is the set with each class number c in [0, classes) replaced by a vector of that many
// numbers, all 0 but a 1 at position c: the classes are then equally far from each other, where 2
// for a true 0 would count as twice as wrong as 1. Target shape [] or [1] becomes [classes].
//
// A class outside [0, classes) or not whole is an error that names the row and the class. With
// ignoreUnknown its vector is all zeros (scikit-learn's OneHotEncoder with handle_unknown="ignore").
func (s Set) OneHot(classes int, ignoreUnknown bool) (Set, error) {
	if s.targetShape == nil || s.targetSize != 1 {
		return Set{}, fmt.Errorf("dataset: one-hot: targets have the shape %v, expected one class number per row",
			s.targetShape)
	}
	if most := maxValues / max(s.rows, 1); classes < 1 || classes > most {
		return Set{}, fmt.Errorf("dataset: one-hot: %d classes for %d rows, expected 1 to %d", classes, s.rows, most)
	}
	targets := make([]float64, s.rows*classes)
	for i := range s.rows {
		v := s.target(i)
		switch c, ok := class(v); {
		case ok && c < classes:
			targets[i*classes+c] = 1
		case !ignoreUnknown:
			return Set{}, fmt.Errorf("dataset: one-hot: row %d has the class %v, expected a whole number from 0 to %d",
				i, v, classes-1)
		}
	}
	s.targets, s.labels, s.targetShape, s.targetSize = targets, nil, []int{classes}, classes
	return s, nil
}

// Label is the row's class: its class number, or the position of the 1 in a one-hot target. It is
// -1 if the target names no class: an all-zero vector, a number that is not a class, no target at
// all. A row outside [0, Len) panics.
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

// class reads a class number; ok is false if v is negative or not whole. The bound keeps the
// conversion exact on machines with a 32-bit int.
func class(v float64) (c int, ok bool) {
	if !(v >= 0 && v <= maxValues) {
		return 0, false
	}
	c = int(v)
	return c, float64(c) == v
}
