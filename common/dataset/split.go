package dataset

import (
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mathext/prng"
)

// Split shuffles the rows and splits them into a training and a test set, row for row as scikit-learn's
// train_test_split(test_size=testSize, random_state=randomState) does. The test set gets the first ceil(testSize*Len)
// shuffled rows, the training set the others. Both share the inputs. A testSize outside (0, 1) is an error, and so is
// one that leaves a set empty.
func (s Set) Split(testSize float64, randomState uint32) (train, test Set, err error) {
	if !(testSize > 0 && testSize < 1) {
		return Set{}, Set{}, fmt.Errorf("dataset: split: the test size is %v, want a share between 0 and 1", testSize)
	}
	n := int(math.Ceil(testSize * float64(s.rows)))
	if n == 0 || n == s.rows {
		err := fmt.Errorf("dataset: split: %d of %d rows for the test leave one set empty", n, s.rows)
		if source := s.source.String(); source != "" {
			err = fmt.Errorf("%s: %w", source, err)
		}
		return Set{}, Set{}, err
	}
	order := permutation(s.rows, randomState)
	return s.gather(order[n:]), s.gather(order[:n]), nil
}

// permutation is numpy's RandomState(seed).permutation(n): a Fisher-Yates shuffle from the end. It draws each j in [0, i]
// from the Mersenne Twister. It masks a word to the bits of i, and draws again while j is larger than i (numpy's
// legacy random_interval).
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
