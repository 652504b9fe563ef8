package dataset

import (
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mathext/prng"
)

// Split shuffles the rows and cuts them into a training and a test set, row for row as
// scikit-learn's train_test_split(test_size=testSize, random_state=randomState) does. The test set
// gets the first ceil(testSize*Len) shuffled rows, the training set all others. Inputs are shared.
//
// testSize is a share: outside (0, 1) it is an error, and so is a split that leaves a part empty.
func (s Set) Split(testSize float64, randomState uint32) (train, test Set, err error) {
	if !(testSize > 0 && testSize < 1) {
		return Set{}, Set{}, fmt.Errorf("dataset: split: the test size is %v, expected a share between 0 and 1", testSize)
	}
	n := int(math.Ceil(testSize * float64(s.rows)))
	if n == 0 || n == s.rows {
		return Set{}, Set{}, fmt.Errorf("dataset: split: %d of %d rows for the test leave one part empty", n, s.rows)
	}
	order := permutation(s.rows, randomState)
	if test, err = s.Rows(order[:n]); err != nil {
		return Set{}, Set{}, err
	}
	if train, err = s.Rows(order[n:]); err != nil {
		return Set{}, Set{}, err
	}
	return train, test, nil
}

// permutation is numpy's RandomState(seed).permutation(n): a Fisher-Yates shuffle from the end that
// draws each j in [0, i] from the Mersenne Twister by masking a word to the bits of i and drawing
// again while it is larger (numpy's legacy random_interval).
func permutation(n int, seed uint32) []int {
	source := prng.NewMT19937()
	source.Seed(uint64(seed))
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for i := n - 1; i > 0; i-- {
		mask := uint32(1)<<bits.Len32(uint32(i)) - 1
		j := source.Uint32() & mask
		for j > uint32(i) {
			j = source.Uint32() & mask
		}
		order[i], order[j] = order[j], order[i]
	}
	return order
}
