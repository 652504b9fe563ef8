package dataset

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// numbered has n rows whose input and target are the row's number.
func numbered(t *testing.T, n int) Set {
	t.Helper()
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i)
	}
	s, err := FromFloats([]int{1}, values, []int{}, values)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// numbers lists the rows of numbered that are in s.
func numbers(t *testing.T, s Set) []int {
	t.Helper()
	rows := make([]int, s.Len())
	for i := range rows {
		rows[i] = s.Label(i)
		if got := int(s.Input(i)[0]); got != rows[i] {
			t.Fatalf("row %d has the input of %d and the target of %d", i, got, rows[i])
		}
	}
	return rows
}

// The file holds what scikit-learn answered for 150 rows, test_size 0.2 and random_state 13.
func TestSplitIsScikitLearns(t *testing.T) {
	text, err := os.ReadFile("testdata/iris_split_seed13.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Train, Test []int }
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Test) != 30 || len(want.Train) != 120 {
		t.Fatalf("the file has %d and %d rows", len(want.Test), len(want.Train))
	}
	train, test, err := numbered(t, 150).Split(0.2, 13)
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, train); !slices.Equal(got, want.Train) {
		t.Errorf("training rows %v, want %v", got, want.Train)
	}
	if got := numbers(t, test); !slices.Equal(got, want.Test) {
		t.Errorf("test rows %v, want %v", got, want.Test)
	}
}

// numpy's answers, as many a tutorial prints them.
func TestPermutationIsNumpys(t *testing.T) {
	for seed, want := range map[uint32][]int{
		0:  {2, 8, 4, 9, 1, 6, 7, 3, 0, 5},
		42: {8, 1, 5, 0, 7, 2, 9, 4, 3, 6},
	} {
		if got := permutation(10, seed); !slices.Equal(got, want) {
			t.Errorf("seed %d: %v, want %v", seed, got, want)
		}
	}
}

func TestSplitIsAPartition(t *testing.T) {
	for _, n := range []int{2, 3, 10, 64, 65, 1000} {
		for _, share := range []float64{0.01, 0.1, 0.25, 1.0 / 3, 0.5} {
			for _, seed := range []uint32{0, 1, 13, math.MaxUint32} {
				train, test, err := numbered(t, n).Split(share, seed)
				if err != nil {
					t.Fatal(err)
				}
				if want := int(math.Ceil(share * float64(n))); test.Len() != want || train.Len() != n-want {
					t.Errorf("%d rows at %v: %d and %d, want %d for the test", n, share, train.Len(), test.Len(), want)
				}
				all := append(numbers(t, train), numbers(t, test)...)
				slices.Sort(all)
				if !slices.Equal(all, numbers(t, numbered(t, n))) {
					t.Errorf("%d rows at %v, seed %d: not each row once", n, share, seed)
				}
			}
		}
	}
}

func TestSplitDependsOnTheSeed(t *testing.T) {
	s := numbered(t, 100)
	_, a, err := s.Split(0.3, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, b, err := s.Split(0.3, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, c, err := s.Split(0.3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(numbers(t, a), numbers(t, b)) || slices.Equal(numbers(t, a), numbers(t, c)) {
		t.Error("the same seed gives two splits, or two seeds the same")
	}
}

func TestSplitRefuses(t *testing.T) {
	s := numbered(t, 10)
	for _, share := range []float64{0, 1, -0.2, 1.5, math.NaN(), math.Inf(1)} {
		_, _, err := s.Split(share, 1)
		wording.Check(t, err, "test size", "between 0 and 1")
	}
	_, _, err := s.Split(0.95, 1)
	wording.Check(t, err, "10 of 10 rows", "empty")
	_, _, err = s.First(1).Split(0.2, 1)
	wording.Check(t, err, "1 of 1 rows", "empty")
}
