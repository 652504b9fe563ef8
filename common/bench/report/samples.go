package report

import (
	"math"
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

// Median is the middle figure, the mean of the middle two if their number is even, 0 of none.
func (s Samples) Median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return (sorted[(len(s)-1)/2] + sorted[len(s)/2]) / 2
}

// Ratios divides the figures of two things, one of each round, by each other.
func Ratios(a, b Samples) Samples {
	var list Samples
	for i := range min(len(a), len(b)) {
		list = append(list, a[i]/b[i])
	}
	return list
}

// Digits writes a figure with n significant digits, or all before the point, without an exponent.
func Digits(x float64, n int) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', n, 64), 64) // what FormatFloat wrote can be read
	if math.Abs(rounded) >= math.Pow10(n) {
		rounded = math.Round(x)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// Text is the best figure, which is the least or the most, with the median in brackets, "" of none.
func (s Samples) Text(best float64) string {
	if len(s) == 0 {
		return ""
	}
	return Digits(best, 3) + " (" + Digits(s.Median(), 3) + ")"
}
