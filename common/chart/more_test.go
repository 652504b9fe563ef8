package chart

import (
	"bytes"
	"image/gif"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

// moreSamples are bands, panels, lines over a surface, tiles and a scatter matrix.
func moreSamples(t testing.TB) []named {
	t.Helper()
	var all []named
	middle := wave(40, func(x float64) float64 { return math.Exp(-4 * x) })
	low, high := slices.Clone(middle), slices.Clone(middle)
	for i := range middle {
		low[i], high[i] = middle[i]*0.7, middle[i]*1.6
	}
	high[20] = math.NaN()
	band := must1(NewCurves(Series{Name: "Adam", Values: middle, Low: low, High: high},
		Series{Name: "seeds", Values: wave(40, func(x float64) float64 { return 1 - x })},
		Series{Name: "seeds", Values: wave(40, func(x float64) float64 { return 0.9 - 0.8*x })}))(t)
	band.LogY, band.YLabel, band.YMin, band.YMax = true, "a long label of the values", 0.001, 10
	all = append(all, named{"band", band, &band.Width, &band.Height})

	line := must1(Straight("border", 1, 1, -1, 10))(t)
	square := func() *Surface {
		s := must1(NewSurface(xorAnswer, -0.25, 1.25, -0.25, 1.25))(t)
		s.Lines, s.Contours, s.Resolution = []Line{line}, []float64{0.2, 0.8}, 40
		s.Points, s.Classes = []Point{{X: 1, Y: 1}, {X: 0, Y: 1, Class: 1}}, []string{"zero", "one"}
		return s
	}
	first, second := square(), square()
	first.Title, second.Title, second.HideScale = "first", "second", true
	bars := must1(NewBars([]string{"a", "b"}, []float64{1, 2}))(t)
	panels := must1(NewPanels(2, first, second, bars))(t)
	panels.Title, panels.Heights = "Panels", []float64{2, 1}
	all = append(all, named{"panels", panels, &panels.Width, &panels.Height})

	signed := must1(NewTiles(3, Tile{"1", 2, []float64{1, -1, 0, 0.5, math.NaN(), -0.2}}, Tile{"2", 3, wave(9, math.Sin)},
		Tile{"", 1, []float64{-1, 1}}, Tile{"4", 2, []float64{0, 0, 0, 0}}))(t)
	signed.Signed, signed.Title = true, "Tiles"
	all = append(all, named{"tiles", signed, &signed.Width, &signed.Height})

	points := cloud(60)
	var rows [][]float64
	var labels []int
	for i := range points.X {
		rows, labels = append(rows, []float64{points.X[i], points.Y[i], points.Z[i]}), append(labels, i%3)
	}
	matrix := must1(NewScatterMatrix([]string{"weight", "age", "blood fat"}, rows, []string{"a", "b", "c"}, labels))(t)
	all = append(all, named{"matrix", matrix, &matrix.Width, &matrix.Height})
	return all
}

func TestErrorsOfPanelsTilesAndMatrix(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	_, err := NewPanels(1)
	wantError(t, err, "0 pictures", "1 to 100")
	bars := must1(NewBars([]string{"a"}, []float64{1}))(t)
	_, err = NewPanels(0, bars)
	wantError(t, err, "0 columns")
	_, err = NewPanels(1, bars, nil)
	wantError(t, err, "picture 1 is nil")
	panels := must1(NewPanels(1, bars, bars))(t)
	panels.Heights = []float64{1}
	wantError(t, panels.Save(t.TempDir()+"/p.png"), "1 heights", "2 rows")
	panels.Heights = []float64{1, nan}
	wantError(t, panels.Save(t.TempDir()+"/p.png"), "row 1", "NaN")
	bars.Values = nil
	panels.Heights = nil
	wantError(t, panels.Save(t.TempDir()+"/p.png"), "panel 0", "no values")

	_, err = NewTiles(3)
	wantError(t, err, "no tiles")
	_, err = NewTiles(0, Tile{"", 1, []float64{1}})
	wantError(t, err, "0 columns")
	_, err = NewTiles(1, Tile{"", 2, []float64{1, 2, 3}})
	wantError(t, err, "tile 0", "3 values in 2 rows")
	_, err = NewTiles(1, Tile{"", 1, []float64{1, inf}})
	wantError(t, err, "value 1 of tile 0", "+Inf")

	one := [][]float64{{1}}
	_, err = NewScatterMatrix(nil, one, []string{"a"}, []int{0})
	wantError(t, err, "0 features")
	_, err = NewScatterMatrix([]string{"x"}, nil, []string{"a"}, nil)
	wantError(t, err, "0 rows")
	_, err = NewScatterMatrix([]string{"x"}, one, []string{"a"}, []int{1})
	wantError(t, err, "row 0", "label 1", "0 to 0")
	_, err = NewScatterMatrix([]string{"x"}, [][]float64{{nan}}, []string{"a"}, []int{0})
	wantError(t, err, "row 0", "x", "NaN")
	_, err = NewScatterMatrix([]string{"x", "y"}, one, []string{"a"}, []int{0})
	wantError(t, err, "row 0 has 1 values, want 2")

	_, err = Straight("l", 0, 0, 1, 10)
	wantError(t, err, `"l"`, "direction")
	s := must1(NewSurface(xorAnswer, 0, 1, 0, 1))(t)
	s.Lines = []Line{{X: []float64{1}, Y: []float64{1}}}
	wantError(t, s.Save(t.TempDir()+"/p.png"), "line 0", "1 X and 1 Y")
	s.Lines = []Line{{X: []float64{1, nan}, Y: []float64{1, 1}}}
	wantError(t, s.Save(t.TempDir()+"/p.png"), "line 0", "place 1", "NaN")
	s.Lines = []Line{{X: []float64{0, 1}, Y: []float64{0, 1}, Dashes: []vg.Length{4, 0}}}
	wantError(t, s.Save(t.TempDir()+"/p.png"), "line 0", "dash of 0 points", "0.1 to 1000")
	s.Lines, s.F = nil, nil
	s.All = func(x, y []float64) ([]float64, error) { return x[:1], nil }
	wantError(t, s.Save(t.TempDir()+"/p.png"), "1 values for 25600 places")
}

// A straight line satisfies its equation, and reaches from edge to edge of any rectangle within its limit.
func TestStraight(t *testing.T) {
	for _, c := range [][3]float64{{1, 0, -0.5}, {0, 2, 1}, {3, -4, 0.1}, {1e-6, 1e-6, 1e-6}, {500, 1, -80}} {
		line := must1(Straight("", c[0], c[1], c[2], 10))(t)
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

// A function for all places at once gives the picture of the function for one.
func TestBatchSurface(t *testing.T) {
	all := func(x, y []float64) ([]float64, error) {
		z := make([]float64, len(x))
		for i := range z {
			z[i] = xorAnswer(x[i], y[i])
		}
		return z, nil
	}
	a := must1(NewSurface(xorAnswer, 0, 2, -1, 1))(t)
	b := must1(NewBatchSurface(all, 0, 2, -1, 1))(t)
	if d := apart(render(t, a, 3*vg.Inch, 3*vg.Inch), render(t, b, 3*vg.Inch, 3*vg.Inch)); d != "" {
		t.Error(d)
	}
}

// The legend of the surfaces stands on top, also where another picture is the first one.
func TestPanelsLegend(t *testing.T) {
	bars := must1(NewBars([]string{"a"}, []float64{1}))(t)
	with := must1(NewSurface(xorAnswer, 0, 1, 0, 1))(t)
	with.HideLevel, with.Resolution = true, 10
	without := *with
	with.Classes = []string{"zero", "one"}
	named, nameless := must1(NewPanels(2, bars, with))(t), must1(NewPanels(2, bars, &without))(t)
	if apart(render(t, named, 6*vg.Inch, 3*vg.Inch), render(t, nameless, 6*vg.Inch, 3*vg.Inch)) == "" {
		t.Error("the classes are in no legend")
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
			pictures[i] = must1(NewCurves(Series{Name: "loss", Values: flat, Low: low, High: high}))(t)
			pictures[i].YMin, pictures[i].YMax = -1, 1
		}
		if apart(render(t, pictures[0], 6*vg.Inch, 3*vg.Inch), render(t, pictures[1], 6*vg.Inch, 3*vg.Inch)) == "" {
			t.Errorf("of %d values, the band from -1 to 1 at %d is not seen", c.values, c.spike)
		}
	}
}

func TestAnimation(t *testing.T) {
	var frames []Picture
	for i := range 3 {
		s := must1(NewSurface(func(x, y float64) float64 { return x * float64(i) / 2 }, 0, 1, 0, 1))(t)
		s.Resolution = 20
		frames = append(frames, s)
	}
	a := must1(NewAnimation(frames...))(t)
	a.Width, a.Height = 2*vg.Inch, 2*vg.Inch
	path := filepath.Join(t.TempDir(), "film.gif")
	var files [2][]byte
	for i := range files {
		if err := a.Save(path); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = file
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("saved twice, the bytes differ")
	}
	film, err := gif.DecodeAll(bytes.NewReader(files[0]))
	if err != nil {
		t.Fatal(err)
	}
	if len(film.Image) != 3 || !slices.Equal(film.Delay, []int{10, 10, 200}) || film.LoopCount != 0 {
		t.Errorf("%d frames with delays %v, loop count %d, want 3 with [10 10 200], 0", len(film.Image), film.Delay, film.LoopCount)
	}
	// The reduced colours are near the true ones.
	want := render(t, frames[2], 2*vg.Inch, 2*vg.Inch)
	sum, n := 0.0, 0
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			g, w := opaque(film.Image[2].At(x, y)), opaque(want.At(x, y))
			sum += math.Abs(float64(g.R)-float64(w.R)) + math.Abs(float64(g.G)-float64(w.G)) + math.Abs(float64(g.B)-float64(w.B))
			n += 3
		}
	}
	if mean := sum / float64(n); mean > 2 {
		t.Errorf("colours are %.2f of 255 off on average, want at most 2", mean)
	}

	wantError(t, a.Save("film.png"), "film.png", ".gif")
	_, err = NewAnimation()
	wantError(t, err, "0 frames")
	_, err = NewAnimation(frames[0], nil)
	wantError(t, err, "frame 1 is nil")
	a.Delay = 0
	wantError(t, a.Save(path), "delays of 0 and 200")
	a.Delay, a.Width = 10, 11*vg.Inch
	wantError(t, a.Save(path), "10 inches")
}

// Points in front are not tinted by the mesh that they lie in.
func TestFrontPoints(t *testing.T) {
	for _, front := range []bool{false, true} {
		point := Points{X: []float64{0.5, -1, 1}, Y: []float64{0.52, 0, 1}, Z: []float64{0, -2, 2}, Color: blue, Radius: 8, Front: front}
		s := must1(NewScatter3D(point))(t)
		mesh := must1(NewMesh("", func(x, y float64) float64 { return 1 }, -1, 1, 0, 1, 9))(t)
		mesh.Color = vermillion
		s.Meshes, s.Orthographic, s.Elevation, s.Azimuth = []Mesh{mesh}, true, 90, -90
		if c := colorAt(t, s, vec3{0.5, 0.52, 0}); (c.R < 60) != front {
			t.Errorf("front %v: color %v", front, c)
		}
	}
}
