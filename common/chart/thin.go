package chart

import "slices"

// runs lists the indices of a series between its gaps. It thins a series of more than four values per column of pixels:
// each column keeps its first, smallest, largest and last value, in their order, and only a column without any value is
// a gap.
func runs(values []float64, columns int) [][]int {
	all := [][]int{nil}
	if len(values) <= 4*columns {
		columns = len(values)
	}
	for column := range columns {
		from, to := column*len(values)/columns, (column+1)*len(values)/columns
		first, last, low, high := -1, -1, -1, -1
		for i := from; i < to; i++ {
			switch v := values[i]; {
			case isGap(v):
				continue
			case first < 0:
				first, low, high = i, i, i
			case v < values[low]:
				low = i
			case v > values[high]:
				high = i
			}
			last = i
		}
		if first < 0 {
			all = append(all, nil)
			continue
		}
		run := &all[len(all)-1]
		*run = append(*run, slices.Compact([]int{first, min(low, high), max(low, high), last})...)
	}
	return slices.DeleteFunc(all, func(run []int) bool { return len(run) == 0 })
}
