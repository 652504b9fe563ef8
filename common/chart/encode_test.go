package chart

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"gorgonia-lectures/common/internal/wording"
)

func TestEncodeIsDeterministic(t *testing.T) {
	again := samples()
	for i, s := range samples() {
		width, height := 0.625*s.width, 0.625*s.height
		if !bytes.Equal(made(SVG(s.picture, width, height)), made(SVG(again[i].picture, width, height))) {
			t.Errorf("%s: two SVGs of one picture differ", s.name)
		}
		if testing.Short() {
			continue
		}
		if !bytes.Equal(render(t, s.picture, width, height).Pix, render(t, again[i].picture, width, height).Pix) {
			t.Errorf("%s: two PNGs of one picture differ", s.name)
		}
	}
}

// elements is the number of elements of an SVG, and its images.
func elements(t *testing.T, file []byte) (n int, images []xml.StartElement) {
	t.Helper()
	for decoder := xml.NewDecoder(bytes.NewReader(file)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return n, images
		}
		if element, ok := made(token, err).(xml.StartElement); ok {
			n++
			if element.Name.Local == "image" {
				images = append(images, element)
			}
		}
	}
}

// An image of an SVG fills its rectangle, and has its media type.
func TestImagesOfSVG(t *testing.T) {
	s := made(NewSurface(func(x, y float64) float64 { return x }, 0, 1, 0, 1))
	_, images := elements(t, made(SVG(s, 6*vg.Inch, 3*vg.Inch)))
	for i, element := range images {
		attributes := map[string]string{}
		for _, a := range element.Attr {
			attributes[a.Name.Local] = a.Value
		}
		if attributes["preserveAspectRatio"] != "none" {
			t.Errorf("image %d keeps its proportions: %q", i, attributes["preserveAspectRatio"])
		}
		text, ok := strings.CutPrefix(attributes["href"], "data:image/png;base64,")
		if !ok {
			t.Fatalf("image %d is %.30q, want a PNG", i, attributes["href"])
		}
		made(png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text))))
	}
	if len(images) != 2 {
		t.Errorf("%d images, want the map and its scale", len(images))
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	bad := "a<b & \"c\" ]]> \x00\x01\n\xff \ufffe\uffff 한글 " + strings.Repeat("long ", 200)
	curves := made(NewCurves(Series{Name: bad, Values: []float64{1, 2}}))
	curves.Title, curves.XLabel, curves.YLabel = bad, bad, bad
	curves.References = []Reference{{bad, 1.5}}
	points := cloud(4)
	points.Name = bad
	scatter := made(NewScatter3D(points))
	scatter.Title, scatter.XLabel, scatter.YLabel, scatter.ZLabel = bad, bad, bad, bad
	network := made(NewNetwork([]int{1, 1}, nil, nil))
	network.Inputs, network.Outputs = []string{bad}, []string{bad}
	surface := made(NewSurface(xorAnswer, 0, 1, 0, 1))
	surface.Points, surface.Classes = []Point{{0.5, 0.5, 0}}, []string{bad}
	pictures := []Picture{
		curves, scatter, network, surface,
		made(NewBars([]string{bad, bad}, []float64{1, 2})),
		confused([]string{bad}, [][]int{{1}}),
		made(NewDigitGrid(1, 1, []Digit{{Pixels: ring(0), Title: bad}})),
	}
	for _, s := range samples() {
		pictures = append(pictures, s.picture)
	}
	for _, p := range pictures {
		if n, _ := elements(t, wholeSVG(t, p, 12*vg.Inch, 8*vg.Inch)); n < 4 {
			t.Errorf("%T: only %d elements", p, n)
		}
	}
}

// wholeSVG is SVG with a check that all coordinates are numbers.
func wholeSVG(t *testing.T, p Picture, width, height vg.Length) []byte {
	t.Helper()
	file, err := SVG(p, width, height)
	if err != nil {
		t.Fatalf("%T: %v", p, err)
	}
	if bytes.Contains(file, []byte("NaN")) || bytes.Contains(file, []byte("Inf")) {
		t.Errorf("%T of %g x %g points: a coordinate is not a number", p, float64(width), float64(height))
	}
	return file
}

func TestEncode(t *testing.T) {
	curves := made(NewCurves(Series{Name: "loss", Values: []float64{1, -1}}))
	curves.Width, curves.Height = 2*vg.Inch, 3*vg.Inch
	same := func(*Curves) {}
	for _, c := range []struct {
		name, file string
		change     func(c *Curves)
		facts      []string
	}{
		{"format", "p.jpg", same, []string{"p.jpg", `".jpg"`, ".png or .svg"}},
		{"no format", "p", same, []string{`""`, ".png or .svg"}},
		{"picture", "p.png", func(c *Curves) { c.LogY = true }, []string{"loss", "-1"}},
		{"width of 0", "p.png", func(c *Curves) { c.Width = 0 }, []string{"0 x 3 inches", "1 to 40"}},
		{"negative width", "p.png", func(c *Curves) { c.Width = -vg.Inch }, []string{"-1 x 3 inches", "1 to 40"}},
		{"small height", "p.png", func(c *Curves) { c.Height = vg.Inch / 2 }, []string{"2 x 0.5 inches", "1 to 40"}},
		{"large height", "p.png", func(c *Curves) { c.Height = 1000 * vg.Inch }, []string{"2 x 1000 inches", "1 to 40"}},
		{"NaN height", "p.png", func(c *Curves) { c.Height = vg.Length(nan) }, []string{"2 x NaN inches", "1 to 40"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := *curves
			c.change(&changed)
			_, err := changed.Encode(c.file)
			wording.Check(t, err, append(c.facts, "chart: ")...)
		})
	}
	// 96 dots per inch, on white paper.
	img := made(png.Decode(bytes.NewReader(made(curves.Encode("p.png")))))
	if want := image.Rect(0, 0, 2*96, 3*96); img.Bounds() != want {
		t.Errorf("bounds %v, want %v", img.Bounds(), want)
	}
	if r, g, b, a := img.At(0, 0).RGBA(); r&g&b&a != 0xFFFF {
		t.Errorf("the corner is %v, want white paper", img.At(0, 0))
	}
	elements(t, made(curves.Encode("q.SVG")))
}

// Every picture survives the smallest side and odd shapes, except panels, which need room.
func TestExtremeSizes(t *testing.T) {
	for _, s := range samples() {
		for _, size := range [][2]vg.Length{{1, 1}, {1, 6}, {6, 1}} {
			if s.name == "panels" {
				_, err := SVG(s.picture, size[0]*vg.Inch, size[1]*vg.Inch)
				wording.Check(t, err, "no room for picture 0", "want 0.5")
				continue
			}
			wholeSVG(t, s.picture, size[0]*vg.Inch, size[1]*vg.Inch)
			if size[0] == size[1] { // of the other sizes the layout is that of the SVG
				render(t, s.picture, vg.Inch, vg.Inch)
			}
		}
	}
}

// Draw stays inside the canvas that it gets.
func TestDrawStaysInside(t *testing.T) {
	for _, s := range samples() {
		img := render(t, cropped{s.picture}, 6*vg.Inch, 5*vg.Inch)
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

type cropped struct{ Picture }

func (p cropped) Draw(c draw.Canvas) error { return p.Picture.Draw(draw.Crop(c, 40, -50, 60, -70)) }
