package chart

import (
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestCurvesErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := Series{Name: "loss", Values: []float64{1, 2}}
	_, err := NewCurves()
	wantError(t, err, "no series")
	_, err = NewCurves(Series{Values: []float64{1}})
	wantError(t, err, "series 0 has no name")
	_, err = NewCurves(good, Series{Name: "val_loss"})
	wantError(t, err, `"val_loss"`, "0 values", "finite")
	_, err = NewCurves(Series{Name: "loss", Values: []float64{nan, inf, -inf}})
	wantError(t, err, `"loss"`, "3 values", "finite")
	_, err = NewCurves(Series{Name: "loss", Values: []float64{1, 1e200}})
	wantError(t, err, "loss at epoch 2", "1e+200")
	var many []Series
	for i := range maxSeries + 1 {
		many = append(many, Series{Name: strconv.Itoa(i), Values: good.Values})
	}
	_, err = NewCurves(many...)
	wantError(t, err, "41", "40")
	_, err = NewCurves(slices.Repeat([]Series{good}, maxLines+1)...)
	wantError(t, err, "10001", "10000")
	banded := good
	banded.Low, banded.High = []float64{1}, []float64{1, 2}
	_, err = NewCurves(banded)
	wantError(t, err, `"loss"`, "2 values", "band of 1 and 2")
	banded.Low = []float64{1, 3}
	_, err = NewCurves(banded)
	wantError(t, err, "band of loss at epoch 2", "from 3 to 2")

	for _, c := range []struct {
		change func(*Curves)
		parts  []string
	}{
		{func(c *Curves) { c.LogY = true; c.Series = []Series{{Name: "w1", Values: []float64{1, -2}}} },
			[]string{"w1 at epoch 2", "-2", "logarithmic"}},
		{func(c *Curves) { c.LogY = true; c.Series = []Series{{Name: "w1", Values: []float64{0, 0}}} },
			[]string{"all values are 0"}},
		{func(c *Curves) { c.LogY = true; c.References = []Reference{{"floor", -1}} }, []string{"floor", "-1"}},
		{func(c *Curves) { c.References = []Reference{{"floor", nan}} }, []string{"floor", "NaN"}},
		{func(c *Curves) { c.Step = 0 }, []string{"step 0"}},
		{func(c *Curves) { c.First = nan }, []string{"first epoch NaN"}},
		{func(c *Curves) { c.LineWidth = 0 }, []string{"line width 0"}},
		{func(c *Curves) { c.Series[0].Dashes = []vg.Length{0} }, []string{`"loss"`, "dash of 0"}},
	} {
		curves := must1(NewCurves(Series{Name: "loss", Values: []float64{1, 2}}))(t)
		c.change(curves)
		wantError(t, curves.Save(t.TempDir()+"/p.png"), c.parts...)
	}
}

// history is what model.History offers.
type history map[string][]float64

func (h history) Names() []string              { return []string{"loss", "val_loss"} }
func (h history) Series(name string) []float64 { return h[name] }

func TestHistoryCurves(t *testing.T) {
	c := must1(NewHistoryCurves(history{"loss": {3, 2}, "val_loss": {4, 3}}))(t)
	if len(c.Series) != 2 || c.Series[1].Name != "val_loss" || c.Series[1].Values[1] != 3 {
		t.Errorf("series %+v", c.Series)
	}
	_, err := NewHistoryCurves(history{"loss": {3}})
	wantError(t, err, "val_loss")
}

func TestValidationHasTheColorOfTraining(t *testing.T) {
	v := []float64{1, 2}
	c := must1(NewCurves(Series{Name: "val_loss", Values: v}, Series{Name: "loss", Values: v},
		Series{Name: "accuracy", Values: v}, Series{Name: "w", Values: v, Color: purple, Dashes: []vg.Length{1}}))(t)
	lines, _ := c.styles()
	for i, want := range []color.Color{blue, blue, vermillion, purple} {
		if lines[i].Color != want {
			t.Errorf("%s has color %v, want %v", c.Series[i].Name, lines[i].Color, want)
		}
	}
	if lines[0].Dashes == nil || lines[1].Dashes != nil || len(lines[3].Dashes) != 1 {
		t.Errorf("dashes %v %v %v, want val_loss dashed, loss not, w as it says",
			lines[0].Dashes, lines[1].Dashes, lines[3].Dashes)
	}
}

// The colors of eight series are told apart with full color vision and in a simulation of the two
// common forms of color blindness (F. Viénot, H. Brettel, J. Mollon, "Digital video colourmaps for
// checking the legibility of displays by dichromats", 1999).
func TestPaletteForColorBlindReaders(t *testing.T) {
	simulations := map[string][3][3]float64{
		"full":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protanopia":   {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}},
		"deuteranopia": {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}},
	}
	for name, m := range simulations {
		seen := func(c color.Color) (v [3]float64) {
			n := opaque(c)
			for i, row := range m {
				linear := 0.0
				for j, channel := range []uint8{n.R, n.G, n.B} {
					linear += row[j] * math.Pow(float64(channel)/255, 2.2)
				}
				v[i] = 255 * math.Pow(math.Max(0, linear), 1/2.2)
			}
			return v
		}
		for i, a := range Palette {
			for _, b := range Palette[:i] {
				p, q := seen(a), seen(b)
				if d := math.Sqrt(sq(p[0]-q[0]) + sq(p[1]-q[1]) + sq(p[2]-q[2])); d < 35 {
					t.Errorf("%s: %v and %v look alike: distance %.0f of 441", name, a, b, d)
				}
			}
		}
	}
}

func sq(v float64) float64 { return v * v }

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
		var kept []sample
		for _, run := range runs(values, columns) {
			kept = append(kept, run...)
		}
		if len(kept) > 4*columns {
			t.Fatalf("%d values kept, want at most %d", len(kept), 4*columns)
		}
		for i, k := range kept {
			if values[k.index] != k.value || i > 0 && k.index <= kept[i-1].index {
				t.Fatalf("kept %+v after %+v, but the value is %g", k, kept[max(0, i-1)], values[k.index])
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
				if k.index >= from && k.index < to {
					got = append(got, k.value)
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
	want := [][]sample{{{1, 1}, {2, 2}}, {{5, 3}}, {{7, 4}, {8, 5}}}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := runs(nil, 3); got != nil {
		t.Errorf("%v, want nothing", got)
	}
}

// inked counts the pixels near a color; columns are those that have one.
func inked(t *testing.T, c *Curves, want color.NRGBA) (pixels, columns int) {
	img := render(t, c, 5*vg.Inch, 4*vg.Inch)
	for x := range img.Bounds().Dx() {
		found := 0
		for y := 60; y < img.Bounds().Dy(); y++ { // below the legend
			p := img.RGBAAt(x, y)
			if math.Abs(float64(p.R)-float64(want.R))+math.Abs(float64(p.G)-float64(want.G))+
				math.Abs(float64(p.B)-float64(want.B)) < 40 {
				found++
			}
		}
		pixels += found
		if found > 0 {
			columns++
		}
	}
	return pixels, columns
}

// One wild epoch among 100,000 is seen as a line from top to bottom.
func TestSpikeOfOneEpochIsSeen(t *testing.T) {
	flat := make([]float64, 100000)
	curves := must1(NewCurves(Series{Name: "loss", Values: flat}))(t)
	curves.References = []Reference{{"top", 1}} // the same axis in both pictures
	without, _ := inked(t, curves, blue)
	flat[61803] = 1
	with, _ := inked(t, curves, blue)
	if with < without+200 {
		t.Errorf("%d blue pixels with the spike, %d without, want at least 200 more", with, without)
	}
}

func TestGapsAreNotBridged(t *testing.T) {
	values := wave(5000, func(x float64) float64 { return x })
	curves := must1(NewCurves(Series{Name: "loss", Values: values}))(t)
	_, whole := inked(t, curves, blue)
	for i := 1000; i < 3000; i++ {
		values[i] = math.NaN()
	}
	_, gap := inked(t, curves, blue)
	if share := float64(gap) / float64(whole); share < 0.57 || share > 0.63 {
		t.Errorf("%d of %d columns have ink, want about 60 %%", gap, whole)
	}
	for i := range values {
		if i != 4000 {
			values[i] = math.NaN()
		}
	}
	if pixels, _ := inked(t, curves, blue); pixels == 0 {
		t.Error("a value between gaps is not seen")
	}
}

// A zero on a logarithmic axis is drawn at the lower edge and does not widen the axis.
func TestZeroOnLogAxis(t *testing.T) {
	curves := must1(NewCurves(Series{Name: "loss", Values: []float64{1, 0.1, 0, 0.01}}))(t)
	curves.LogY = true
	box := must1(curves.extent())(t)
	if box.yMin != 0.01 || box.yMax != 1 {
		t.Errorf("Y from %g to %g, want 0.01 to 1", box.yMin, box.yMax)
	}
	if pixels, _ := inked(t, curves, blue); pixels == 0 {
		t.Error("nothing drawn")
	}
	curves.References = []Reference{{"zero", 0}}
	if err := curves.Save(t.TempDir() + "/p.svg"); err != nil {
		t.Errorf("reference 0: %v", err)
	}
}

// Any finite series is drawn without a panic, whatever its range.
func TestCurvesOfAnyRange(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		values := make([]float64, 1+r.IntN(40))
		for i := range values {
			values[i] = r.NormFloat64() * math.Pow(10, r.Float64()*190-95)
			if r.IntN(5) == 0 {
				values[i] = values[0] * (1 + 1e-15*float64(r.IntN(3)))
			}
		}
		curves := must1(NewCurves(Series{Name: "loss", Values: values}))(t)
		for _, curves.LogY = range []bool{false, true} {
			if curves.LogY {
				for i, v := range values {
					values[i] = math.Abs(v)
				}
			}
			curves.Width, curves.Height = 2*vg.Inch, 2*vg.Inch
			path := t.TempDir() + "/p.svg"
			if err := curves.Save(path); err != nil {
				t.Fatalf("%v: %v", values, err)
			}
			if file := must1(readFile(path))(t); strings.Contains(file, "NaN") {
				t.Fatalf("%v: a coordinate is not a number", values)
			}
		}
	}
}

// A logarithmic axis has a lower end above 0 also where the values are next to it.
func TestLogarithmOfTheSmallestNumbers(t *testing.T) {
	const least = math.SmallestNonzeroFloat64
	for _, values := range [][]float64{{least}, {least, 1}, {1e-300}, {1e-300, 1e-290}, {1e-320, 1e-310}} {
		c := must1(NewCurves(Series{Name: "loss", Values: values}))(t)
		c.LogY, c.Width, c.Height = true, 3*vg.Inch, 3*vg.Inch
		path := t.TempDir() + "/p.svg"
		if err := c.Save(path); err != nil {
			t.Fatalf("%v: %v", values, err)
		}
		if file := must1(readFile(path))(t); strings.Contains(file, "NaN") || strings.Contains(file, "Inf") {
			t.Errorf("%v: a coordinate is not a number", values)
		}
	}
}
