package dataset

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// fixed is a set that counts how often it is read, and says whether it is constant.
type fixed struct {
	Set
	constant bool
	reads    *int
}

func (f fixed) Constant(any) bool { return f.constant }

func (f fixed) Batch32(rows []int, inputs, targets []float32) {
	*f.reads++
	f.Set.Batch32(rows, inputs, targets)
}

// Few rows that never change are read once, and then copied with their bits; others are read each time.
func TestKeep(t *testing.T) {
	few, many := counted(t, 7, false), counted(t, 1000, false)
	unlabelled, err := FromFloats([]int{2}, make([]float64, 4), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		set      Set
		constant bool
		reads    int
	}{
		{"few", few, true, 1}, {"may change", few, false, 3}, {"many", many, true, 3}, {"no targets", unlabelled, true, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			reads := 0
			data := Keep(fixed{c.set, c.constant, &reads})
			rows := []int{1, 0, 1}
			inputs, targets := make([]float32, 3*c.set.inputSize), make([]float32, 3*c.set.targetSize)
			wantInputs, wantTargets := slices.Clone(inputs), slices.Clone(targets)
			for range 2 {
				data.Batch32(rows, inputs, targets)
			}
			data.Batch32(rows, inputs, nil)
			c.set.Batch32(rows, wantInputs, wantTargets)
			if !slices.Equal(inputs, wantInputs) || !slices.Equal(targets, wantTargets) {
				t.Errorf("inputs %v and targets %v, want %v and %v", inputs, targets, wantInputs, wantTargets)
			}
			wide, ofSet := make([]float64, len(inputs)), make([]float64, len(inputs))
			data.Batch64(rows, wide, nil)
			c.set.Batch64(rows, ofSet, nil)
			if !slices.Equal(wide, ofSet) {
				t.Errorf("in float64 inputs %v, want %v", wide, ofSet)
			}
			if reads != c.reads {
				t.Errorf("read %d times, want %d", reads, c.reads)
			}
		})
	}
}

// Class numbers and one-hot rows become each other where the output has as many classes.
func TestWithTargets(t *testing.T) {
	numbers, err := FromFloats([]int{1}, []float64{0, 0, 0}, []int{}, []float64{2, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	ones, err := numbers.OneHot(3, false)
	if err != nil {
		t.Fatal(err)
	}
	three, flat := []float64{0, 0, 1, 1, 0, 0, 0, 1, 0}, []float64{2, 0, 1}
	for _, c := range []struct {
		data         Set
		want, output []int
		targets      []float64 // nil: there is no such form
	}{
		{numbers, []int{}, []int{3}, flat}, {numbers, []int{1}, []int{1}, flat}, {numbers, []int{3}, []int{3}, three},
		{ones, []int{3}, []int{3}, three}, {ones, []int{3, 1}, []int{3, 1}, three}, {ones, []int{}, []int{3}, flat},
		{ones, []int{}, []int{4}, nil}, {numbers, []int{2, 3}, []int{2, 3}, nil}, {ones, []int{1}, []int{1}, nil},
	} {
		t.Run(fmt.Sprintf("%v to %v of %v", c.data.TargetShape(), c.want, c.output), func(t *testing.T) {
			data := WithTargets(c.data, c.want, c.output)
			if (data == nil) != (c.targets == nil) {
				t.Fatalf("the data is %v", data)
			}
			if data == nil {
				return
			}
			size := valuesIn(c.want)
			single, double := make([]float32, 3*size), make([]float64, 3*size)
			for range 2 { // nothing of a batch is in the next one
				data.Batch32([]int{0, 1, 2}, make([]float32, 3), single)
				data.Batch64([]int{0, 1, 2}, make([]float64, 3), double)
			}
			for i, want := range c.targets {
				if float64(single[i]) != want || double[i] != want {
					t.Fatalf("targets %v and %v, want %v", single, double, c.targets)
				}
			}
			data.Batch32([]int{0, 1, 2}, make([]float32, 3), nil)
			if err := Err(data); err != nil || valuesIn(data.TargetShape()) != size {
				t.Errorf("error %v, targets of shape %v, want %v", err, data.TargetShape(), c.want)
			}
		})
	}
}

// The first row that has no class is named from then on.
func TestTargetsWithoutAClass(t *testing.T) {
	numbers, err := FromFloats([]int{1}, []float64{0, 0, 0, 0}, []int{}, []float64{2, 3, 0.5, -1})
	if err != nil {
		t.Fatal(err)
	}
	several, err := FromFloats([]int{1}, []float64{0, 0}, []int{3}, []float64{0, 1, 0, 1, 1, 0})
	if err != nil {
		t.Fatal(err)
	}
	for row, class := range []string{1: "3", 2: "0.5", 3: "-1"} {
		if class == "" {
			continue
		}
		data := WithTargets(numbers, []int{3}, []int{3})
		data.Batch32([]int{0, row}, make([]float32, 2), make([]float32, 6))
		data.Batch32([]int{0}, make([]float32, 1), make([]float32, 3))
		wording.Check(t, Err(data), fmt.Sprint("row ", row), "class "+class+",", "from 0 to 2")
	}
	data := WithTargets(several, []int{}, []int{3})
	data.Batch64([]int{0, 1}, make([]float64, 2), make([]float64, 2))
	wording.Check(t, Err(data), "row 1", "[1 1 0]", "a single 1")
	gone := errors.New("gone")
	if err := Err(WithTargets(unreadable{numbers, gone}, []int{3}, []int{3})); err != gone {
		t.Errorf("error %v, want that of the data", err)
	}
}

// unreadable is data with an error.
type unreadable struct {
	Data
	err error
}

func (u unreadable) Err() error { return u.err }
