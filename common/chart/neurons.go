package chart

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// linkStyle is the line of a weight whose magnitude is the given share of the largest, 0 to 1. Small weights are pale,
// so that they do not hide large ones.
func linkStyle(weight, share float64, widest vg.Length) draw.LineStyle {
	style := draw.LineStyle{Color: gapColor, Width: 0.4 + widest*vg.Length(share)}
	switch {
	case weight > 0:
		style.Color = mix(paper, blue, 0.25+0.75*share)
	case weight < 0:
		style.Color = mix(paper, vermillion, 0.25+0.75*share)
		style.Dashes = []vg.Length{8, 2}
	}
	return style
}

// drawLinks draws the links from the smallest weight to the largest, and then the numbers if there is room for them.
func (n *Network) drawLinks(c draw.Canvas, columns []column, radius vg.Length) (numbers bool) {
	type link struct {
		from, to vg.Point
		weight   float64
	}
	largestWeight := math.SmallestNonzeroFloat64 // so that a share of it is a number
	for _, layer := range n.weights {
		for _, row := range layer {
			largestWeight = math.Max(largestWeight, floats.Norm(row, math.Inf(1)))
		}
	}
	var links []link
	for layer := range len(columns) - 1 {
		for _, a := range columns[layer].neurons {
			for _, b := range columns[layer+1].neurons {
				l := link{from: a.at, to: b.at}
				if n.weights != nil {
					l.weight = n.weights[layer][a.index][b.index]
				}
				links = append(links, l)
			}
		}
	}
	slices.SortStableFunc(links, func(a, b link) int {
		return cmp.Compare(math.Abs(a.weight), math.Abs(b.weight))
	})
	for _, l := range links {
		style := linkStyle(l.weight, math.Abs(l.weight)/largestWeight, min(widestLink, 0.2*radius))
		if n.weights == nil {
			style.Width = 0.8
		}
		c.StrokeLine2(style, l.from.X, l.from.Y, l.to.X, l.to.Y)
	}
	if n.weights == nil || radius < 14 || len(links) > 24 {
		return false
	}
	words := lettering{size: tickSize + 1, color: inkColor, align: 0.5}
	var placed []polygon
	for _, col := range columns {
		for _, n := range col.neurons {
			placed = append(placed, rectangle(n.at.X-radius, n.at.Y-radius, n.at.X+radius, n.at.Y+radius))
		}
	}
	for _, l := range slices.Backward(links) {
		// Between the neuron and the middle, where links cross, or else nearer to the other end. If there is no
		// room, the smallest weights have no number.
		text := number(l.weight)
		for _, share := range []vg.Length{0.3, 0.24, 0.36, 0.2, 0.7, 0.76, 0.64, 0.8, 0.5} {
			at := l.from.Add(l.to.Sub(l.from).Scale(share))
			box := words.outline(at, text)
			if slices.ContainsFunc(placed, func(p polygon) bool { return p.touches(box, 3) }) {
				continue
			}
			placed = append(placed, box)
			half := words.width(text)/2 + 2
			c.FillPolygon(paper, rectangle(at.X-half, at.Y-7, at.X+half, at.Y+7))
			words.write(c, at, text)
			break
		}
	}
	return true
}

// drawNeurons draws the circles, their biases and the names around them.
func (n *Network) drawNeurons(c draw.Canvas, columns []column, radius vg.Length, biases bool) {
	words := lettering{size: labelSize, color: inkColor, align: 0.5}
	last := len(columns) - 1
	for layer, col := range columns {
		for _, neuron := range col.neurons {
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: inkColor, Shape: draw.CircleGlyph{}, Radius: radius}, neuron.at)
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: paper, Shape: draw.CircleGlyph{}, Radius: radius - 1.2}, neuron.at)
			if biases && layer > 0 {
				bias := lettering{size: tickSize, color: inkColor, align: 0.5}
				bias.write(c, neuron.at, bias.fit(number(n.biases[layer-1][neuron.index]), 1.8*radius))
			}
			side := words
			side.size = min(labelSize, max(5, radius*1.5))
			if layer == 0 && n.Inputs != nil {
				side.align = 1
				room := neuron.at.X - radius - 6 - c.Min.X
				side.write(c, vg.Point{X: neuron.at.X - radius - 6, Y: neuron.at.Y}, side.fit(n.Inputs[neuron.index], room))
			}
			if layer == last && n.Outputs != nil {
				side.align = 0
				room := c.Max.X - neuron.at.X - radius - 6
				side.write(c, vg.Point{X: neuron.at.X + radius + 6, Y: neuron.at.Y}, side.fit(n.Outputs[neuron.index], room))
			}
		}
		if col.cut {
			for _, dy := range []vg.Length{-0.6, 0, 0.6} {
				dot := draw.GlyphStyle{Color: inkColor, Shape: draw.CircleGlyph{}, Radius: max(1, radius*0.12)}
				c.DrawGlyphNoClip(dot, vg.Point{X: col.dots.X, Y: col.dots.Y + dy*radius})
			}
		}
		room := columns[1].neurons[0].at.X - columns[0].neurons[0].at.X - 6
		x := col.neurons[0].at.X
		title := words.shrunk(n.layerName(layer), room)
		title.write(c, vg.Point{X: x, Y: c.Min.Y + 24}, title.fit(n.layerName(layer), room))
		text := strconv.Itoa(n.sizes[layer])
		if layer > 0 {
			text += " neurons"
			if n.sizes[layer] == 1 {
				text = "1 neuron"
			}
			if biases && !n.Terse {
				text += ", bias inside"
			}
		}
		count := lettering{size: tickSize, color: axisColor, align: 0.5}.shrunk(text, room)
		count.write(c, vg.Point{X: x, Y: c.Min.Y + 8}, count.fit(text, room))
	}
}

func (n *Network) layerName(layer int) string {
	switch {
	case layer == 0:
		return "input"
	case layer == len(n.sizes)-1:
		return "output"
	case len(n.sizes) == 3:
		return "hidden"
	}
	return "hidden " + strconv.Itoa(layer)
}

// number writes a weight with about three digits.
func number(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1000 || size > 0 && size < 0.005:
		return shortExponent(strconv.FormatFloat(v, 'e', 1, 64))
	case size >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case size >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
