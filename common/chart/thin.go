package chart

// sample is a value of a series and its place in it.
type sample struct {
	index int
	value float64
}

// runs cuts a series at its gaps. A series of more than four values per column of pixels is thinned: each
// column keeps its first, smallest, largest and last value, in their order, and only a column
// without any value is a gap.
func runs(values []float64, columns int) [][]sample {
	var all [][]sample
	var run []sample
	end := func() {
		if len(run) > 0 {
			all = append(all, run)
		}
		run = nil
	}
	if len(values) <= 4*columns {
		for i, v := range values {
			if isGap(v) {
				end()
				continue
			}
			run = append(run, sample{i, v})
		}
		end()
		return all
	}
	for column := range columns {
		from, to := column*len(values)/columns, (column+1)*len(values)/columns
		first, last, low, high := -1, -1, -1, -1
		for i := from; i < to; i++ {
			v := values[i]
			if isGap(v) {
				continue
			}
			if first < 0 {
				first, low, high = i, i, i
			}
			last = i
			if v < values[low] {
				low = i
			}
			if v > values[high] {
				high = i
			}
		}
		if first < 0 {
			end()
			continue
		}
		previous := -1
		for _, i := range []int{first, min(low, high), max(low, high), last} {
			if i != previous {
				run = append(run, sample{i, values[i]})
			}
			previous = i
		}
	}
	end()
	return all
}
