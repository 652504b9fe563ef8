package chart

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

func labels(ticks []plot.Tick) string {
	var all []string
	for _, t := range ticks {
		all = append(all, t.Label)
	}
	return strings.Join(all, " ")
}

func TestTickLabels(t *testing.T) {
	for _, c := range []struct {
		ticker    plot.Ticker
		low, high float64
		want      string
	}{
		{ticker{most: 5}, 0, 1, "0 0.2 0.4 0.6 0.8 1.0"},
		{ticker{most: 10, integers: true}, 0.9, 10.1, "1 2 3 4 5 6 7 8 9 10"},
		{ticker{most: 10, integers: true}, 0.5, 1.5, "1"},
		{ticker{most: 5}, -100, 100, "-100 -50 0 50 100"},
		{ticker{most: 6}, 1, 100000, "20000 40000 60000 80000 100000"},
		{ticker{most: 4}, 0, 4e7, "0 1e7 2e7 3e7 4e7"},
		{ticker{most: 4}, 0, 2e-6, "0 5e-7 1.0e-6 1.5e-6 2.0e-6"},
		{ticker{most: 4}, 1000.001, 1000.004, "1000.001 1000.002 1000.003 1000.004"},
		{logTicker{most: 10}, 1700, 1e5, "2000 5000 10000 20000 50000 100000"},
		{logTicker{most: 6}, 1e-7, 1, "1e-6 1e-4 0.01 1"},
		{logTicker{most: 8}, 1e-3, 1e2, "0.001 0.01 0.1 1 10 100"},
		{logTicker{most: 8}, 0.0201, 0.03, "0.022 0.024 0.026 0.028 0.030"},
	} {
		if got := labels(c.ticker.Ticks(c.low, c.high)); got != c.want {
			t.Errorf("%+v from %g to %g: %q, want %q", c.ticker, c.low, c.high, got, c.want)
		}
	}
}

// For any range: at least two ticks and not many more than wanted, inside, ascending, each label reads as its value.
func TestTicksOfAnyRange(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		scale := math.Pow(10, r.Float64()*60-30)
		low := r.NormFloat64() * scale
		high := low + scale*math.Pow(10, r.Float64()*8-4)
		most := 2 + r.IntN(15)
		ticks := ticker{most: most}.Ticks(low, high)
		if len(ticks) < 2 || len(ticks) > max(most+1, 5) {
			t.Fatalf("%d ticks from %g to %g, want 2 to %d", len(ticks), low, high, max(most+1, 5))
		}
		step := ticks[1].Value - ticks[0].Value
		for i, tick := range ticks {
			if tick.Value < low-step*1e-6 || tick.Value > high+step*1e-6 || i > 0 && tick.Value <= ticks[i-1].Value {
				t.Fatalf("tick %d at %g, from %g to %g", i, tick.Value, low, high)
			}
			read, err := strconv.ParseFloat(tick.Label, 64)
			if err != nil || math.Abs(read-tick.Value) > step*0.01 {
				t.Fatalf("label %q of %g (step %g)", tick.Label, tick.Value, step)
			}
		}
	}
	for range 5000 {
		low := math.Pow(10, r.Float64()*80-40)
		high := low * math.Pow(10, 0.05+r.Float64()*r.Float64()*60)
		most := 2 + r.IntN(12)
		ticks := logTicker{most: most}.Ticks(low, high)
		if len(ticks) < 2 || len(ticks) > max(most+1, 5) {
			t.Fatalf("%d logarithmic ticks from %g to %g, want 2 to %d", len(ticks), low, high, max(most+1, 5))
		}
		for _, tick := range ticks {
			read, err := strconv.ParseFloat(tick.Label, 64)
			if err != nil || math.Abs(read/tick.Value-1) > 0.01 || tick.Value < low*0.999 || tick.Value > high*1.001 {
				t.Fatalf("logarithmic label %q of %g from %g to %g", tick.Label, tick.Value, low, high)
			}
		}
	}
}

func TestFitShortensWithEllipsis(t *testing.T) {
	words := lettering{size: 12}
	long := "a rather long name of a layer"
	for room := vg.Length(0); room < 200; room += 7 {
		got := words.fit(long, room)
		if words.width(got) > room {
			t.Errorf("%q is %v wide, want at most %v", got, words.width(got), room)
		}
		start, short := strings.CutSuffix(got, "…")
		if got != "" && got != long && !(short && strings.HasPrefix(long, start)) {
			t.Errorf("%q is not the beginning of %q", got, long)
		}
	}
	if got := words.fit(long, 500); got != long {
		t.Errorf("%q, want all of it", got)
	}
}

// Touching is symmetric, and agrees with a dense sampling of both areas.
func TestPolygonsTouch(t *testing.T) {
	words := lettering{size: 10, align: 0.5}
	turned := words
	turned.angle = math.Pi / 4
	a := words.outline(vg.Point{}, "middle")
	for _, c := range []struct {
		style lettering
		at    vg.Point
		want  bool
	}{
		{words, vg.Point{X: 1, Y: 1}, true},
		{words, vg.Point{Y: 12}, false},
		{words, vg.Point{Y: 11}, true},
		{words, vg.Point{X: 60}, false},
		{turned, vg.Point{X: 20, Y: 20}, true},
		{turned, vg.Point{X: 27, Y: 19}, false}, // their upright bounds overlap
	} {
		b := c.style.outline(c.at, "middle")
		if a.touches(b, 0) != c.want || b.touches(a, 0) != c.want {
			t.Errorf("at %v, angle %g: %v and %v, want %v", c.at, c.style.angle, a.touches(b, 0), b.touches(a, 0), c.want)
		}
	}
	upright := bounds(turned.outline(vg.Point{X: 27, Y: 19}, "middle"))
	if bounds(a).Max.X <= upright.Min.X || bounds(a).Max.Y <= upright.Min.Y {
		t.Error("the last case does not need the separating axis")
	}
}
