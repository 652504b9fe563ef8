package tensorboard

import "math"

// bucketCount is the number of buckets of tf.summary.histogram.
const bucketCount = 30

// buckets counts data in 30 buckets of equal width from the minimum to the maximum. A row of the table is left edge,
// right edge and count, as tf.summary.histogram of TensorBoard 2.21 computes them
// (tensorboard/plugins/histogram/summary_v2.py). If all data are equal, the last bucket has them and all edges are that
// number; without data all is zero. Unlike there, numbers that are not finite are left out.
func buckets[T float32 | float64](data []T) (table [bucketCount][3]float64) {
	count, low, high := 0, math.Inf(1), math.Inf(-1)
	finite := func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
	for _, v := range data {
		if x := float64(v); finite(x) {
			count, low, high = count+1, min(low, x), max(high, x)
		}
	}
	if count == 0 {
		return table
	}
	width := (high - low) / bucketCount
	if width == 0 || math.IsInf(width, 0) {
		for i := range table {
			table[i] = [3]float64{high, high, 0}
		}
		table[bucketCount-1][2] = float64(count)
		return table
	}
	for i := range table {
		left := low + float64(width*float64(i))
		table[i][0] = left
		if i > 0 {
			table[i-1][1] = left
		}
	}
	table[bucketCount-1][1] = high
	for _, v := range data {
		if x := float64(v); finite(x) {
			table[int(min(math.Floor((x-low)/width), bucketCount-1))][2]++
		}
	}
	return table
}
