package dataset

// XOR is the table of exclusive or in the lecture's order: inputs of shape [2], targets of shape [1] that are 1 where
// the inputs differ. No straight line separates its ones from its zeros.
func XOR() Set {
	return embedded(FromFloats([]int{2}, []float64{0, 0, 1, 0, 0, 1, 1, 1}, []int{1}, []float64{0, 1, 1, 0}))
}
