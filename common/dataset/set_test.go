package dataset

import (
	"math"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

// counted has rows of 6 values, row i holding 6i, 6i+1, ..., and the target i.
func counted(t *testing.T, rows int, asBytes bool) Set {
	t.Helper()
	floats, pixels, targets := make([]float64, 6*rows), make([]uint8, 6*rows), make([]float64, rows)
	for i := range floats {
		floats[i], pixels[i] = float64(i), uint8(i)
		targets[i/6] = float64(i / 6)
	}
	s, err := FromFloats([]int{2, 3}, floats, []int{}, targets)
	if asBytes {
		s, err = FromBytes([]int{2, 3}, pixels, []int{}, targets)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFromFloatsRefuses(t *testing.T) {
	six := []float64{1, 2, 3, 4, 5, 6}
	for _, c := range []struct {
		name        string
		inputShape  []int
		inputs      []float64
		targetShape []int
		targets     []float64
		want        []string
	}{
		{"no dimension", []int{}, six, nil, nil, []string{"input shape has no dimension"}},
		{"zero dimension", []int{3, 0}, six, nil, nil, []string{"[3 0]", "size 0"}},
		{"negative dimension", []int{-2, -3}, six, nil, nil, []string{"[-2 -3]", "size -2"}},
		{"overflow", []int{1 << 20, 1 << 20, 1 << 20, 16}, six, nil, nil, []string{"more than 134217728 values"}},
		{"no rows", []int{3}, nil, nil, nil, []string{"0 input values", "multiple of 3"}},
		{"part of a row", []int{4}, six, nil, nil, []string{"6 input values", "multiple of 4"}},
		{"NaN", []int{3}, []float64{1, 2, 3, 4, math.NaN(), 6}, nil, nil, []string{"input row 1, column 1", "NaN"}},
		{"infinity", []int{3}, []float64{1, 2, math.Inf(-1), 4, 5, 6}, nil, nil, []string{"input row 0, column 2", "-Inf"}},
		{"too few targets", []int{3}, six, []int{1}, []float64{1}, []string{"1 target values", "want 1 for each of 2 rows"}},
		{"too many targets", []int{3}, six, []int{}, six, []string{"6 target values", "want 1 for each of 2 rows"}},
		{"targets without shape", []int{3}, six, nil, six, []string{"6 target values", "want 0"}},
		{"shape without targets", []int{3}, six, []int{2}, nil, []string{"0 target values", "want 2"}},
		{"bad target shape", []int{3}, six, []int{0}, nil, []string{"target shape [0]"}},
		{"NaN target", []int{3}, six, []int{2}, []float64{1, 2, 3, math.NaN()}, []string{"target row 1, column 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := FromFloats(c.inputShape, c.inputs, c.targetShape, c.targets)
			wording.Check(t, err, c.want...)
		})
	}
	_, err := FromBytes([]int{4}, make([]uint8, 6), nil, nil)
	wording.Check(t, err, "6 input values", "multiple of 4")
}

func TestPoints(t *testing.T) {
	s, err := Points([][]float64{{65, 40}, {80, 25}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Len() != 2 || !slices.Equal(s.InputShape(), []int{2}) || s.TargetShape() != nil {
		t.Errorf("%d rows of %v, targets %v", s.Len(), s.InputShape(), s.TargetShape())
	}
	if got := s.Input(1); !slices.Equal(got, []float64{80, 25}) {
		t.Errorf("row 1 is %v", got)
	}
	if s.Target(1) != nil || s.Label(1) != -1 {
		t.Errorf("row 1 has the target %v and the label %d", s.Target(1), s.Label(1))
	}
	targets := []float64{7, 7}
	s.Batch64([]int{0, 1}, make([]float64, 4), targets)
	if !slices.Equal(targets, []float64{7, 7}) {
		t.Errorf("targets of a set without targets became %v", targets)
	}
	_, err = Points(nil)
	wording.Check(t, err, "no points")
	_, err = Points([][]float64{{1, 2}, {3}})
	wording.Check(t, err, "point 1 has 1 values, want 2")
	_, err = Points([][]float64{{}, {}})
	wording.Check(t, err, "size 0")
	_, err = Points([][]float64{{1, 2}, {3, math.NaN()}})
	wording.Check(t, err, "row 1, column 1", "NaN")
}

func TestBatchGathersRows(t *testing.T) {
	for _, asBytes := range []bool{false, true} {
		s := counted(t, 9, asBytes)
		scale := 1.0
		if asBytes {
			scale = 255
		}
		rows := []int{4, 0, 8, 4}
		in64, out64 := make([]float64, 24), make([]float64, 4)
		in32, out32 := make([]float32, 24), make([]float32, 4)
		s.Batch64(rows, in64, out64)
		s.Batch32(rows, in32, out32)
		for i, row := range rows {
			if out64[i] != float64(row) || out32[i] != float32(row) {
				t.Errorf("target of row %d is %v and %v", row, out64[i], out32[i])
			}
			for j := range 6 {
				want := float64(6*row+j) / scale
				if in64[6*i+j] != want || in32[6*i+j] != float32(want) {
					t.Errorf("row %d, column %d is %v and %v, want %v", row, j, in64[6*i+j], in32[6*i+j], want)
				}
			}
			if !slices.Equal(s.Input(row), in64[6*i:6*i+6]) {
				t.Errorf("Input(%d) is %v", row, s.Input(row))
			}
		}
		s.Batch32(rows, in32, nil)
	}
}

// Keras divides by 255: in float64 in numpy, then rounded to float32. A product with 1/255 differs
// in the last bit for some pixels.
func TestPixelsAreDividedBy255(t *testing.T) {
	all := make([]uint8, 256)
	for i := range all {
		all[i] = uint8(i)
	}
	s, err := FromBytes([]int{256}, all, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	in32, in64 := make([]float32, 256), make([]float64, 256)
	s.Batch32([]int{0}, in32, nil)
	s.Batch64([]int{0}, in64, nil)
	for i := range all {
		want := float64(i) / 255
		if in64[i] != want || in32[i] != float32(want) {
			t.Errorf("pixel %d is %v and %v, want %v", i, in64[i], in32[i], want)
		}
	}
}

func TestBatchAllocatesNothing(t *testing.T) {
	for _, asBytes := range []bool{false, true} {
		plain := counted(t, 40, asBytes)
		picked, err := plain.Rows([]int{3, 1, 4, 1, 5, 9, 2, 6})
		if err != nil {
			t.Fatal(err)
		}
		rows := []int{7, 2, 2, 0}
		in32, out32, in64, out64 := make([]float32, 24), make([]float32, 4), make([]float64, 24), make([]float64, 4)
		for _, s := range []Set{plain, picked} {
			if n := testing.AllocsPerRun(100, func() { s.Batch32(rows, in32, out32) }); n != 0 {
				t.Errorf("bytes %v: Batch32 allocates %v times", asBytes, n)
			}
			if n := testing.AllocsPerRun(100, func() { s.Batch64(rows, in64, out64) }); n != 0 {
				t.Errorf("bytes %v: Batch64 allocates %v times", asBytes, n)
			}
		}
	}
}

func TestViewsShareInputs(t *testing.T) {
	s := counted(t, 9, true)
	picked, err := s.Rows([]int{8, 2, 5, 2})
	if err != nil {
		t.Fatal(err)
	}
	again, err := picked.Rows([]int{3, 0})
	if err != nil {
		t.Fatal(err)
	}
	flat, err := again.Reshape(6)
	if err != nil {
		t.Fatal(err)
	}
	first := picked.First(3)
	for _, c := range []struct {
		name string
		view Set
		rows []int // of s
	}{
		{"Rows", picked, []int{8, 2, 5, 2}},
		{"Rows of Rows", again, []int{2, 8}},
		{"Reshape", flat, []int{2, 8}},
		{"First of Rows", first, []int{8, 2, 5}},
		{"First", s.First(2), []int{0, 1}},
		{"First of more", s.First(99), []int{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		{"First of none", s.First(-1), []int{}},
	} {
		if &c.view.pixels[0] != &s.pixels[0] {
			t.Errorf("%s copied the pixels", c.name)
		}
		if c.view.Len() != len(c.rows) {
			t.Fatalf("%s has %d rows, want %d", c.name, c.view.Len(), len(c.rows))
		}
		for i, row := range c.rows {
			if !slices.Equal(c.view.Pixels(i), s.Pixels(row)) || c.view.Label(i) != row {
				t.Errorf("%s: row %d is %v with label %d, want row %d", c.name, i, c.view.Pixels(i), c.view.Label(i), row)
			}
		}
	}
	if !slices.Equal(flat.InputShape(), []int{6}) || !slices.Equal(s.InputShape(), []int{2, 3}) {
		t.Errorf("shapes %v and %v after Reshape", flat.InputShape(), s.InputShape())
	}
}

func TestViewsRefuse(t *testing.T) {
	s := counted(t, 3, false)
	for _, rows := range [][]int{{0, 3}, {0, -1}} {
		_, err := s.Rows(rows)
		wording.Check(t, err, "index 1", "outside [0, 3)")
	}
	_, err := s.Reshape(7)
	wording.Check(t, err, "[7] has 7 values", "want 6 as in [2 3]")
	_, err = s.Reshape()
	wording.Check(t, err, "want 6")
	_, err = s.Reshape(-2, -3)
	wording.Check(t, err, "size -2")
}

// A row that was cut off must not be reachable, though the shared storage still has it.
func TestRowOutsidePanics(t *testing.T) {
	s := counted(t, 9, true).First(4)
	picked, err := counted(t, 9, false).Rows([]int{1, 2, 3, 4, 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []Set{s, picked.First(4)} {
		for _, row := range []int{-1, 4} {
			for name, call := range map[string]func(){
				"Batch32": func() { set.Batch32([]int{row}, make([]float32, 6), make([]float32, 1)) },
				"Input":   func() { set.Input(row) },
				"Target":  func() { set.Target(row) },
				"Pixels":  func() { set.Pixels(row) },
				"Label":   func() { set.Label(row) },
			} {
				func() {
					defer func() {
						if recover() == nil {
							t.Errorf("%s of row %d of 4 rows did not panic", name, row)
						}
					}()
					call()
				}()
			}
		}
	}
}

func TestShapesAreCopies(t *testing.T) {
	s := counted(t, 2, false)
	s.InputShape()[0] = 99
	if got := s.InputShape(); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("the input shape became %v", got)
	}
	if got := s.TargetShape(); got == nil || len(got) != 0 {
		t.Errorf("the target shape of one number per row is %#v, want []int{}", got)
	}
}

func TestZeroSet(t *testing.T) {
	var s Set
	if s.Len() != 0 || s.First(3).Len() != 0 || s.TargetShape() != nil {
		t.Error("the zero Set is not empty")
	}
	_, err := s.OneHot(3, false)
	wording.Check(t, err, "one class number")
	_, _, err = s.Split(0.5, 1)
	wording.Check(t, err, "0 of 0 rows")
}

// A set in memory may be copied; one in a file, and data that embeds a set, may not.
func TestConstant(t *testing.T) {
	s := XOR()
	if !s.Constant(s) {
		t.Error("XOR is not constant")
	}
	if wrapped := (struct{ Set }{s}); wrapped.Constant(wrapped) {
		t.Error("data that embeds a set is constant, though it may give other rows")
	}
	if streamed := onDisk(t, noise(t, 2)); streamed.Constant(streamed) {
		t.Error("a set in a file is constant, though it may become unreadable")
	}
}
