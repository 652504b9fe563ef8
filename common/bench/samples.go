package bench

import (
	"slices"
	"strconv"
)

// Samples are figures of one kind, one of each round or part.
type Samples []float64

// Least is the smallest figure, 0 of none.
func (s Samples) Least() float64 {
	if len(s) == 0 {
		return 0
	}
	return slices.Min(s)
}

// Most is the largest figure, 0 of none.
func (s Samples) Most() float64 {
	if len(s) == 0 {
		return 0
	}
	return slices.Max(s)
}

// Median is the mean of the two middle figures if their number is even, 0 of none.
func (s Samples) Median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return (sorted[(len(s)-1)/2] + sorted[len(s)/2]) / 2
}

// Significant writes a figure with the given number of digits, without an exponent for figures that
// are neither tiny nor huge.
func Significant(x float64, digits int) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
	if err != nil { // what FormatFloat wrote can be read
		panic(err)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
