package chart

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/plot/cmpimg"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew")

// picture is what every kind offers.
type picture interface {
	Picture
	Save(path string) error
}

// named is one picture of the set that several tests go through.
type named struct {
	name    string
	picture picture
	width   *vg.Length
	height  *vg.Length
}

// must ends the test if a New failed.
func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// wave is a curve without randomness.
func wave(n int, f func(x float64) float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = f(float64(i) / float64(n))
	}
	return values
}

// cloud is a few points around a slanted plane.
func cloud(n int) Points {
	p := Points{Name: "data"}
	for i := range n {
		x, y := math.Mod(float64(i)*0.618, 1), math.Mod(float64(i)*0.414, 1)
		p.X = append(p.X, 20+80*x)
		p.Y = append(p.Y, 10+60*y)
		p.Z = append(p.Z, 80+33*x+310*y+40*math.Sin(float64(5*i)))
	}
	return p
}

// ring is a digit zero; turn shifts it.
func ring(turn int) []uint8 {
	pixels := make([]uint8, digitSide*digitSide)
	for y := range digitSide {
		for x := range digitSide {
			d := math.Hypot(float64(x-13-turn), float64(y)-13.5)
			pixels[y*digitSide+x] = uint8(255 * math.Max(0, math.Min(1, 2.5-math.Abs(d-8))))
		}
	}
	return pixels
}

// matrix is a weight matrix without randomness.
func matrix(in, out int) [][]float64 {
	m := make([][]float64, in)
	for i := range m {
		m[i] = wave(out, func(x float64) float64 { return math.Sin(13*x + 7*float64(i)) })
	}
	return m
}

func xorAnswer(x, y float64) float64 {
	h := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	return h(8*h(5*x+5*y-2.2) - 8.4*h(3.6*x+3.6*y-5.4) - 3.7)
}

// samples makes every kind of picture, four inches wide.
func samples(t testing.TB) []named {
	var all []named
	add := func(name string, p picture, width, height *vg.Length) {
		*width, *height = 4*vg.Inch, 3.2*vg.Inch
		if name == "panels" {
			*width, *height = 8*vg.Inch, 6*vg.Inch
		}
		all = append(all, named{name, p, width, height})
	}
	fall := wave(12, func(x float64) float64 { return 0.3 * math.Exp(-3*x) })
	rise := wave(12, func(x float64) float64 { return 1 - 0.1*math.Exp(-3*x) })
	late := wave(12, func(x float64) float64 { return 0.2 * math.Exp(-x) })
	late[4] = math.NaN()
	four, err := NewCurves(Series{Name: "loss", Values: fall}, Series{Name: "accuracy", Values: rise},
		Series{Name: "val_loss", Values: late}, Series{Name: "val_accuracy", Values: rise[:9]})
	must(t, four, err).Title = "Curves"
	add("curves", four, &four.Width, &four.Height)

	long := wave(100000, func(x float64) float64 { return 2000 + 1e5*math.Exp(-12*x) })
	long[70000] = 90000
	log, err := NewCurves(Series{Name: "loss", Values: long})
	must(t, log, err).LogY = true
	log.YLabel = "mean squared error"
	log.References = []Reference{{"least squares 1712.2", 1712.2}}
	add("log", log, &log.Width, &log.Height)

	one := must1(NewCurves(Series{Name: "loss", Values: []float64{0.4}}, Series{Name: "accuracy", Values: []float64{0.9}}))(t)
	add("one_epoch", one, &one.Width, &one.Height)

	scatter := must1(NewScatter3D(cloud(25)))(t)
	scatter.XLabel, scatter.YLabel, scatter.ZLabel = "Weight", "Age", "Blood fat"
	add("scatter", scatter, &scatter.Width, &scatter.Height)

	plane := func(x, y float64) float64 { return 78 + 0.4*x + 5.2*y }
	meshed := must1(NewScatter3D(cloud(25)))(t)
	meshed.Meshes = []Mesh{must1(NewMesh("plane", plane, 20, 100, 10, 70, 9))(t)}
	meshed.Elevation, meshed.Azimuth, meshed.Orthographic = 30, -60, true
	add("mesh", meshed, &meshed.Width, &meshed.Height)

	grid := must1(NewDigitGrid(2, 3, []Digit{Wrong(ring(0), 4, 9), Wrong(ring(2), 0, 6), Wrong(ring(-2), 7, 1),
		Wrong(ring(3), 2, 8)}))(t)
	add("digits", grid, &grid.Width, &grid.Height)

	xor := must1(NewNetwork([]int{2, 2, 1}, [][][]float64{{{5.1, -3.4}, {5.3, -3.6}}, {{7.1}, {-6.9}}},
		[][]float64{{-2.1, 5.2}, {-3.3}}))(t)
	xor.Inputs, xor.Outputs = []string{"x1", "x2"}, []string{"y"}
	add("network", xor, &xor.Width, &xor.Height)

	wide := must1(NewNetwork([]int{4, 32, 32, 3}, [][][]float64{matrix(4, 32), matrix(32, 32), matrix(32, 3)}, nil))(t)
	wide.Outputs = []string{"setosa", "versicolor", "virginica"}
	add("wide_network", wide, &wide.Width, &wide.Height)

	surface := must1(NewSurface(xorAnswer, -0.25, 1.25, -0.25, 1.25))(t)
	surface.Classes = []string{"same", "different"}
	surface.Points = []Point{{0, 0, 0, "0, 0"}, {1, 0, 1, "1, 0"}, {0, 1, 1, "0, 1"}, {1, 1, 0, "1, 1"}}
	add("surface", surface, &surface.Width, &surface.Height)

	bars := must1(NewBars([]string{"0", "1", "2", "3", "4"}, []float64{0, 0, 3, 24, 73}))(t)
	bars.XLabel, bars.YLabel = "right answers", "seeds"
	add("bars", bars, &bars.Width, &bars.Height)

	confusion := must1(NewConfusion([]string{"setosa", "versicolor", "virginica"},
		[][]int{{10, 0, 0}, {0, 9, 1}, {0, 2, 8}}))(t)
	add("confusion", confusion, &confusion.Width, &confusion.Height)
	for _, more := range moreSamples(t) {
		add(more.name, more.picture, more.width, more.height)
	}
	return all
}

// must1 takes the results of a New and ends the test if it failed.
func must1[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		return must(t, v, err)
	}
}

// render draws a picture as Save does for a PNG.
func render(t testing.TB, p Picture, width, height vg.Length) *image.RGBA {
	t.Helper()
	canvas := vgimg.New(width, height)
	if err := p.Draw(draw.New(canvas)); err != nil {
		t.Fatal(err)
	}
	return canvas.Image().(*image.RGBA)
}

// apart says how two pictures differ, "" if they agree. Another machine may fuse a multiplication and an
// addition, which moves an edge by a sixty-fourth of a pixel; anything that is
// missing or moved changes many pixels by far more than the tolerance.
func apart(got, want image.Image) string {
	const tolerance = 24 // of 255
	if got.Bounds() != want.Bounds() {
		return fmt.Sprintf("size %v, want %v", got.Bounds(), want.Bounds())
	}
	differing, first := 0, ""
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			g := color.RGBAModel.Convert(got.At(x, y)).(color.RGBA)
			w := color.RGBAModel.Convert(want.At(x, y)).(color.RGBA)
			for _, d := range []int{int(g.R) - int(w.R), int(g.G) - int(w.G), int(g.B) - int(w.B)} {
				if max(d, -d) > tolerance {
					differing++
					if first == "" {
						first = fmt.Sprintf("at (%d, %d) %v, want %v", x, y, g, w)
					}
					break
				}
			}
		}
	}
	if differing > 0 {
		return fmt.Sprintf("%d pixels differ, the first %s", differing, first)
	}
	return ""
}

// encode is a picture as a PNG file.
func encode(t testing.TB, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// The pictures in testdata were looked at, one by one, when they were made. Make them anew with
// go test ./common/chart -run TestGolden -update, and look again.
func TestGolden(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			path := filepath.Join("testdata", s.name+".png")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := s.picture.Save(path); err != nil {
					t.Fatal(err)
				}
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := png.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			got := render(t, s.picture, *s.width, *s.height)
			// Two measures: gonum's, of colours as an eye sees them, and our own, which also says where.
			const difference = 0.1 // of the largest that there is
			if same, err := cmpimg.EqualApprox("png", encode(t, got), file, difference); err != nil || !same {
				t.Errorf("cmpimg: equal %v, error %v", same, err)
			}
			if difference := apart(got, want); difference != "" {
				got := filepath.Join(t.ArtifactDir(), s.name+".png")
				t.Errorf("%s (run with -update and look at the new picture; %v)", difference, s.picture.Save(got))
			}
		})
	}
}

// A golden test proves nothing if its comparison overlooks a small change.
func TestGoldenComparisonSeesSmallChanges(t *testing.T) {
	bars := must1(NewBars([]string{"a", "b"}, []float64{3, 4}))(t)
	base := render(t, bars, 4*vg.Inch, 3*vg.Inch)
	if d := apart(base, base); d != "" {
		t.Errorf("a picture differs from itself: %s", d)
	}
	for name, change := range map[string]func(*Bars){
		"one letter":  func(b *Bars) { b.Names = []string{"a", "d"} },
		"color":       func(b *Bars) { b.Color = green },
		"a value":     func(b *Bars) { b.Values = []float64{3.03, 4} },
		"axis label":  func(b *Bars) { b.XLabel = "." },
		"no numbers":  func(b *Bars) { b.HideValues = true },
		"extra title": func(b *Bars) { b.Title = "t" },
	} {
		changed := *bars
		change(&changed)
		if apart(render(t, &changed, 4*vg.Inch, 3*vg.Inch), base) == "" {
			t.Errorf("%s: change not seen", name)
		}
	}
	if apart(render(t, bars, 4*vg.Inch, 3.5*vg.Inch), base) == "" {
		t.Error("size: change not seen")
	}
}
