package onnx

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// moved is a tensor that is reshaped and transposed value by value: the offset of each value in the net, in the file's
// order.
type moved struct{ dims, at []int }

func (m moved) transpose(perm []int) moved {
	to := moved{dims: make([]int, len(perm))}
	for i, axis := range perm {
		to.dims[i] = m.dims[axis]
	}
	strides := make([]int, len(m.dims))
	stride := 1
	for axis := range slices.Backward(m.dims) {
		strides[axis], stride = stride, stride*m.dims[axis]
	}
	for i := range m.at {
		from := 0
		for axis := range slices.Backward(perm) {
			from += i % to.dims[axis] * strides[perm[axis]]
			i /= to.dims[axis]
		}
		to.at = append(to.at, m.at[from])
	}
	return to
}

// A layout after Reshape and Transpose has the same offsets as a tensor after them, or reports that it cannot.
func TestLayout(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	shapes := [][]int{{24}, {2, 12}, {12, 2}, {3, 8}, {2, 3, 4}, {4, 3, 2}, {1, 24}, {2, 2, 6}, {3, 1, 8}, {2, 3, 2, 2}}
	refused := 0
	for try := range 300 {
		dims := shapes[random.IntN(len(shapes))]
		l, m := rowMajor(dims), moved{dims, upTo(24)}
		history := fmt.Sprint(try, dims)
		for range 6 {
			if random.IntN(2) == 0 {
				perm := random.Perm(len(l))
				to := make(layout, len(l))
				for i, axis := range perm {
					to[i] = l[axis]
				}
				l, m = to, m.transpose(perm)
				history += fmt.Sprint(" transposed ", perm)
			} else {
				dims := shapes[random.IntN(len(shapes))]
				to, ok := l.reshape(dims)
				if !ok {
					refused++
					continue
				}
				l, m.dims = to, dims
				history += fmt.Sprint(" reshaped ", dims)
			}
			if got := offsets(slices.Concat(l...)); !slices.Equal(got, m.at) || !slices.Equal(l.dims(), m.dims) {
				t.Fatalf("%s: the values of %v are at %v, want %v at %v", history, l.dims(), got, m.dims, m.at)
			}
		}
	}
	if refused == 0 || refused > 600 {
		t.Errorf("%d reshapes are refused, want some", refused)
	}
}
