package bench

import "testing"

func TestSamples(t *testing.T) {
	s := Samples{3, 1, 2, 10}
	if s.Least() != 1 || s.Most() != 10 || s.Median() != 2.5 || s[0] != 3 {
		t.Errorf("least %v, most %v, median %v, first %v; want 1, 10, 2.5 and 3", s.Least(), s.Most(), s.Median(), s[0])
	}
	if s = s[:3]; s.Median() != 2 {
		t.Errorf("the median of %v is %v, want 2", s, s.Median())
	}
	if s = nil; s.Least() != 0 || s.Most() != 0 || s.Median() != 0 {
		t.Error("no samples: want 0")
	}
}

func TestSignificant(t *testing.T) {
	for want, x := range map[string]float64{"11100": 11083, "0.0996": 0.09961, "0.31": 0.3125, "2.5": 2.5, "0": 0} {
		digits := 3
		if want == "0.31" {
			digits = 2
		}
		if got := Significant(x, digits); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
}
