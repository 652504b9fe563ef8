package chart

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// maxClasses bounds a confusion matrix: beyond it the numbers are not readable.
const maxClasses = 100

// Confusion shows how often each class was taken for which: a row for each true class, a column for each predicted one.
// Right answers are blue by their share of the row, wrong ones vermillion by their share of the most frequent mistake,
// so that rare mistakes show.
type Confusion struct {
	Title         string
	Width, Height vg.Length

	classes []string
	counts  [][]int // [true class][predicted class]
}

// NewConfusion makes a picture of 10 x 10 inches. Labels and predictions are indices of classes, one of each for each
// row of data.
func NewConfusion(classes []string, labels, predicted []int) (*Confusion, error) {
	n := len(classes)
	if n < 1 || n > maxClasses || len(labels) != len(predicted) {
		return nil, fmt.Errorf("chart: confusion: %d labels, %d predictions and %d classes, want one for each, and 1 to %d",
			len(labels), len(predicted), n, maxClasses)
	}
	counts := make([][]int, n)
	for i := range counts {
		counts[i] = make([]int, n)
	}
	for i, label := range labels {
		if min(label, predicted[i]) < 0 || max(label, predicted[i]) >= n {
			return nil, fmt.Errorf("chart: confusion: row %d has label %d and prediction %d, want 0 to %d",
				i, label, predicted[i], n-1)
		}
		counts[label][predicted[i]]++
	}
	return &Confusion{classes: classes, counts: counts, Width: 10 * vg.Inch, Height: 10 * vg.Inch}, nil
}

// Encode is the picture as the content of a .png or .svg file of that name.
func (m *Confusion) Encode(name string) ([]byte, error) { return encode(name, m.Width, m.Height, m) }

// Draw fills the canvas with the picture.
func (m *Confusion) Draw(c draw.Canvas) error {
	c = header(c, m.Title, []entry{{name: "right", filled: blue}, {name: "wrong", filled: vermillion}})
	words := lettering{size: tickSize, color: inkColor, align: 1}
	names := min(words.widest(m.classes), (c.Max.X-c.Min.X)/4)
	n := vg.Length(len(m.classes))
	const line = 22
	left, lower := names+8+line, vg.Length(2*line)
	cell := max(1, min((c.Max.X-c.Min.X-left)/n, (c.Max.Y-c.Min.Y-lower)/n))
	x0 := c.Min.X + left + (c.Max.X-c.Min.X-left-n*cell)/2
	y1 := c.Max.Y

	m.drawCells(c, x0, y1, cell)
	column := words
	column.align = 0.5
	for i, class := range m.classes {
		along := (vg.Length(i) + 0.5) * cell
		if words.size*1.2 <= cell || i%int(math.Ceil(float64(words.size*1.2/cell))) == 0 {
			words.write(c, vg.Point{X: x0 - 6, Y: y1 - along}, words.fit(class, names))
			under := vg.Point{X: x0 + along, Y: y1 - n*cell - line/2}
			column.write(c, under, column.fit(class, max(cell-3, tickSize*1.2)))
		}
	}
	label := lettering{size: labelSize, color: inkColor, align: 0.5}
	label.write(c, vg.Point{X: x0 + n*cell/2, Y: y1 - n*cell - 1.4*line}, label.fit("predicted", n*cell))
	label.angle = math.Pi / 2
	label.write(c, vg.Point{X: x0 - names - 6 - line/2, Y: y1 - n*cell/2}, label.fit("label", n*cell))
	return nil
}

// drawCells draws the matrix with its upper left corner at (x0, y1).
func (m *Confusion) drawCells(c draw.Canvas, x0, y1, cell vg.Length) {
	wrongest := 0
	for i, row := range m.counts {
		for j, n := range row {
			if i != j {
				wrongest = max(wrongest, n)
			}
		}
	}
	for i, row := range m.counts {
		total := 0.0
		for _, n := range row {
			total += float64(n)
		}
		for j, n := range row {
			fill, ink := paper, inkColor
			switch {
			case n == 0: // as in all of a row without a count, which has no shares
				ink = gapColor
			case i != j:
				fill = mix(paper, vermillion, 0.1+0.7*float64(n)/float64(wrongest))
			default:
				share := float64(n) / total
				fill = mix(paper, blue, 0.15+0.85*share)
				if share > 0.5 {
					ink = paper
				}
			}
			x, y := x0+vg.Length(j)*cell, y1-vg.Length(i+1)*cell
			box := rectangle(x, y, x+cell, y+cell)
			c.FillPolygon(fill, box)
			border(c, box, gridColor, 0.8)
			number := lettering{size: min(labelSize, cell*0.35), align: 0.5, color: ink}
			text := strconv.Itoa(n)
			if w := number.width(text); w > cell-2 {
				number.size *= (cell - 2) / w
			}
			if number.size >= 3 {
				number.write(c, vg.Point{X: x + cell/2, Y: y + cell/2}, text)
			}
		}
	}
}
