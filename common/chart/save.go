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

	"gorgonia-lectures/common/internal/atomicfile"
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

// save draws p in memory and replaces the file at path in one step, so that a failure leaves an earlier file unchanged.
func save(path string, width, height vg.Length, p Picture) error {
	ext := strings.ToLower(filepath.Ext(path))
	if ext != ".png" && ext != ".svg" {
		return fmt.Errorf("chart: %s: extension %q, want .png or .svg", text.Brief(path), filepath.Ext(path))
	}
	if err := checkSize(path, width, height); err != nil {
		return err
	}
	var file []byte
	var err error
	if ext == ".png" {
		file, err = encodeOn(vgimg.PngCanvas{Canvas: vgimg.New(width, height)}, p)
	} else {
		file, err = SVG(p, width, height)
	}
	if err != nil {
		return err
	}
	return write(path, file)
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
func checkSize(path string, width, height vg.Length) error {
	if min(width, height) >= minSide && max(width, height) <= maxSide {
		return nil
	}
	return fmt.Errorf("chart: %s: width and height of %g x %g inches, want %g to %g", text.Brief(path),
		float64(width/vg.Inch), float64(height/vg.Inch), float64(minSide/vg.Inch), float64(maxSide/vg.Inch))
}

// write replaces the file at path.
func write(path string, file []byte) error {
	if err := atomicfile.Write(path, file); err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	return nil
}
