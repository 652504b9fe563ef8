package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// maxBars bounds the categories: of more bars each would have less than a pixel.
const maxBars = 1000

// Bars shows one number per category, such as how many seeds got how many answers right.
type Bars struct {
	Title, XLabel, YLabel string
	HideValues            bool // leave out the numbers above the bars
	Width, Height         vg.Length

	names  []string
	values []float64
}

// NewBars makes a picture of 12 x 8 inches. It is an error if there are no bars, if names and values
// differ in number, or if a value is negative or not finite.
func NewBars(names []string, values []float64) (*Bars, error) {
	if len(values) == 0 || len(names) != len(values) || len(values) > maxBars {
		return nil, fmt.Errorf("chart: bars: %d names and %d values, want the same number, 1 to %d",
			len(names), len(values), maxBars)
	}
	for i, v := range values {
		if !(v >= 0 && v <= largest) {
			return nil, fmt.Errorf("chart: bars: %q is %g, want 0 to %g", names[i], v, largest)
		}
	}
	return &Bars{names: names, values: values, Width: 12 * vg.Inch, Height: 8 * vg.Inch}, nil
}

// Encode is the picture as the content of a .png or .svg file of that name.
func (b *Bars) Encode(name string) ([]byte, error) { return encode(name, b.Width, b.Height, b) }

// Draw fills the canvas with the picture.
func (b *Bars) Draw(c draw.Canvas) error {
	c = header(c, b.Title, nil)
	p := frame(b.XLabel, b.YLabel)
	_, yRoom := tickRoom(c)
	highest := slices.Max(b.values)
	if highest == 0 {
		highest = 1
	}
	p.X.Min, p.X.Max = -0.6, float64(len(b.values))-0.4
	p.Y.Min, p.Y.Max = 0, highest*1.08
	p.Y.Tick.Marker = ticker{most: yRoom, integers: !slices.ContainsFunc(b.values, isFraction)}
	room := (c.Max.X - c.Min.X - 60) / vg.Length(len(b.values))
	p.X.Tick.Marker = plot.ConstantTicks(nameTicks(b.names, lettering{size: tickSize}, room))
	p.X.Tick.LineStyle.Color = paper // no line, but its distance
	lines := grid()
	lines.Vertical = draw.LineStyle{}
	p.Add(lines, onPlot(b.drawBars))
	p.Draw(c)
	return nil
}

func isFraction(v float64) bool { return v != math.Trunc(v) }

// drawBars draws the bars, and above each its value if there is room.
func (b *Bars) drawBars(area draw.Canvas, p *plot.Plot) {
	const half = 0.4
	words := lettering{size: tickSize, color: inkColor, align: 0.5}
	spacing := area.X(p.X.Norm(1)) - area.X(p.X.Norm(0))
	for i, v := range b.values {
		x, top := float64(i), area.Y(p.Y.Norm(v))
		if v > 0 {
			area.FillPolygon(blue, rectangle(area.X(p.X.Norm(x-half)), area.Min.Y, area.X(p.X.Norm(x+half)), top))
		}
		value := shortExponent(strconv.FormatFloat(v, 'g', 4, 64))
		if !isFraction(v) && v < 1e9 {
			value = strconv.FormatFloat(v, 'f', 0, 64)
		}
		if !b.HideValues && words.width(value) <= spacing {
			at, half := vg.Point{X: area.X(p.X.Norm(x)), Y: top + 8}, words.width(value)/2+2
			area.FillPolygon(paper, rectangle(at.X-half, at.Y-6, at.X+half, at.Y+6)) // no grid under the number
			words.write(area, at, value)
		}
	}
}

// nameTicks labels 0, 1, 2, ... with names: all of them if they fit beside each other, else every second,
// fifth, tenth and so on, shortened as a last resort.
func nameTicks(names []string, words lettering, room vg.Length) []plot.Tick {
	const readable = 45 // a name is not shortened below this
	widest := min(words.widest(names), max(readable, room-6))
	every := 1
	for _, e := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500} {
		every = e
		if room*vg.Length(e) >= widest+6 {
			break
		}
	}
	if every > 1 {
		widest = room*vg.Length(every) - 6
	}
	var ticks []plot.Tick
	for i := 0; i < len(names); i += every {
		label := words.fit(names[i], widest)
		if label == "" {
			label = " " // a tick without a label would be a minor one
		}
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: label})
	}
	return ticks
}
