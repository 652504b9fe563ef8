package chart

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"gorgonia-lectures/common/internal/text"
)

// The limits of a picture's side: an inch has room for axes, and 40 inches at 96 dots per inch are 3840 pixels, which
// bounds the memory.
const (
	minSide = 1 * vg.Inch
	maxSide = 40 * vg.Inch
)

// Picture fills a canvas or returns an error.
type Picture interface {
	Draw(c draw.Canvas) error
}

// encode is the content of a file of that name with p on it.
func encode(name string, width, height vg.Length, p Picture) ([]byte, error) {
	ext := strings.ToLower(filepath.Ext(name))
	if ext != ".png" && ext != ".svg" {
		return nil, fmt.Errorf("chart: %s: extension %q, want .png or .svg", text.Brief(name), filepath.Ext(name))
	}
	if err := checkSize(name, width, height); err != nil {
		return nil, err
	}
	if ext == ".svg" {
		return SVG(p, width, height)
	}
	return encodeOn(vgimg.PngCanvas{Canvas: vgimg.New(width, height)}, p)
}

// SVG is p in the given size, for a page.
func SVG(p Picture, width, height vg.Length) ([]byte, error) {
	file, err := encodeOn(vgsvg.New(width, height), p)
	return []byte(svgFixes.Replace(string(file))), err
}

// svgFixes corrects what gonum/plot writes. It adds fonts of the same or nearly the same widths, for a reader without
// ours. An image fills its rectangle, as in a PNG, where by default it keeps its proportions and leaves a margin. And
// the image is a PNG, not a JPEG.
var svgFixes = strings.NewReplacer(
	"font-family:Liberation Sans;", "font-family:Liberation Sans,Arimo,Arial,Helvetica,sans-serif;",
	"<image x=", `<image preserveAspectRatio="none" x=`,
	`xlink:href="data:image/jpg;base64,`, `xlink:href="data:image/png;base64,`,
)

// encodeOn draws p on the canvas and returns its file.
func encodeOn(canvas vg.CanvasWriterTo, p Picture) ([]byte, error) {
	if err := p.Draw(draw.New(canvas)); err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if _, err := canvas.WriteTo(&file); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

// checkSize reports a picture that is too small or too large.
func checkSize(name string, width, height vg.Length) error {
	if min(width, height) >= minSide && max(width, height) <= maxSide {
		return nil
	}
	return fmt.Errorf("chart: %s: width and height of %g x %g inches, want %g to %g", text.Brief(name),
		float64(width/vg.Inch), float64(height/vg.Inch), float64(minSide/vg.Inch), float64(maxSide/vg.Inch))
}
