package chart

import (
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

// history is what model.History offers.
type history map[string][]float64

func (h history) Names() []string              { return []string{"loss", "val_loss"} }
func (h history) Series(name string) []float64 { return h[name] }

func TestHistoryCurves(t *testing.T) {
	c := made(NewHistoryCurves(history{"loss": {3, 2}, "val_loss": {4, 3}}))
	if len(c.series) != 2 || c.series[1].Name != "val_loss" || c.series[1].Values[1] != 3 {
		t.Errorf("series %+v", c.series)
	}
}

func TestValidationHasTheColorOfTraining(t *testing.T) {
	v := []float64{1, 2}
	c := made(NewCurves(Series{Name: "val_loss", Values: v}, Series{Name: "loss", Values: v},
		Series{Name: "accuracy", Values: v}, Series{Name: "w", Values: v, Color: purple, Dashes: []vg.Length{1}}))
	lines, _ := c.styles()
	for i, want := range []color.Color{blue, blue, vermillion, purple} {
		if lines[i].Color != want {
			t.Errorf("%s has color %v, want %v", c.series[i].Name, lines[i].Color, want)
		}
	}
	if lines[0].Dashes == nil || lines[1].Dashes != nil || len(lines[3].Dashes) != 1 {
		t.Errorf("dashes %v %v %v, want val_loss dashed, loss not, w as it says",
			lines[0].Dashes, lines[1].Dashes, lines[3].Dashes)
	}
}

// The colors of eight series differ enough with full color vision and in a simulation of the two
// common forms of color blindness (F. Viénot, H. Brettel, J. Mollon, "Digital video colourmaps for
// checking the legibility of displays by dichromats", 1999).
func TestPaletteForColorBlindReaders(t *testing.T) {
	for _, c := range []struct {
		name   string
		vision [3]vec3
	}{
		{"full", [3]vec3{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
		{"protanopia", [3]vec3{{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}}},
		{"deuteranopia", [3]vec3{{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			linear := func(channel uint8) float64 { return math.Pow(float64(channel)/255, 2.2) }
			seen := func(of color.Color, channel int) float64 {
				n := opaque(of)
				v := c.vision[channel].dot(vec3{linear(n.R), linear(n.G), linear(n.B)})
				return 255 * math.Pow(math.Max(0, v), 1/2.2)
			}
			for i, a := range Palette {
				for _, b := range Palette[:i] {
					var apart vec3
					for channel := range apart {
						apart[channel] = seen(a, channel) - seen(b, channel)
					}
					if d := math.Sqrt(apart.dot(apart)); d < 35 {
						t.Errorf("%v and %v look alike: distance %.0f of 441", a, b, d)
					}
				}
			}
		})
	}
}

// Thinning keeps each column's first, smallest, largest and last value and invents nothing.
func TestThinning(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		columns := 1 + r.IntN(60)
		values := make([]float64, 4*columns+1+r.IntN(3000))
		for i := range values {
			values[i] = r.NormFloat64()
			if r.IntN(4) == 0 {
				values[i] = math.NaN()
			}
		}
		var kept []int
		for _, run := range runs(values, columns) {
			kept = append(kept, run...)
		}
		if len(kept) > 4*columns {
			t.Fatalf("%d values kept, want at most %d", len(kept), 4*columns)
		}
		for i, k := range kept {
			if isGap(values[k]) || i > 0 && k <= kept[i-1] {
				t.Fatalf("kept %g at %d after %d", values[k], k, kept[max(0, i-1)])
			}
		}
		for column := range columns {
			from, to := column*len(values)/columns, (column+1)*len(values)/columns
			var all, got []float64
			for _, v := range values[from:to] {
				if !isGap(v) {
					all = append(all, v)
				}
			}
			for _, k := range kept {
				if k >= from && k < to {
					got = append(got, values[k])
				}
			}
			if len(all) == 0 && len(got) == 0 {
				continue
			}
			if slices.Min(all) != slices.Min(got) || slices.Max(all) != slices.Max(got) ||
				all[0] != got[0] || all[len(all)-1] != got[len(got)-1] {
				t.Fatalf("column %d of %v kept %v", column, all, got)
			}
		}
	}
}

func TestShortSeriesKeepEveryGap(t *testing.T) {
	nan := math.NaN()
	got := runs([]float64{nan, 1, 2, nan, nan, 3, math.Inf(1), 4, 5}, 100)
	want := [][]int{{1, 2}, {5}, {7, 8}}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := runs(nil, 3); len(got) > 0 {
		t.Errorf("%v, want nothing", got)
	}
}

// inked counts the columns of a picture that have a pixel near blue.
func inked(t *testing.T, c *Curves) (columns int) {
	img := render(t, c, 5*vg.Inch, 4*vg.Inch)
	for x := range img.Bounds().Dx() {
		for y := 60; y < img.Bounds().Dy(); y++ { // below the legend
			if p := img.RGBAAt(x, y); p.R < 20 && p.G > 94 && p.G < 134 && p.B > 158 && p.B < 198 {
				columns++
				break
			}
		}
	}
	return columns
}

func TestGapsAreNotBridged(t *testing.T) {
	values := wave(5000, func(x float64) float64 { return x })
	curves := made(NewCurves(Series{Name: "loss", Values: values}))
	whole := inked(t, curves)
	for i := 1000; i < 3000; i++ {
		values[i] = math.NaN()
	}
	gap := inked(t, curves)
	if share := float64(gap) / float64(whole); share < 0.57 || share > 0.63 {
		t.Errorf("%d of %d columns have ink, want about 60 %%", gap, whole)
	}
	for i := range values {
		if i != 4000 {
			values[i] = math.NaN()
		}
	}
	if inked(t, curves) == 0 {
		t.Error("a value between gaps is not seen")
	}
}

// A zero on a logarithmic axis is drawn at the lower edge and does not widen the axis.
func TestZeroOnLogAxis(t *testing.T) {
	curves := made(NewCurves(Series{Name: "loss", Values: []float64{1, 0.1, 0, 0.01}}))
	curves.LogY = true
	if low, high, err := curves.limits(); low != 0.01 || high != 1 {
		t.Errorf("Y from %g to %g, want 0.01 to 1; error %v", low, high, err)
	}
	if inked(t, curves) == 0 {
		t.Error("nothing drawn")
	}
	curves.References = []Reference{{"zero", 0}}
	wholeSVG(t, curves, 5*vg.Inch, 4*vg.Inch)
}

// Any finite series is drawn without a panic, whatever its range. The lower end of a logarithmic axis is above 0, even
// if the values are near 0.
func TestCurvesOfAnyRange(t *testing.T) {
	const least = math.SmallestNonzeroFloat64
	for _, values := range [][]float64{{least}, {least, 1}, {1e-300}, {1e-300, 1e-290}, {1e-320, 1e-310}} {
		c := made(NewCurves(Series{Name: "loss", Values: values}))
		c.LogY = true
		wholeSVG(t, c, 3*vg.Inch, 3*vg.Inch)
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		values := make([]float64, 1+r.IntN(40))
		for i := range values {
			values[i] = r.NormFloat64() * math.Pow(10, r.Float64()*190-95)
			if r.IntN(5) == 0 {
				values[i] = values[0] * (1 + 1e-15*float64(r.IntN(3)))
			}
		}
		curves := made(NewCurves(Series{Name: "loss", Values: values}))
		for _, curves.LogY = range []bool{false, true} {
			if curves.LogY {
				for i, v := range values {
					values[i] = math.Abs(v)
				}
			}
			wholeSVG(t, curves, 2*vg.Inch, 2*vg.Inch)
		}
	}
}

// A band stays where it is thinned or stands alone: its narrow spikes, and the range of a single value.
func TestBandKeepsItsEdges(t *testing.T) {
	for _, c := range []struct{ values, spike int }{{5000, 2500}, {5000, 2501}, {5000, 2502}, {5000, 4999}, {1, 0}} {
		var pictures [2]*Curves
		for i := range pictures {
			flat := make([]float64, c.values)
			low, high := slices.Clone(flat), slices.Clone(flat)
			if i == 1 {
				low[c.spike], high[c.spike] = -1, 1
			}
			pictures[i] = made(NewCurves(Series{Name: "loss", Values: flat, Low: low, High: high}))
			pictures[i].YMin, pictures[i].YMax = -1, 1
		}
		if apart(render(t, pictures[0], 6*vg.Inch, 3*vg.Inch), render(t, pictures[1], 6*vg.Inch, 3*vg.Inch)) == "" {
			t.Errorf("of %d values, the band from -1 to 1 at %d is not seen", c.values, c.spike)
		}
	}
}
