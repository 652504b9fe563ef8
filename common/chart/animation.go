package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Animation shows pictures one after another, for ever.
type Animation struct {
	Frames        []Picture
	Delay, Hold   int // hundredths of a second that a frame stands, and the last one
	Width, Height vg.Length
}

// maxFrames bounds the memory of an animation.
const maxFrames = 500

// NewAnimation makes a film of 5 x 4.5 inches with ten frames a second that rests on the last one for two seconds.
func NewAnimation(frames ...Picture) (*Animation, error) {
	a := &Animation{Frames: frames, Delay: 10, Hold: 200, Width: 5 * vg.Inch, Height: 4.5 * vg.Inch}
	if err := a.check(); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *Animation) check() error {
	if len(a.Frames) == 0 || len(a.Frames) > maxFrames {
		return fmt.Errorf("chart: animation: %d frames, want 1 to %d", len(a.Frames), maxFrames)
	}
	for i, frame := range a.Frames {
		if frame == nil {
			return fmt.Errorf("chart: animation: frame %d is nil", i)
		}
	}
	if a.Delay < 1 || a.Delay > 6000 || a.Hold < 1 || a.Hold > 6000 {
		return fmt.Errorf("chart: animation: delays of %d and %d hundredths of a second, want 1 to 6000", a.Delay, a.Hold)
	}
	if a.Width > 10*vg.Inch || a.Height > 10*vg.Inch {
		return errors.New("chart: animation: wider or higher than 10 inches")
	}
	return nil
}

// Save writes the animation to path, a .gif file, at 96 dots per inch.
func (a *Animation) Save(path string) error {
	if ext := filepath.Ext(path); strings.ToLower(ext) != ".gif" {
		return fmt.Errorf("chart: %s: extension %q, want .gif", path, ext)
	}
	if err := a.check(); err != nil {
		return err
	}
	if err := checkTarget(path, a.Width, a.Height); err != nil {
		return err
	}
	film := &gif.GIF{}
	colors := newReducer()
	for i, frame := range a.Frames {
		canvas := vgimg.NewWith(vgimg.UseWH(a.Width, a.Height), vgimg.UseDPI(96))
		if err := frame.Draw(draw.New(canvas)); err != nil {
			return fmt.Errorf("chart: animation: frame %d: %w", i, err)
		}
		film.Image = append(film.Image, colors.reduce(canvas.Image()))
		film.Delay = append(film.Delay, a.Delay)
	}
	film.Delay[len(film.Delay)-1] = a.Hold
	var file bytes.Buffer
	if err := gif.EncodeAll(&file, film); err != nil {
		return fmt.Errorf("chart: %s: %w", path, err)
	}
	return write(path, file.Bytes())
}

// reducer finds the nearest of the 256 colours that a GIF can have. They are those of our pictures:
// greys, the shades of a surface, and each colour of Palette on its way to paper. As they are the same
// for all frames, nothing flickers.
type reducer struct {
	palette color.Palette
	known   map[color.RGBA]uint8
}

func newReducer() *reducer {
	r := &reducer{known: map[color.RGBA]uint8{}}
	const greys, shades, tints = 48, 128, 10
	for i := range greys {
		v := uint8(i * 255 / (greys - 1))
		r.palette = append(r.palette, color.RGBA{v, v, v, 255})
	}
	for _, c := range moreland.SmoothBlueRed().Palette(shades).Colors() {
		r.palette = append(r.palette, mix(opaque(c), paper, paleness))
	}
	for _, c := range Palette {
		for i := range tints {
			r.palette = append(r.palette, mix(opaque(c), paper, float64(i)/tints))
		}
	}
	return r
}

func (r *reducer) reduce(img image.Image) *image.Paletted {
	bounds := img.Bounds()
	reduced := image.NewPaletted(bounds, r.palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			index, ok := r.known[c]
			if !ok {
				index = uint8(r.palette.Index(c))
				r.known[c] = index
			}
			reduced.SetColorIndex(x, y, index)
		}
	}
	return reduced
}
