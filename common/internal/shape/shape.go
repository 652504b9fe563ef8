// Package shape counts the values of a shape from a user or a file, so that a shape that is too large is refused before
// memory is allocated.
package shape

import "fmt"

// Size returns the number of values, 1 for no axes. It is an error if there are more than most, or if an axis is
// smaller than least, which is 0 or 1.
func Size(sizes []int, least, most int) (int, error) {
	n := 1
	for i, size := range sizes {
		if size < least {
			return 0, fmt.Errorf("axis %d has size %d, want at least %d", i, size, least)
		}
		if size > 0 && n > most/size {
			return 0, fmt.Errorf("more than %d values", most)
		}
		n *= size
	}
	return n, nil
}
