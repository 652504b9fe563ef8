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
	"slices"
	"testing"

	"gonum.org/v1/plot/cmpimg"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew")

// named is one picture of the set that several tests go through.
type named struct {
	name          string
	picture       Picture
	width, height vg.Length // of its golden file
}

// made is the result of a New that must not fail.
func made[T any](v T, err error) T {
	if err != nil {
		panic(err)
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

// ring is a digit zero, some pixels to the right.
func ring(right int) []uint8 {
	pixels := make([]uint8, digitSide*digitSide)
	for y := range digitSide {
		for x := range digitSide {
			d := math.Hypot(float64(x-13-right), float64(y)-13.5)
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

// samples makes every kind of picture.
func samples() []named {
	var all []named
	add := func(name string, p Picture) { all = append(all, named{name, p, 4 * vg.Inch, 3.2 * vg.Inch}) }
	fall := wave(12, func(x float64) float64 { return 0.3 * math.Exp(-3*x) })
	rise := wave(12, func(x float64) float64 { return 1 - 0.1*math.Exp(-3*x) })
	late := wave(12, func(x float64) float64 { return 0.2 * math.Exp(-x) })
	late[4] = math.NaN()
	four := made(NewCurves(Series{Name: "loss", Values: fall}, Series{Name: "accuracy", Values: rise},
		Series{Name: "val_loss", Values: late}, Series{Name: "val_accuracy", Values: rise[:9]}))
	four.Title = "Curves"
	add("curves", four)

	long := wave(100000, func(x float64) float64 { return 2000 + 1e5*math.Exp(-12*x) })
	long[70000] = 90000
	log := made(NewCurves(Series{Name: "loss", Values: long}))
	log.LogY, log.YLabel = true, "mean squared error"
	log.References = []Reference{{"least squares 1712.2", 1712.2}}
	add("log", log)
	add("one_epoch", made(NewCurves(
		Series{Name: "loss", Values: []float64{0.4}}, Series{Name: "accuracy", Values: []float64{0.9}})))

	middle := wave(40, func(x float64) float64 { return math.Exp(-4 * x) })
	low, high := slices.Clone(middle), slices.Clone(middle)
	for i := range middle {
		low[i], high[i] = middle[i]*0.7, middle[i]*1.6
	}
	high[20] = math.NaN()
	band := made(NewCurves(Series{Name: "Adam", Values: middle, Low: low, High: high},
		Series{Name: "seeds", Values: wave(40, func(x float64) float64 { return 1 - x })},
		Series{Name: "seeds", Values: wave(40, func(x float64) float64 { return 0.9 - 0.8*x })}))
	band.LogY, band.YLabel, band.YMin, band.YMax = true, "a long label of the values", 0.001, 10
	add("band", band)

	scatter := made(NewScatter3D(cloud(25)))
	scatter.XLabel, scatter.YLabel, scatter.ZLabel = "Weight", "Age", "Blood fat"
	add("scatter", scatter)
	plane := func(x, y float64) float64 { return 78 + 0.4*x + 5.2*y }
	meshed := made(NewScatter3D(cloud(25)))
	meshed.Meshes = []Mesh{made(NewMesh("plane", plane, 20, 100, 10, 70, 9))}
	meshed.Elevation, meshed.Azimuth = 30, -60
	add("mesh", meshed)

	add("digits", made(NewDigitGrid(2, 3, []Digit{
		Wrong(ring(0), "4", "9"), Wrong(ring(2), "0", "6"), Wrong(ring(-2), "7", "1"), Wrong(ring(3), "2", "8")})))
	xor := made(NewNetwork([]int{2, 2, 1}, [][][]float64{{{5.1, -3.4}, {5.3, -3.6}}, {{7.1}, {-6.9}}},
		[][]float64{{-2.1, 5.2}, {-3.3}}))
	xor.Inputs, xor.Outputs = []string{"x1", "x2"}, []string{"y"}
	add("network", xor)
	wide := made(NewNetwork([]int{4, 32, 32, 3}, [][][]float64{matrix(4, 32), matrix(32, 32), matrix(32, 3)}, nil))
	wide.Outputs = []string{"setosa", "versicolor", "virginica"}
	add("wide_network", wide)

	surface := made(NewSurface(xorAnswer, -0.25, 1.25, -0.25, 1.25))
	surface.Classes = []string{"same", "different"}
	surface.Points = []Point{{0, 0, 0}, {1, 0, 1}, {0, 1, 1}, {1, 1, 0}}
	add("surface", surface)
	bars := made(NewBars([]string{"0", "1", "2", "3", "4"}, []float64{0, 0, 3, 24, 73}))
	bars.XLabel, bars.YLabel = "right answers", "seeds"
	add("bars", bars)
	add("confusion", confused([]string{"setosa", "versicolor", "virginica"}, [][]int{{10, 0, 0}, {0, 9, 1}, {0, 2, 8}}))

	crossed := func(title string) *Surface {
		s := made(NewSurface(xorAnswer, -0.25, 1.25, -0.25, 1.25))
		s.Lines, s.Contours, s.Resolution = []Line{made(Straight("border", 1, 1, -1, 10))}, []float64{0.2, 0.8}, 40
		s.Points, s.Classes, s.Title = []Point{{X: 1, Y: 1}, {X: 0, Y: 1, Class: 1}}, []string{"zero", "one"}, title
		return s
	}
	panels := made(NewPanels(2, crossed("first"), crossed("second"), made(NewBars([]string{"a", "b"}, []float64{1, 2}))))
	panels.Title, panels.Heights = "Panels", []float64{2, 1}
	all = append(all, named{"panels", panels, 8 * vg.Inch, 6 * vg.Inch})

	signed := made(NewTiles(3, Tile{"1", 2, []float64{1, -1, 0, 0.5, math.NaN(), -0.2}}, Tile{"2", 3, wave(9, math.Sin)},
		Tile{"", 1, []float64{-1, 1}}, Tile{"4", 2, []float64{0, 0, 0, 0}}))
	signed.Signed, signed.Title = true, "Tiles"
	add("tiles", signed)

	points := cloud(60)
	var rows [][]float64
	var labels []int
	for i := range points.X {
		p := points.point(i)
		rows, labels = append(rows, p[:]), append(labels, i%3)
	}
	add("matrix", made(NewScatterMatrix([]string{"weight", "age", "blood fat"}, rows, []string{"a", "b", "c"}, labels)))
	return all
}

// render draws a picture as Encode does for a PNG.
func render(t testing.TB, p Picture, width, height vg.Length) *image.RGBA {
	t.Helper()
	canvas := vgimg.New(width, height)
	if err := p.Draw(draw.New(canvas)); err != nil {
		t.Fatal(err)
	}
	return canvas.Image().(*image.RGBA)
}

// apart says how two pictures differ, "" if they agree. Another machine may fuse a multiplication and an addition,
// which moves an edge by a sixty-fourth of a pixel; anything missing or moved changes many pixels by far more than the
// tolerance.
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

// encodePNG is a picture as a PNG file.
func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// To write the pictures in testdata, run go test ./common/chart -run TestGolden -update, and look at each of them.
func TestGolden(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			path := filepath.Join("testdata", s.name+".png")
			img := render(t, s.picture, s.width, s.height)
			got := encodePNG(t, img)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			file := made(os.ReadFile(path))
			// Two measures: gonum's, of colours as an eye sees them, and our own, which also says where.
			const difference = 0.1 // of the largest that there is
			if same, err := cmpimg.EqualApprox("png", got, file, difference); err != nil || !same {
				t.Errorf("cmpimg: equal %v, error %v", same, err)
			}
			if difference := apart(img, made(png.Decode(bytes.NewReader(file)))); difference != "" {
				saved := filepath.Join(t.ArtifactDir(), s.name+".png")
				t.Errorf("%s (run with -update and look at the new picture; %v)", difference, os.WriteFile(saved, got, 0o644))
			}
		})
	}
}

// A golden test proves nothing if its comparison overlooks a small change.
func TestGoldenComparisonSeesSmallChanges(t *testing.T) {
	bars := *made(NewBars([]string{"a", "b"}, []float64{3, 4}))
	base := render(t, &bars, 4*vg.Inch, 3*vg.Inch)
	if d := apart(base, base); d != "" {
		t.Errorf("a picture differs from itself: %s", d)
	}
	for _, c := range []struct {
		name   string
		height vg.Length
		change func(*Bars)
	}{
		{"one letter", 3, func(b *Bars) { b.names = []string{"a", "d"} }},
		{"a value", 3, func(b *Bars) { b.values = []float64{3.03, 4} }},
		{"axis label", 3, func(b *Bars) { b.XLabel = "." }},
		{"no numbers", 3, func(b *Bars) { b.HideValues = true }},
		{"extra title", 3, func(b *Bars) { b.Title = "t" }},
		{"size", 3.5, func(*Bars) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := bars
			c.change(&changed)
			if apart(render(t, &changed, 4*vg.Inch, c.height*vg.Inch), base) == "" {
				t.Error("change not seen")
			}
		})
	}
}
