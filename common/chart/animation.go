package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"gorgonia-lectures/common/internal/text"
)

// Animation shows pictures one after another in a loop.
type Animation struct {
	Width, Height vg.Length

	frames []Picture
}

// maxFrames bounds the memory of an animation; delay and hold are the hundredths of a second of a frame, and of the
// last one.
const maxFrames, delay, hold = 500, 10, 200

// NewAnimation makes an animation of 5 x 4.5 inches with ten frames a second that shows the last one for two seconds.
func NewAnimation(frames ...Picture) (*Animation, error) {
	if len(frames) == 0 || len(frames) > maxFrames || slices.Contains(frames, nil) {
		return nil, fmt.Errorf("chart: animation: %d frames, want 1 to %d and no nil", len(frames), maxFrames)
	}
	return &Animation{frames: frames, Width: 5 * vg.Inch, Height: 4.5 * vg.Inch}, nil
}

// Encode is the animation as the content of a .gif file of that name, at 96 dots per inch.
func (a *Animation) Encode(name string) ([]byte, error) {
	if ext := filepath.Ext(name); strings.ToLower(ext) != ".gif" {
		return nil, fmt.Errorf("chart: %s: extension %q, want .gif", text.Brief(name), ext)
	}
	if err := checkSize(name, a.Width, a.Height); err != nil {
		return nil, err
	}
	animation := &gif.GIF{}
	colors := newQuantizer()
	for i, frame := range a.frames {
		canvas := vgimg.NewWith(vgimg.UseWH(a.Width, a.Height), vgimg.UseDPI(96))
		if err := frame.Draw(draw.New(canvas)); err != nil {
			return nil, fmt.Errorf("chart: animation: frame %d: %w", i, err)
		}
		animation.Image = append(animation.Image, colors.quantize(canvas.Image()))
		animation.Delay = append(animation.Delay, delay)
	}
	animation.Delay[len(animation.Delay)-1] = hold
	var file bytes.Buffer
	if err := gif.EncodeAll(&file, animation); err != nil {
		return nil, fmt.Errorf("chart: %s: %w", text.Brief(name), err)
	}
	return file.Bytes(), nil
}

// quantizer finds the nearest of the 256 colours that a GIF can have. They are those of our pictures: greys, the shades
// of a surface, and each colour of Palette in tints towards paper. All frames have the same, so nothing flickers.
type quantizer struct {
	palette color.Palette
	known   map[color.RGBA]uint8
}

func newQuantizer() *quantizer {
	r := &quantizer{known: map[color.RGBA]uint8{}}
	const greys, shades, tints = 48, 128, 10
	for i := range greys {
		v := uint8(i * 255 / (greys - 1))
		r.palette = append(r.palette, color.RGBA{v, v, v, 255})
	}
	for _, c := range surfaceShades(shades) {
		r.palette = append(r.palette, c)
	}
	for _, c := range Palette {
		for i := range tints {
			r.palette = append(r.palette, mix(opaque(c), paper, float64(i)/tints))
		}
	}
	return r
}

func (r *quantizer) quantize(img image.Image) *image.Paletted {
	bounds := img.Bounds()
	paletted := image.NewPaletted(bounds, r.palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			index, ok := r.known[c]
			if !ok {
				index = uint8(r.palette.Index(c))
				r.known[c] = index
			}
			paletted.SetColorIndex(x, y, index)
		}
	}
	return paletted
}
