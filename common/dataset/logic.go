package dataset

// XOR is the table of exclusive or: inputs of shape [2], targets of shape [1] that are 1 where the
// inputs differ. No straight line separates its ones from its zeros.
func XOR() Set { return logic(0, 1, 1, 0) }

// And is the table of logical and, which a straight line separates: shapes as in [XOR].
func And() Set { return logic(0, 0, 0, 1) }

// logic has the rows in the lecture's order: the first input changes fastest.
func logic(targets ...float64) Set {
	return embedded(FromFloats([]int{2}, []float64{0, 0, 1, 0, 0, 1, 1, 1}, []int{1}, targets))
}
