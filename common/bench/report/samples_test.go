package report

import (
	"slices"
	"testing"
)

func TestSamples(t *testing.T) {
	for _, c := range []struct {
		name                string
		s                   Samples
		least, median, most float64
	}{
		{"none", nil, 0, 0, 0}, {"one", Samples{3}, 3, 3, 3}, {"three", Samples{9, 1, 2}, 1, 2, 9},
		{"four", Samples{3, 1, 2, 10}, 1, 2.5, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := slices.Clone(c.s)
			if c.s.Least() != c.least || c.s.Median() != c.median || c.s.Most() != c.most {
				t.Errorf("least %v, median %v, most %v; want %v, %v, %v",
					c.s.Least(), c.s.Median(), c.s.Most(), c.least, c.median, c.most)
			}
			if !slices.Equal(c.s, before) {
				t.Errorf("the samples are now %v, want them as they were: %v", c.s, before)
			}
		})
	}
	if got := Ratios(Samples{2, 3}, Samples{1, 2, 4}); !slices.Equal(got, Samples{2, 1.5}) {
		t.Errorf("the ratios are %v, want 2 and 1.5", got)
	}
}

func TestDigits(t *testing.T) {
	for _, c := range []struct {
		x    float64
		n    int
		want string
	}{
		{11083, 3, "11083"}, {999.4, 3, "999"}, {999.5, 3, "1000"}, {2560.8, 3, "2561"}, {99.96, 3, "100"}, {62, 3, "62"},
		{0.09961, 3, "0.0996"}, {0.3125, 2, "0.31"}, {2.5, 3, "2.5"}, {0, 3, "0"}, {0.0000801234, 3, "0.0000801"},
	} {
		if got := Digits(c.x, c.n); got != c.want {
			t.Errorf("%v with %d digits: %s, want %s", c.x, c.n, got, c.want)
		}
	}
	s := Samples{1, 2, 4}
	if got := s.Text(s.Least()) + Samples(nil).Text(0); got != "1 (2)" {
		t.Errorf("the texts are %s, want 1 (2) and nothing", got)
	}
}
