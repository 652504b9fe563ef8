package shape

import (
	"fmt"
	"math"
	"testing"
)

func TestSize(t *testing.T) {
	const huge = math.MaxInt
	for _, c := range []struct {
		sizes       []int
		least, most int
		want        int
		problem     string
	}{
		{nil, 1, 1, 1, ""},
		{[]int{2, 3, 4}, 1, 24, 24, ""},
		{[]int{2, 3, 4}, 1, 23, 0, "more than 23 values"},
		{[]int{huge}, 1, huge, huge, ""},
		{[]int{huge, 2}, 1, huge, 0, fmt.Sprintf("more than %d values", huge)},
		{[]int{0, huge, huge}, 0, huge, 0, ""},
		{[]int{2, 0}, 1, 9, 0, "axis 1 has size 0, want at least 1"},
		{[]int{-1}, 0, 9, 0, "axis 0 has size -1, want at least 0"},
	} {
		t.Run(fmt.Sprint(c.sizes), func(t *testing.T) {
			got, err := Size(c.sizes, c.least, c.most)
			if got != c.want || err == nil && c.problem != "" || err != nil && err.Error() != c.problem {
				t.Errorf("%d and %v, want %d and %q", got, err, c.want, c.problem)
			}
		})
	}
}
