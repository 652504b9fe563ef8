package chart

import (
	"image"
	"image/color"

	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shadeCount is enough that no step between two neighbours is seen.
const shadeCount = 255

// paleness is how far the colours of a surface go towards paper, so that points stand out.
const paleness = 0.35

// surfaceShades lists n colours of a surface, from the lowest value to the highest.
func surfaceShades(n int) []color.NRGBA {
	shades := make([]color.NRGBA, n)
	for i, c := range moreland.SmoothBlueRed().Palette(n).Colors() {
		shades[i] = mix(opaque(c), paper, paleness)
	}
	return shades
}

// drawScale draws the bar of colours with their values, at the left of the room.
func (s *Surface) drawScale(room draw.Canvas) {
	const gap, width, tick = 18, 14, 4
	shades := surfaceShades(shadeCount)
	img := image.NewRGBA(image.Rect(0, 0, 1, len(shades)))
	for i, shade := range shades {
		img.Set(0, len(shades)-1-i, shade)
	}
	bar := vg.Rectangle{
		Min: vg.Point{X: room.Min.X + gap, Y: room.Min.Y}, Max: vg.Point{X: room.Min.X + gap + width, Y: room.Max.Y},
	}
	room.DrawImage(bar, img)
	line := draw.LineStyle{Color: axisColor, Width: 0.8}
	border(room, boxed(bar), line.Color, line.Width)
	_, most := tickRoom(room)
	words := lettering{size: tickSize, color: inkColor}
	for _, t := range (ticker{most: most}).Ticks(s.Low, s.High) {
		y := bar.Min.Y + vg.Length((t.Value-s.Low)/(s.High-s.Low))*(bar.Max.Y-bar.Min.Y)
		room.StrokeLine2(line, bar.Max.X, y, bar.Max.X+tick, y)
		words.write(room, vg.Point{X: bar.Max.X + tick + 3, Y: y}, words.fit(t.Label, room.Max.X-bar.Max.X-tick-3))
	}
}
