package report

import (
	"math"
	"slices"
	"strconv"
)

// Samples are measured values of one kind, one for each round or part.
type Samples []float64

// Least returns the smallest value; 0 if there are none.
func (s Samples) Least() float64 {
	if len(s) == 0 {
		return 0
	}
	return slices.Min(s)
}

// Most returns the largest value; 0 if there are none.
func (s Samples) Most() float64 {
	if len(s) == 0 {
		return 0
	}
	return slices.Max(s)
}

// Median returns the median, the mean of the middle two for an even number; 0 if there are none.
func (s Samples) Median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return (sorted[(len(s)-1)/2] + sorted[len(s)/2]) / 2
}

// Ratios returns the quotients a[i]/b[i].
func Ratios(a, b Samples) Samples {
	var list Samples
	for i := range min(len(a), len(b)) {
		list = append(list, a[i]/b[i])
	}
	return list
}

// Digits formats a number with n significant digits, or with all digits of its integer part, without an exponent.
func Digits(x float64, n int) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', n, 64), 64) // cannot fail
	if math.Abs(rounded) >= math.Pow10(n) {
		rounded = math.Round(x)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// Text formats the best value, which is Least or Most, with the median in brackets; "" if there are no samples.
func (s Samples) Text(best float64) string {
	if len(s) == 0 {
		return ""
	}
	return Digits(best, 3) + " (" + Digits(s.Median(), 3) + ")"
}
