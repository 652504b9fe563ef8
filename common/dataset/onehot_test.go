package dataset

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

func classes(t *testing.T, targets ...float64) Set {
	t.Helper()
	s, err := FromFloats([]int{1}, make([]float64, len(targets)), []int{}, targets)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOneHot(t *testing.T) {
	s, err := classes(t, 2, 0, 1).OneHot(3, false)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.TargetShape(), []int{3}) {
		t.Errorf("target shape %v", s.TargetShape())
	}
	for i, want := range [][]float64{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}} {
		if got := s.Target(i); !slices.Equal(got, want) {
			t.Errorf("row %d is %v, want %v", i, got, want)
		}
	}
	if s.Label(0) != 2 || s.Label(1) != 0 || s.Label(2) != 1 {
		t.Errorf("labels %d %d %d, want 2 0 1", s.Label(0), s.Label(1), s.Label(2))
	}
	_, err = s.OneHot(3, false)
	wording.Check(t, err, "shape [3]", "one class number")
}

func TestOneHotOfAView(t *testing.T) {
	s, err := classes(t, 9, 1, 0, 9).Rows([]int{2, 1})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.OneHot(2, false); err != nil {
		t.Fatal("a class outside the view is counted:", err)
	}
	if !slices.Equal(s.Target(0), []float64{1, 0}) || !slices.Equal(s.Target(1), []float64{0, 1}) {
		t.Errorf("targets %v and %v", s.Target(0), s.Target(1))
	}
}

func TestOneHotUnknownClass(t *testing.T) {
	for _, unknown := range []float64{3, -1, 0.5, 1e300} {
		s := classes(t, 0, unknown, 2)
		_, err := s.OneHot(3, false)
		wording.Check(t, err, "row 1", fmt.Sprint("class ", unknown), "from 0 to 2")

		ignoring, err := s.OneHot(3, true)
		if err != nil {
			t.Fatal(err)
		}
		if got := ignoring.Target(1); !slices.Equal(got, []float64{0, 0, 0}) {
			t.Errorf("class %v is %v, want zeros", unknown, got)
		}
		if ignoring.Label(1) != -1 || ignoring.Label(2) != 2 {
			t.Errorf("labels %d and %d, want -1 and 2", ignoring.Label(1), ignoring.Label(2))
		}
	}
}

func TestOneHotRefusesCounts(t *testing.T) {
	for _, n := range []int{0, -1, maxValues, math.MaxInt} {
		_, err := classes(t, 0, 1).OneHot(n, true)
		wording.Check(t, err, "classes for 2 rows")
	}
}

func TestLabelOfNoClass(t *testing.T) {
	s := classes(t, 1.5, -3, 7)
	if s.Label(0) != -1 || s.Label(1) != -1 || s.Label(2) != 7 {
		t.Errorf("labels %d %d %d, want -1 -1 7", s.Label(0), s.Label(1), s.Label(2))
	}
}
