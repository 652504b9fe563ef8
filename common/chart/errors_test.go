package chart

import (
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// failed is the error of a New.
func failed[T any](_ T, err error) error { return err }

// drawn is the error of a picture with a change after New.
func drawn[T Picture](p T, change func(p T)) error {
	change(p)
	return p.Draw(draw.NewCanvas(&recorder.Canvas{}, 600, 400))
}

var nan, inf = math.NaN(), math.Inf(1)

func TestErrorsOfData(t *testing.T) {
	one, two := []float64{1}, []float64{1, 2}
	curves := func(s ...Series) error { return failed(NewCurves(s...)) }
	loss := func(values ...float64) Series { return Series{Name: "loss", Values: values} }
	scatter := func(x, y, z []float64) error { return failed(NewScatter3D(Points{Name: "data", X: x, Y: y, Z: z})) }
	surface := func(xMin, xMax, yMin, yMax float64) error {
		return failed(NewSurface(xorAnswer, xMin, xMax, yMin, yMax))
	}
	confusion := func(classes []string, labels, predicted []int) error {
		return failed(NewConfusion(classes, labels, predicted))
	}
	network := func(sizes []int, weights [][][]float64, biases ...[]float64) error {
		return failed(NewNetwork(sizes, weights, biases))
	}
	digit := Digit{Pixels: make([]uint8, 784)}
	row, bars, sizes := [][]float64{{1}}, made(NewBars([]string{"a"}, one)), []int{2, 2, 1}
	constant := func(z float64) func(x, y float64) float64 { return func(x, y float64) float64 { return z } }
	for _, c := range []struct {
		name  string
		err   error
		facts string // with a | between them
	}{
		{"no bars", failed(NewBars(nil, nil)), "0 values"},
		{"names of bars", failed(NewBars([]string{"a"}, two)), "1 names and 2 values"},
		{"negative bar", failed(NewBars([]string{"a", "b"}, []float64{1, -2})), `"b" is -2|0 to`},
		{"NaN bar", failed(NewBars([]string{"a"}, []float64{nan})), `"a" is NaN`},
		{"many bars", failed(NewBars(make([]string, 1001), make([]float64, 1001))), "1001|1 to 1000"},
		{"no classes", confusion(nil, nil, nil), "0 classes"},
		{"no predictions", confusion([]string{"a"}, []int{1}, nil), "1 labels, 0 predictions"},
		{"large prediction", confusion([]string{"a", "b"}, []int{0, 1}, []int{0, 2}), "row 1|label 1|prediction 2|0 to 1"},
		{"negative label", confusion([]string{"a"}, []int{-1}, []int{0}), "label -1"},
		{"no series", curves(), "no series"},
		{"nameless series", curves(Series{Values: one}), "series 0 has no name"},
		{"empty series", curves(loss(1, 2), Series{Name: "val_loss"}), `"val_loss"|0 values|finite`},
		{"series of gaps", curves(loss(nan, inf, -inf, 1e200)), `"loss"|4 values|finite`},
		{"dash", curves(Series{Name: "loss", Values: two, Dashes: []vg.Length{0}}), `"loss"|dash of 0|0.1 to 1000`},
		{"short band", curves(Series{Name: "loss", Values: two, Low: one, High: two}), `"loss"|2 values|1 and 2`},
		{"crossed band", curves(Series{Name: "loss", Values: two, Low: []float64{1, 3}, High: two}), `"loss"|value 2|3 to 2`},
		{"history", failed(NewHistoryCurves(history{"loss": {3}})), `"val_loss"`},
		{"no digits", failed(NewDigitGrid(4, 4, nil)), "0 digits|at least 1"},
		{"no rows of digits", failed(NewDigitGrid(0, 4, []Digit{digit})), "0 rows and 4 columns"},
		{"huge grid", failed(NewDigitGrid(1<<40, 1<<40, []Digit{digit})), "rows|2500"},
		{"many digits", failed(NewDigitGrid(1, 2, []Digit{digit, digit, digit})), "3 digits|1 rows and 2 columns"},
		{"pixels", failed(NewDigitGrid(1, 2, []Digit{digit, {Pixels: make([]uint8, 783)}})), "digit 1 has 783 pixels|784"},
		{"one layer", network([]int{2}, nil), "[2]|2 to 20 layers"},
		{"many layers", network(slices.Repeat([]int{1}, 21), nil), "2 to 20 layers"},
		{"no neurons", network([]int{2, 0}, nil), "[2 0]|at least 1"},
		{"layers of weights", network(sizes, [][][]float64{matrix(2, 2)}), "1 layers of weights|2 of each"},
		{"rows of weights", network(sizes, [][][]float64{matrix(2, 2), row}), "layer 1 has 1 rows of weights, want 2"},
		{"weights", network(sizes, [][][]float64{matrix(2, 3), matrix(2, 1)}), "weights 0 of layer 0|3 values, want 2"},
		{"NaN weight", network([]int{1, 1}, [][][]float64{{{nan}}}), "weights 0 of layer 0|value 0|NaN"},
		{"layers of biases", network([]int{2, 1}, [][][]float64{matrix(2, 1)}, one, two), "2 of biases|1 of each"},
		{"biases", network([]int{2, 1}, [][][]float64{matrix(2, 1)}, two), "biases of layer 0|2 values, want 1"},
		{"infinite bias", network([]int{2, 1}, [][][]float64{matrix(2, 1)}, []float64{inf}), "biases of layer 0|+Inf"},
		{"biases alone", network([]int{2, 1}, nil, one), "0 layers of weights and 1 of biases"},
		{"no panels", failed(NewPanels(1)), "0 pictures|1 to 100"},
		{"no columns of panels", failed(NewPanels(0, bars)), "0 columns"},
		{"nil panel", failed(NewPanels(1, bars, nil)), "2 pictures|nil"},
		{"no frames", failed(NewAnimation()), "0 frames"},
		{"nil frame", failed(NewAnimation(bars, nil)), "2 frames|nil"},
		{"no points", failed(NewScatter3D()), "no points"},
		{"lengths of points", scatter(two, one, one), `"data"|2 X, 1 Y and 1 Z`},
		{"NaN point", scatter(two, []float64{1, nan}, two), `point 1 of "data"|(2, NaN, 2)`},
		{"far point", scatter([]float64{1e300}, one, one), `point 0 of "data"|1e+300`},
		{"points of mesh", failed(NewMesh("m", xorAnswer, 0, 1, 0, 1, 1)), `"m"|1 points per side|2 to 200`},
		{"range of mesh", failed(NewMesh("m", xorAnswer, 0, 1, 1, 0, 5)), "mesh|Y from 1 to 0"},
		{"holes alone", failed(NewMesh("m", constant(nan), 0, 1, 0, 1, 5)), `"m"|every Z is NaN`},
		{"infinite mesh", failed(NewMesh("m", constant(inf), 0, 1, 0, 1, 5)), `"m"|Z at (0, 0) is +Inf`},
		{"no features", failed(NewScatterMatrix(nil, row, []string{"a"}, []int{0})), "0 features"},
		{"no rows", failed(NewScatterMatrix([]string{"x"}, nil, []string{"a"}, nil)), "0 rows"},
		{"labels", failed(NewScatterMatrix([]string{"x"}, row, []string{"a"}, nil)), "1 rows, 0 labels"},
		{"large label", failed(NewScatterMatrix([]string{"x"}, row, []string{"a"}, []int{1})), "row 0|label 1|0 to 0"},
		{"NaN feature",
			failed(NewScatterMatrix([]string{"x"}, [][]float64{{nan}}, []string{"a"}, []int{0})), "row 0|value 0|NaN"},
		{"short row",
			failed(NewScatterMatrix([]string{"x", "y"}, row, []string{"a"}, []int{0})), "row 0 has 1 values, want 2"},
		{"empty range", surface(1, 1, 0, 1), "X from 1 to 1"},
		{"NaN range", surface(0, 1, 0, nan), "Y from 0 to NaN"},
		{"infinite range", surface(-inf, 1, 0, 1), "surface|X from -Inf to 1"},
		{"no direction", failed(Straight("l", 0, 0, 1, 10)), `"l"|direction`},
		{"no tiles", failed(NewTiles(3)), "0 tiles"},
		{"no columns of tiles", failed(NewTiles(0, Tile{"", 1, one})), "0 columns"},
		{"rows of a tile", failed(NewTiles(1, Tile{"", 2, []float64{1, 2, 3}})), "tile 0|3 values in 2 rows"},
		{"infinite tile", failed(NewTiles(1, Tile{"", 1, []float64{1, inf}})), "value 1 of tile 0|+Inf"},
	} {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, c.err, strings.Split("chart: |"+c.facts, "|")...) })
	}
}

// What New cannot know is an error of Draw.
func TestErrorsOfDraw(t *testing.T) {
	one := []float64{1, 1}
	curves := func(change func(c *Curves), values ...float64) error {
		return drawn(made(NewCurves(Series{Name: "w1", Values: values})), change)
	}
	logarithmic := func(c *Curves) { c.LogY = true }
	network := func(change func(n *Network)) error { return drawn(made(NewNetwork([]int{2, 1}, nil, nil)), change) }
	scatter := func(change func(s *Scatter3D)) error { return drawn(made(NewScatter3D(cloud(5))), change) }
	surface := func(change func(s *Surface)) error {
		s := made(NewSurface(xorAnswer, 0, 1, 0, 1))
		s.Classes = []string{"a"}
		return drawn(s, change)
	}
	answers := func(f func(x []float64) []float64) error {
		return surface(func(s *Surface) { s.f = func(x, _ []float64) ([]float64, error) { return f(x), nil } })
	}
	panels := func(heights ...float64) error {
		bars := made(NewBars([]string{"a"}, []float64{1}))
		return drawn(made(NewPanels(1, bars, bars)), func(p *Panels) { p.Heights = heights })
	}
	for _, c := range []struct {
		name  string
		err   error
		facts string // with a | between them
	}{
		{"negative on a logarithmic axis", curves(logarithmic, 1, -2), "w1|-2|logarithmic"},
		{"zeros on a logarithmic axis", curves(logarithmic, 0, 0), "all values are 0|logarithmic"},
		{"negative reference",
			curves(func(c *Curves) { c.LogY, c.References = true, []Reference{{"floor", -1}} }, 1), "floor|-1"},
		{"NaN reference", curves(func(c *Curves) { c.References = []Reference{{"floor", nan}} }, 1), `"floor"|NaN`},
		{"inputs", network(func(n *Network) { n.Inputs = []string{"a"} }), "1 names of inputs|want 2 and 1"},
		{"outputs", network(func(n *Network) { n.Outputs = []string{} }), "0 of outputs|want 2 and 1"},
		{"heights", panels(1), "1 heights|2 rows"},
		{"NaN height", panels(1, nan), "picture 0|NaN|want 0.5"},
		{"height of 0", panels(1, 0), "picture 1|: 0 inches"},
		{"panel", drawn(made(NewPanels(1, failing{})), func(*Panels) {}), "panel 0|chart: no ink"},
		{"elevation", scatter(func(s *Scatter3D) { s.Elevation = 91 }), "elevation 91|-90 to 90"},
		{"NaN elevation", scatter(func(s *Scatter3D) { s.Elevation = nan }), "elevation NaN"},
		{"azimuth", scatter(func(s *Scatter3D) { s.Azimuth = inf }), "azimuth +Inf"},
		{"values", surface(func(s *Surface) { s.High = s.Low }), "values from 0 to 0|want a range"},
		{"resolution of 1", surface(func(s *Surface) { s.Resolution = 1 }), "resolution of 1,|2 to 1000"},
		{"huge resolution", surface(func(s *Surface) { s.Resolution = 1 << 30 }), "resolution of 1073741824|2 to 1000"},
		{"point outside", surface(func(s *Surface) { s.Points = []Point{{X: 2}} }), "point 0 at (2, 0)|[0, 1] x [0, 1]"},
		{"NaN point", surface(func(s *Surface) { s.Points = []Point{{X: nan}} }), "point 0 at (NaN, 0)"},
		{"negative class", surface(func(s *Surface) { s.Points = []Point{{Class: -1}} }), "class -1"},
		{"large class", surface(func(s *Surface) { s.Points = []Point{{Class: 1}} }), "class 1|class 0 to 0"},
		{"short line", surface(func(s *Surface) { s.Lines = []Line{{"l", one[:1], one[:1]}} }), `"l"|1 X and 1 Y`},
		{"NaN line", surface(func(s *Surface) { s.Lines = []Line{{"l", []float64{1, nan}, one}} }), `point 1 of line "l"`},
		{"NaN", answers(func(x []float64) []float64 { return slices.Repeat([]float64{nan}, len(x)) }), "NaN everywhere"},
		{"one answer", answers(func(x []float64) []float64 { return x[:1] }), "1 values for 25600 points"},
	} {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, c.err, strings.Split("chart: |"+c.facts, "|")...) })
	}
	wrong := errors.New("no answers")
	err := surface(func(s *Surface) { s.f = func(x, y []float64) ([]float64, error) { return nil, wrong } })
	if !errors.Is(err, wrong) {
		t.Errorf("error %v, want that of the function", err)
	}
}

// failing is a picture that cannot be drawn.
type failing struct{}

func (failing) Draw(draw.Canvas) error { return errors.New("chart: no ink") }
