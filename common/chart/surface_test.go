package chart

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot/vg"
)

// sampled computes a function on an n x n grid of the square from -1 to 1.
func sampled(n int, f func(x, y float64) float64) [][]float64 {
	z := make([][]float64, n)
	at := floats.Span(make([]float64, n), -1, 1)
	for i, x := range at {
		for _, y := range at {
			z[i] = append(z[i], f(x, y))
		}
	}
	return z
}

// The line of x + 2y = 0.3 is exact, as interpolation is; that of a circle is closed, one piece, and
// as near to it as the grid is fine.
func TestContour(t *testing.T) {
	at := func(n int, p vertex) (x, y float64) {
		return 2*p.x/float64(n-1) - 1, 2*p.y/float64(n-1) - 1
	}
	lines := contour(sampled(40, func(x, y float64) float64 { return x + 2*y }), 0.3)
	if len(lines) != 1 || len(lines[0]) < 40 {
		t.Fatalf("%d lines, want one through the square", len(lines))
	}
	for _, p := range lines[0] {
		if x, y := at(40, p); math.Abs(x+2*y-0.3) > 1e-12 {
			t.Errorf("(%g, %g) is not on the line", x, y)
		}
	}
	lines = contour(sampled(81, func(x, y float64) float64 { return x*x + y*y }), 0.49)
	if len(lines) != 1 || lines[0][0] != lines[0][len(lines[0])-1] {
		t.Fatalf("%d lines, want one that ends where it begins", len(lines))
	}
	length := 0.0
	for i, p := range lines[0] {
		x, y := at(81, p)
		if r := math.Hypot(x, y); math.Abs(r-0.7) > 1e-3 {
			t.Errorf("(%g, %g) has radius %g, want 0.7", x, y, r)
		}
		if i > 0 {
			px, py := at(81, lines[0][i-1])
			length += math.Hypot(x-px, y-py)
		}
	}
	if math.Abs(length-1.4*math.Pi) > 0.01 {
		t.Errorf("length %g, want %g", length, 1.4*math.Pi)
	}
	if lines := contour(sampled(30, func(x, y float64) float64 { return 1 }), 0.5); len(lines) != 0 {
		t.Errorf("%d lines on a plain", len(lines))
	}
}

// In a saddle no two lines touch, and NaN ends a line.
func TestContourOfSaddleAndHole(t *testing.T) {
	saddle := [][]float64{{1, 0}, {0, 1}}
	for _, level := range []float64{0.3, 0.7} {
		lines := contour(saddle, level)
		if len(lines) != 2 || len(lines[0]) != 2 || len(lines[1]) != 2 {
			t.Errorf("level %g: %v, want two lines of two points", level, lines)
		}
	}
	// Below the mean of the corners the two high corners are joined: each line cuts off a low corner.
	low, high := contour(saddle, 0.3)[0], contour(saddle, 0.7)[0]
	if sum := low[0].x + low[1].x + low[0].y + low[1].y; math.Abs(sum-2) > 1e-12 {
		t.Errorf("level 0.3: first line %v cuts off no low corner", low)
	}
	if low[0] == high[0] {
		t.Errorf("levels 0.3 and 0.7 give the same line %v", low)
	}
	holed := sampled(21, func(x, y float64) float64 {
		if math.Abs(y) < 0.15 {
			return math.NaN()
		}
		return x
	})
	lines := contour(holed, 0.01)
	if len(lines) != 2 {
		t.Fatalf("%d lines, want one on each side of the hole", len(lines))
	}
	for _, line := range lines {
		for _, p := range line {
			if math.IsNaN(p.x) || math.IsNaN(p.y) || math.Abs(p.y/10-1) < 0.15 {
				t.Errorf("%v lies in the hole", p)
			}
		}
	}
}

// The map has Y upward, blue for low, red for high and grey for NaN, and clips values beyond.
func TestSurfaceColors(t *testing.T) {
	f := func(x, y float64) float64 {
		switch {
		case x < 0.5 && y < 0.5:
			return math.Inf(-1)
		case x > 0.5 && y < 0.5:
			return 7
		case x < 0.5:
			return 0.5
		}
		return math.NaN()
	}
	s := made(NewSurface(f, 0, 1, 0, 1))
	s.HideLevel = true
	img := render(t, s, 5*vg.Inch, 5*vg.Inch)
	low, high := img.RGBAAt(120, 350), img.RGBAAt(300, 350)
	middle, hole := img.RGBAAt(120, 100), img.RGBAAt(300, 100)
	if int(low.B) < int(low.R)+50 {
		t.Errorf("low is %v, want blue", low)
	}
	if int(high.R) < int(high.B)+50 {
		t.Errorf("high is %v, want red", high)
	}
	if middle.R < 220 || middle.G < 220 || middle.B < 220 {
		t.Errorf("the middle is %v, want nearly white", middle)
	}
	if hole.R != gapColor.R || hole.G != gapColor.G || hole.B != gapColor.B {
		t.Errorf("NaN is %v, want grey", hole)
	}
}

// A straight line satisfies its equation, and reaches from edge to edge of any rectangle within its limit.
func TestStraight(t *testing.T) {
	for _, c := range [][3]float64{{1, 0, -0.5}, {0, 2, 1}, {3, -4, 0.1}, {1e-6, 1e-6, 1e-6}, {500, 1, -80}} {
		line := made(Straight("", c[0], c[1], c[2], 10))
		size := math.Hypot(c[0], c[1])
		for i := range line.X {
			if d := (c[0]*line.X[i] + c[1]*line.Y[i] + c[2]) / size; math.Abs(d) > 1e-9 {
				t.Errorf("%v: end %d is %g away from the line", c, i, d)
			}
		}
		if length := math.Hypot(line.X[1]-line.X[0], line.Y[1]-line.Y[0]); length < 2*math.Sqrt2*10 {
			t.Errorf("%v: %g long, want the diagonal at least", c, length)
		}
	}
}
