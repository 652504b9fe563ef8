package digit_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia-lectures/common/digit"
)

// number is a scene of a number in our strokes: digits 120 pixels high, with gaps between their fields of a share of
// the height.
func number(labels []int, gap float64, inverse bool) scene {
	const height = 120
	step := height * (0.75 + gap)
	s := scene{width: int(step*float64(len(labels))) + 60, height: 200, paper: always(0.95), pen: always(0.1), light: always(1)}
	if inverse {
		s.paper, s.pen = s.pen, s.paper
	}
	var digits []func(x, y float64) float64
	for i, label := range labels {
		digits = append(digits, written(label, 30+step*(float64(i)+0.5), 100, height, 0.35, 0))
	}
	s.ink = func(x, y float64) float64 {
		most := 0.0
		for _, ink := range digits {
			most = max(most, ink(x, y))
		}
		return most
	}
	return s
}

func TestNumbers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, labels := range [][]int{{4, 2}, {1, 0}, {1, 1}, {5, 7, 3}, {2, 0, 2, 6}, {9, 8, 6, 5, 4, 3, 2, 1, 0}} {
		for _, gap := range []float64{0.25, 0.6} {
			for _, inverse := range []bool{false, true} {
				list, err := digit.Prepare(number(labels, gap, inverse).take(random))
				var got []int
				for _, pixels := range list {
					got = append(got, nearest(pixels))
				}
				if err != nil || !slices.Equal(got, labels) {
					t.Errorf("gap %v: %v (%v), want %v", gap, got, err, labels)
				}
			}
		}
	}
}

// A digit in several pieces is one digit: in dots, in dashes, with a break in each stroke, with specks or a blot beside
// it.
func TestPieces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for label := range 10 {
		whole := number([]int{label}, 0.5, false)
		want := prepare(t, whole.take(random))
		distance := func(x, y float64) float64 { return math.Hypot(x-whole.width64()/2, y-100) }
		for name, keep := range map[string]func(x, y float64) bool{
			"dots":   func(x, y float64) bool { return math.Hypot(math.Mod(x, 8)-4, math.Mod(y, 8)-4) < 3 },
			"rows":   func(_, y float64) bool { return math.Mod(y, 20) > 5 },
			"rings":  func(x, y float64) bool { return math.Mod(distance(x, y), 30) > 6 },
			"a gap":  func(_, y float64) bool { return math.Abs(y-105) > 5 },
			"a line": func(x, _ float64) bool { return math.Abs(x-whole.width64()/2) > 5 },
		} {
			s := whole
			s.ink = func(x, y float64) float64 {
				if !keep(x, y) {
					return 0
				}
				return whole.ink(x, y)
			}
			list, err := digit.Prepare(s.take(random))
			if err != nil || len(list) != 1 {
				t.Errorf("%d in %s: %d digits (%v), want one", label, name, len(list), err)
			} else if l := like(list[0], want); l < 0.8 && name != "a line" && name != "a gap" {
				t.Errorf("%d in %s: a correlation of %.2f with the whole one", label, name, l)
			}
		}
	}
	blot := number([]int{3}, 1.5, false)
	three := blot.ink
	blot.ink = func(x, y float64) float64 {
		if math.Hypot(x-20, y-150) < 8 {
			return 1
		}
		return three(x, y)
	}
	if list, err := digit.Prepare(blot.take(random)); err != nil || len(list) != 1 {
		t.Errorf("a 3 beside a blot: %d digits (%v), want one", len(list), err)
	}
}

// A 5 with a detached bar and a 4 whose strokes do not touch are one digit.
func TestStrokesApart(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, lines := range map[string][][]float64{
		"5": {{2.6, 0}, {1.2, 0}, nil, {0.8, 0.1}, {0.6, 1.7}, {1.9, 1.5}, {2.6, 2.6}, {1.8, 3.9}, {0.3, 3.7}},
		"4": {{0.4, 0}, {0.2, 2.2}, {1.9, 2.3}, nil, {2.6, 0.2}, {2.6, 4}},
		"0": {{1.2, 0}, {0.3, 1.2}, {0.4, 3}, {1.2, 4}, nil, {1.8, 0}, {2.7, 0.8}, {2.6, 2.6}, {1.8, 4}},
	} {
		s := number([]int{0}, 0.3, false)
		s.ink = drawnIn(lines, s.width64()/2, 100, 120, 0.25, 0)
		list, err := digit.Prepare(s.take(random))
		if err != nil || len(list) != 1 {
			t.Errorf("%s: %d digits (%v), want one", name, len(list), err)
		}
	}
}

func (s scene) width64() float64 { return float64(s.width) }
