package chart

import (
	"fmt"
	"math"
	"slices"
)

// largest bounds every drawn number, so that differences and products of two stay finite.
const largest = 1e100

// isGap reports whether a value cannot be drawn.
func isGap(v float64) bool { return !(math.Abs(v) <= largest) }

// checkFinite reports a value that cannot be drawn.
func checkFinite(what string, values []float64) error {
	if i := slices.IndexFunc(values, isGap); i >= 0 {
		return fmt.Errorf("chart: %s: value %d is %g, want a finite number of at most %g", what, i, values[i], largest)
	}
	return nil
}

// checkRanges is an error unless all limits are finite and X and Y ascend.
func checkRanges(kind string, xMin, xMax, yMin, yMax float64) error {
	if isRange(xMin, xMax) && isRange(yMin, yMax) {
		return nil
	}
	return fmt.Errorf("chart: %s: X from %g to %g and Y from %g to %g, want ranges of finite numbers",
		kind, xMin, xMax, yMin, yMax)
}

func isRange(low, high float64) bool {
	size := math.Max(math.Abs(low), math.Abs(high))
	return high-low > 1e-9*size && size <= largest
}
