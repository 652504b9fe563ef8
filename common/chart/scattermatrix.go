package chart

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ScatterMatrix shows rows of several features: each feature over each other one, and histograms on the diagonal, as
// seaborn's pairplot does. The class of a row chooses colour and shape.
type ScatterMatrix struct {
	Title         string
	Width, Height vg.Length

	features []string
	rows     [][]float64 // one value per feature
	classes  []string
	labels   []int // class of each row
}

// The limits of a scatter matrix, and the bins of its histograms.
const (
	maxFeatures   = 10
	maxMatrixRows = 10000
	bins          = 15
)

// NewScatterMatrix makes a picture of 12 x 12 inches. It is an error if there are no rows, if a row does not have one
// finite number for each feature, or if a label is not the index of a class.
func NewScatterMatrix(features []string, rows [][]float64, classes []string, labels []int) (*ScatterMatrix, error) {
	if n := len(rows); len(features) < 1 || len(features) > maxFeatures || n < 1 || n > maxMatrixRows || len(labels) != n {
		return nil, fmt.Errorf("chart: scatter matrix: %d features, %d rows, %d labels, want 1 to %d, 1 to %d, a label each",
			len(features), n, len(labels), maxFeatures, maxMatrixRows)
	}
	for i, row := range rows {
		if len(row) != len(features) {
			return nil, fmt.Errorf("chart: scatter matrix: row %d has %d values, want %d", i, len(row), len(features))
		}
		if err := checkFinite(fmt.Sprintf("scatter matrix: row %d", i), row); err != nil {
			return nil, err
		}
		if labels[i] < 0 || labels[i] >= len(classes) {
			return nil, fmt.Errorf("chart: scatter matrix: row %d has the label %d, want 0 to %d", i, labels[i], len(classes)-1)
		}
	}
	return &ScatterMatrix{
		features: features, rows: rows, classes: classes, labels: labels, Width: 12 * vg.Inch, Height: 12 * vg.Inch,
	}, nil
}

// Encode is the picture as the content of a .png or .svg file of that name.
func (m *ScatterMatrix) Encode(name string) ([]byte, error) {
	return encode(name, m.Width, m.Height, m)
}

// Draw fills the canvas with the picture.
func (m *ScatterMatrix) Draw(c draw.Canvas) error {
	c = header(c, m.Title, classEntries(m.classes))
	n := vg.Length(len(m.features))
	const left, lower, gap = 52, 38, 8
	width, height := (c.Max.X-c.Min.X-left)/n, (c.Max.Y-c.Min.Y-lower)/n
	for row := range m.features {
		for column := range m.features {
			cell := c
			cell.Min = vg.Point{
				X: c.Min.X + left + vg.Length(column)*width, Y: c.Max.Y - vg.Length(row+1)*height + gap,
			}
			cell.Max = vg.Point{X: cell.Min.X + width - gap, Y: cell.Min.Y + height - gap}
			m.drawCell(cell, row, column)
			m.drawAxes(cell, row, column)
		}
	}
	label := lettering{size: tickSize + 1, color: inkColor, align: 0.5}
	for i, name := range m.features {
		along := (vg.Length(i) + 0.5)
		label.write(c, vg.Point{X: c.Min.X + left + along*width - gap/2, Y: c.Min.Y + 8}, label.fit(name, width-gap))
		upright := label
		upright.angle = math.Pi / 2
		upright.write(c, vg.Point{X: c.Min.X + 8, Y: c.Max.Y - along*height + gap/2}, label.fit(name, height-gap))
	}
	return nil
}

// span is the range of an axis.
type span struct{ low, high float64 }

// norm maps the span to 0 to 1.
func (s span) norm(v float64) float64 { return (v - s.low) / (s.high - s.low) }

// span is the range of a feature, with a little room on both sides.
func (m *ScatterMatrix) span(feature int) span {
	low, high := math.Inf(1), math.Inf(-1)
	for _, row := range m.rows {
		low, high = math.Min(low, row[feature]), math.Max(high, row[feature])
	}
	low, high = widen(low, high, 0.06)
	return span{low, high}
}

// drawCell draws one feature over another, or the histogram of one.
func (m *ScatterMatrix) drawCell(cell draw.Canvas, row, column int) {
	border(cell, boxed(cell.Rectangle), gridColor, 0.8)
	if row == column {
		m.drawHistogram(cell, row)
		return
	}
	x, y := m.span(column), m.span(row)
	for i, values := range m.rows {
		glyph := classGlyph(m.labels[i])
		glyph.Radius = max(1, min(3, (cell.Max.X-cell.Min.X)/50))
		cell.DrawGlyphNoClip(glyph, vg.Point{X: cell.X(x.norm(values[column])), Y: cell.Y(y.norm(values[row]))})
	}
}

// drawHistogram counts a feature's values in bins, and draws a pale area for each class.
func (m *ScatterMatrix) drawHistogram(cell draw.Canvas, feature int) {
	x := m.span(feature)
	counts := make([][bins]int, len(m.classes))
	most := 0
	for i, row := range m.rows {
		bin := min(bins-1, int(x.norm(row[feature])*bins))
		counts[m.labels[i]][bin]++
		most = max(most, counts[m.labels[i]][bin])
	}
	for class, heights := range counts {
		outline := []vg.Point{cell.Min}
		for i, count := range heights {
			y := cell.Y(0.92 * float64(count) / float64(most))
			outline = append(outline,
				vg.Point{X: cell.X(float64(i) / bins), Y: y}, vg.Point{X: cell.X(float64(i+1) / bins), Y: y})
		}
		outline = append(outline, vg.Point{X: cell.Max.X, Y: cell.Min.Y})
		cell.FillPolygon(pale(paletteColor(class), 0x66), outline)
		cell.StrokeLines(draw.LineStyle{Color: paletteColor(class), Width: 1.2}, outline)
	}
}

// drawAxes writes ticks below the last row and at the left of the first column, except in the first row, where the
// height of the histogram is a count.
func (m *ScatterMatrix) drawAxes(cell draw.Canvas, row, column int) {
	words := lettering{size: tickSize - 1, color: inkColor, align: 0.5}
	line := draw.LineStyle{Color: axisColor, Width: 0.8}
	ticks := func(s span, side vg.Length) []plot.Tick {
		return ticker{most: max(2, int(side/30))}.Ticks(s.low, s.high)
	}
	if row == len(m.features)-1 {
		s := m.span(column)
		for _, t := range ticks(s, cell.Max.X-cell.Min.X) {
			x := cell.X(s.norm(t.Value))
			cell.StrokeLine2(line, x, cell.Min.Y, x, cell.Min.Y-3)
			words.write(cell, vg.Point{X: x, Y: cell.Min.Y - 10}, t.Label)
		}
	}
	if column == 0 && row > 0 {
		words.align = 1
		s := m.span(row)
		for _, t := range ticks(s, cell.Max.Y-cell.Min.Y) {
			y := cell.Y(s.norm(t.Value))
			cell.StrokeLine2(line, cell.Min.X, y, cell.Min.X-3, y)
			words.write(cell, vg.Point{X: cell.Min.X - 6, Y: y}, t.Label)
		}
	}
}
