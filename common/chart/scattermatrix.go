package chart

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ScatterMatrix shows rows of several features: each feature over each other one, and on the diagonal how
// often each value is, as seaborn's pairplot does. The class of a row chooses colour and shape.
type ScatterMatrix struct {
	Title         string
	Features      []string
	Rows          [][]float64 // one value per feature
	Labels        []int       // class of each row
	Classes       []string
	Bins          int // of the histograms on the diagonal
	Width, Height vg.Length
}

// The limits of a scatter matrix.
const (
	maxFeatures   = 10
	maxMatrixRows = 10000
	maxBins       = 100
)

// NewScatterMatrix makes a picture of 12 x 12 inches with 15 bins. It is an error if there are no rows, a row does not
// have one finite number per feature, or a label is not the number of a class.
func NewScatterMatrix(features []string, rows [][]float64, classes []string, labels []int) (*ScatterMatrix, error) {
	m := &ScatterMatrix{
		Features: features, Rows: rows, Labels: labels, Classes: classes, Bins: 15,
		Width: 12 * vg.Inch, Height: 12 * vg.Inch,
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ScatterMatrix) check() error {
	if n := len(m.Features); n < 1 || n > maxFeatures {
		return fmt.Errorf("chart: scatter matrix: %d features, want 1 to %d", n, maxFeatures)
	}
	if n := len(m.Rows); n < 1 || n > maxMatrixRows {
		return fmt.Errorf("chart: scatter matrix: %d rows, want 1 to %d", n, maxMatrixRows)
	}
	if len(m.Labels) != len(m.Rows) {
		return fmt.Errorf("chart: scatter matrix: %d labels for %d rows", len(m.Labels), len(m.Rows))
	}
	if n := len(m.Classes); n < 1 || n > maxSeries {
		return fmt.Errorf("chart: scatter matrix: %d classes, want 1 to %d", n, maxSeries)
	}
	if m.Bins < 1 || m.Bins > maxBins {
		return fmt.Errorf("chart: scatter matrix: %d bins, want 1 to %d", m.Bins, maxBins)
	}
	for i, row := range m.Rows {
		if len(row) != len(m.Features) {
			return fmt.Errorf("chart: scatter matrix: row %d has %d values, want %d", i, len(row), len(m.Features))
		}
		for j, v := range row {
			if err := checkFinite(fmt.Sprintf("scatter matrix: row %d: %s", i, m.Features[j]), v); err != nil {
				return err
			}
		}
		if label := m.Labels[i]; label < 0 || label >= len(m.Classes) {
			return fmt.Errorf("chart: scatter matrix: row %d has the label %d, want 0 to %d", i, label, len(m.Classes)-1)
		}
	}
	return nil
}

// Save writes the picture to path, a .png or .svg file.
func (m *ScatterMatrix) Save(path string) error { return save(path, m.Width, m.Height, m) }

// Draw fills the canvas with the picture.
func (m *ScatterMatrix) Draw(c draw.Canvas) error {
	if err := m.check(); err != nil {
		return err
	}
	var entries []entry
	for i, name := range m.Classes {
		entries = append(entries, entry{name: name, glyph: classGlyph(i)})
	}
	c = header(c, m.Title, entries)
	n := vg.Length(len(m.Features))
	const left, lower, gap = 52, 38, 8
	width, height := (c.Max.X-c.Min.X-left)/n, (c.Max.Y-c.Min.Y-lower)/n
	for row := range m.Features {
		for column := range m.Features {
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
	for i, name := range m.Features {
		along := (vg.Length(i) + 0.5)
		label.write(c, vg.Point{X: c.Min.X + left + along*width - gap/2, Y: c.Min.Y + 8}, label.fit(name, width-gap))
		upright := label
		upright.angle = math.Pi / 2
		upright.write(c, vg.Point{X: c.Min.X + 8, Y: c.Max.Y - along*height + gap/2}, label.fit(name, height-gap))
	}
	return nil
}

// scale maps a feature to 0 to 1, with a little room on both sides.
func (m *ScatterMatrix) scale(feature int) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, row := range m.Rows {
		low, high = math.Min(low, row[feature]), math.Max(high, row[feature])
	}
	return widen(low, high, 0.06)
}

// drawCell draws one feature over another, or a histogram.
func (m *ScatterMatrix) drawCell(cell draw.Canvas, row, column int) {
	edge := rectangle(cell.Min.X, cell.Min.Y, cell.Max.X, cell.Max.Y)
	cell.StrokeLines(draw.LineStyle{Color: gridColor, Width: 0.8}, append(edge, edge[0]))
	if row == column {
		m.drawHistogram(cell, row)
		return
	}
	xLow, xHigh := m.scale(column)
	yLow, yHigh := m.scale(row)
	for i, values := range m.Rows {
		glyph := classGlyph(m.Labels[i])
		glyph.Radius = max(1, min(3, (cell.Max.X-cell.Min.X)/50))
		cell.DrawGlyphNoClip(glyph, vg.Point{
			X: cell.X((values[column] - xLow) / (xHigh - xLow)), Y: cell.Y((values[row] - yLow) / (yHigh - yLow)),
		})
	}
}

// drawHistogram counts a feature's values in bins: a pale area for each class, over one another.
func (m *ScatterMatrix) drawHistogram(cell draw.Canvas, feature int) {
	low, high := m.scale(feature)
	counts := make([][]int, len(m.Classes))
	for i := range counts {
		counts[i] = make([]int, m.Bins)
	}
	most := 0
	for i, row := range m.Rows {
		bin := min(m.Bins-1, int((row[feature]-low)/(high-low)*float64(m.Bins)))
		counts[m.Labels[i]][bin]++
		most = max(most, counts[m.Labels[i]][bin])
	}
	for class, bins := range counts {
		line := opaque(paletteColor(class))
		pale := line
		pale.A = 0x66
		outline := []vg.Point{cell.Min}
		for i, count := range bins {
			y := cell.Y(0.92 * float64(count) / float64(most))
			outline = append(outline,
				vg.Point{X: cell.X(float64(i) / float64(m.Bins)), Y: y},
				vg.Point{X: cell.X(float64(i+1) / float64(m.Bins)), Y: y})
		}
		outline = append(outline, vg.Point{X: cell.Max.X, Y: cell.Min.Y})
		cell.FillPolygon(pale, outline)
		cell.StrokeLines(draw.LineStyle{Color: line, Width: 1.2}, outline)
	}
}

// drawAxes writes ticks under the lowest row and at the left of the first column. The histogram's height is
// a count, so in the first row there are no ticks at the left.
func (m *ScatterMatrix) drawAxes(cell draw.Canvas, row, column int) {
	words := lettering{size: tickSize - 1, color: inkColor, align: 0.5}
	line := draw.LineStyle{Color: axisColor, Width: 0.8}
	ticks := func(feature int, side vg.Length) ([]plot.Tick, float64, float64) {
		low, high := m.scale(feature)
		return ticker{most: max(2, int(side/30))}.Ticks(low, high), low, high
	}
	if row == len(m.Features)-1 {
		list, low, high := ticks(column, cell.Max.X-cell.Min.X)
		for _, t := range list {
			x := cell.X((t.Value - low) / (high - low))
			cell.StrokeLine2(line, x, cell.Min.Y, x, cell.Min.Y-3)
			words.write(cell, vg.Point{X: x, Y: cell.Min.Y - 10}, t.Label)
		}
	}
	if column == 0 && row > 0 {
		words.align = 1
		list, low, high := ticks(row, cell.Max.Y-cell.Min.Y)
		for _, t := range list {
			y := cell.Y((t.Value - low) / (high - low))
			cell.StrokeLine2(line, cell.Min.X, y, cell.Min.X-3, y)
			words.write(cell, vg.Point{X: cell.Min.X - 6, Y: y}, t.Label)
		}
	}
}
