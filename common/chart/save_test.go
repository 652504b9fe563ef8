package chart

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// wantError checks that err is there and names each of the parts.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	for _, part := range append(parts, "chart: ") {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q has more than one line", err)
	}
}

func TestSaveIsDeterministic(t *testing.T) {
	for _, s := range samples(t) {
		*s.width, *s.height = 2.5*vg.Inch, 2*vg.Inch
		if s.name == "panels" {
			*s.width, *s.height = 5*vg.Inch, 4*vg.Inch
		}
		for _, ext := range []string{".PNG", ".svg"} {
			var files [2][]byte
			for i := range files {
				path := filepath.Join(t.TempDir(), s.name+ext)
				if err := s.picture.Save(path); err != nil {
					t.Fatal(err)
				}
				files[i] = must1(os.ReadFile(path))(t)
			}
			if !bytes.Equal(files[0], files[1]) {
				t.Errorf("%s%s: two files of one picture differ", s.name, ext)
			}
		}
	}
}

// An image of an SVG fills its rectangle, and says what it is.
func TestImagesOfSVG(t *testing.T) {
	s := must1(NewSurface(func(x, y float64) float64 { return x }, 0, 1, 0, 1))(t)
	file := must1(SVG(s, 6*vg.Inch, 3*vg.Inch))(t)
	images := 0
	for decoder := xml.NewDecoder(bytes.NewReader(file)); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		element, ok := must1(token, err)(t).(xml.StartElement)
		if !ok || element.Name.Local != "image" {
			continue
		}
		images++
		attributes := map[string]string{}
		for _, a := range element.Attr {
			attributes[a.Name.Local] = a.Value
		}
		if attributes["preserveAspectRatio"] != "none" {
			t.Errorf("image %d keeps its proportions: %q", images, attributes["preserveAspectRatio"])
		}
		text, ok := strings.CutPrefix(attributes["href"], "data:image/png;base64,")
		if !ok {
			t.Fatalf("image %d is %.30q, want a PNG", images, attributes["href"])
		}
		must1(png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text))))(t)
	}
	if images != 2 {
		t.Errorf("%d images, want the map and its scale", images)
	}
}

func TestSavedSizeIs96DotsPerInch(t *testing.T) {
	bars := must1(NewBars([]string{"a"}, []float64{1}))(t)
	path := filepath.Join(t.TempDir(), "bars.png")
	if err := bars.Save(path); err != nil {
		t.Fatal(err)
	}
	img := must1(png.Decode(bytes.NewReader(must1(os.ReadFile(path))(t))))(t)
	if want := image.Rect(0, 0, 12*96, 8*96); img.Bounds() != want {
		t.Errorf("bounds %v, want %v", img.Bounds(), want)
	}
	if r, g, b, a := img.At(0, 0).RGBA(); r&g&b&a != 0xFFFF {
		t.Errorf("the corner is %v, want white paper", img.At(0, 0))
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	bad := "a<b & \"c\" ]]> \x00\x01\n\xff \ufffe\uffff 한글 " + strings.Repeat("long ", 200)
	curves := must1(NewCurves(Series{Name: bad, Values: []float64{1, 2}}))(t)
	curves.Title, curves.XLabel, curves.YLabel = bad, bad, bad
	curves.References = []Reference{{bad, 1.5}}
	scatter := must1(NewScatter3D(cloud(4)))(t)
	scatter.Clouds[0].Name = bad
	scatter.Title, scatter.XLabel, scatter.YLabel, scatter.ZLabel = bad, bad, bad, bad
	network := must1(NewNetwork([]int{1, 1}, nil, nil))(t)
	network.Inputs, network.Outputs, network.Layers = []string{bad}, []string{bad}, []string{bad, bad}
	surface := must1(NewSurface(xorAnswer, 0, 1, 0, 1))(t)
	surface.Points, surface.Classes = []Point{{0.5, 0.5, 0, bad}}, []string{bad}
	pictures := []picture{
		curves, scatter, network, surface,
		must1(NewBars([]string{bad, bad}, []float64{1, 2}))(t),
		must1(NewConfusion([]string{bad}, [][]int{{1}}))(t),
		must1(NewDigitGrid(1, 1, []Digit{{Pixels: ring(0), Title: bad}}))(t),
	}
	for _, s := range samples(t) {
		pictures = append(pictures, s.picture)
	}
	for _, p := range pictures {
		path := filepath.Join(t.TempDir(), "p.svg")
		if err := p.Save(path); err != nil {
			t.Fatalf("%T: %v", p, err)
		}
		file := must1(os.ReadFile(path))(t)
		if bytes.Contains(file, []byte("NaN")) || bytes.Contains(file, []byte("Inf")) {
			t.Errorf("%T: a coordinate is not a number", p)
		}
		decoder := xml.NewDecoder(bytes.NewReader(file))
		elements := 0
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%T: %v", p, err)
			}
			if _, ok := token.(xml.StartElement); ok {
				elements++
			}
		}
		if elements < 4 {
			t.Errorf("%T: only %d elements", p, elements)
		}
	}
}

// A failed Save leaves the file that was there, and nothing else.
func TestSaveIsAtomic(t *testing.T) {
	directory := t.TempDir()
	old := []byte("the picture of yesterday")
	for _, name := range []string{"p.png", "p.jpg", "p"} {
		if err := os.WriteFile(filepath.Join(directory, name), old, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	curves := must1(NewCurves(Series{Name: "loss", Values: []float64{1, 2}}))(t)
	curves.Width, curves.Height = 2*vg.Inch, 2*vg.Inch
	wantError(t, curves.Save(filepath.Join(directory, "p.jpg")), "p.jpg", `".jpg"`, ".png or .svg")
	wantError(t, curves.Save(filepath.Join(directory, "p")), "p", `""`, ".png or .svg")
	broken := *curves
	broken.LogY, broken.Series = true, []Series{{Name: "loss", Values: []float64{-1}}}
	wantError(t, broken.Save(filepath.Join(directory, "p.png")), "loss", "-1")
	broken = *curves
	for _, side := range []vg.Length{0, -1, vg.Inch / 2, 1000 * vg.Inch, vg.Length(math.NaN()), vg.Length(math.Inf(1))} {
		broken.Width = side
		wantError(t, broken.Save(filepath.Join(directory, "p.png")), "width", "want 1 to 40")
	}
	missing := filepath.Join(directory, "no", "p.png")
	if err := curves.Save(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing directory: %v, want fs.ErrNotExist", err)
	} else {
		wantError(t, err, missing)
	}
	wantError(t, curves.Save(filepath.Join(directory, "p", "p.png")), "is a file, want a directory")
	if err := os.Mkdir(filepath.Join(directory, "d.png"), 0o755); err != nil {
		t.Fatal(err)
	}
	wantError(t, curves.Save(filepath.Join(directory, "d.png")), "d.png", "a folder, want a file")

	for _, name := range []string{"p.png", "p.jpg", "p"} {
		if got := must1(os.ReadFile(filepath.Join(directory, name)))(t); !bytes.Equal(got, old) {
			t.Errorf("%s changed", name)
		}
	}
	if entries := must1(os.ReadDir(directory))(t); len(entries) != 4 {
		t.Errorf("%v in the directory, want the four that were there", entries)
	}
	if err := curves.Save(filepath.Join(directory, "p.png")); err != nil {
		t.Fatal(err)
	}
	if got := must1(os.ReadFile(filepath.Join(directory, "p.png")))(t); !bytes.HasPrefix(got, []byte("\x89PNG")) {
		t.Error("p.png was not replaced")
	}
}

// Every picture survives the smallest side and odd shapes.
func TestExtremeSizes(t *testing.T) {
	crowd := make([]Series, maxSeries)
	for i := range crowd {
		crowd[i] = Series{Name: strings.Repeat("name ", i+1), Values: []float64{float64(i), 1}}
	}
	crowded := must1(NewCurves(crowd...))(t)
	all := append(samples(t), named{"crowd", crowded, &crowded.Width, &crowded.Height})
	for _, s := range all {
		for _, size := range [][2]vg.Length{{1, 1}, {1, 6}, {6, 1}} {
			*s.width, *s.height = size[0]*vg.Inch, size[1]*vg.Inch
			for _, ext := range []string{".svg", ".png"} {
				if ext == ".png" && size[0] != size[1] {
					continue // the same layout as in the SVG
				}
				path := filepath.Join(t.TempDir(), "p"+ext)
				err := s.picture.Save(path)
				if s.name == "panels" {
					wantError(t, err, "no room for picture 0", "at least 0.5")
					continue
				}
				if err != nil {
					t.Errorf("%s of %v inches: %v", s.name, size, err)
				}
				if ext == ".svg" && bytes.Contains(must1(os.ReadFile(path))(t), []byte("NaN")) {
					t.Errorf("%s of %v inches: a coordinate is not a number", s.name, size)
				}
			}
		}
	}
}

// Draw stays inside the part of a canvas that it was given.
func TestDrawStaysInside(t *testing.T) {
	for _, s := range samples(t) {
		inner := func(c draw.Canvas) error {
			return s.picture.Draw(draw.Crop(c, 40, -50, 60, -70))
		}
		img := render(t, drawFunc(inner), 6*vg.Inch, 5*vg.Inch)
		// The crop in pixels, with one pixel for smooth edges.
		inside := image.Rect(40*96/72, 70*96/72, 6*96-50*96/72, 5*96-60*96/72).Inset(-1)
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if c := img.RGBAAt(x, y); !(image.Point{x, y}).In(inside) && (c.R < 250 || c.G < 250 || c.B < 250) {
					t.Fatalf("%s: ink at (%d, %d), outside %v", s.name, x, y, inside)
				}
			}
		}
	}
}

type drawFunc func(c draw.Canvas) error

func (f drawFunc) Draw(c draw.Canvas) error { return f(c) }

func readFile(path string) (string, error) {
	file, err := os.ReadFile(path)
	return string(file), err
}
