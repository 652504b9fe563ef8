package chart

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The limits of a network's picture.
const (
	maxLayers  = 20
	maxNeurons = 64
)

// Network shows a dense network: a column of neurons per layer, a link per weight. A positive weight is
// blue, a negative one vermillion and dashed, and the larger its size among all weights, the thicker it is.
// A small network also shows the numbers. A long column is cut in the middle, with three dots.
type Network struct {
	Title   string
	Sizes   []int         // neurons per layer, the inputs first
	Weights [][][]float64 // [layer][in][out], one layer fewer than Sizes; nil: links without weights
	Biases  [][]float64   // [layer][out], one layer fewer than Sizes; nil: none

	Inputs, Outputs []string // names of the neurons at both ends; nil: none
	Layers          []string // names under the columns; nil: input, hidden 1, ..., output
	MaxNeurons      int      // most neurons drawn per column, 3 to 64
	HideNumbers     bool     // never write weights and biases
	Width, Height   vg.Length
}

// NewNetwork makes a picture of 12 x 8 inches with at most 12 neurons per column. It is an error if there are
// fewer than two layers, or if the shapes of weights and biases do not fit sizes.
func NewNetwork(sizes []int, weights [][][]float64, biases [][]float64) (*Network, error) {
	n := &Network{
		Sizes: sizes, Weights: weights, Biases: biases, MaxNeurons: 12,
		Width: 12 * vg.Inch, Height: 8 * vg.Inch,
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	return n, nil
}

func (n *Network) check() error {
	if len(n.Sizes) < 2 || len(n.Sizes) > maxLayers {
		return fmt.Errorf("chart: network: %d layers, want 2 to %d", len(n.Sizes), maxLayers)
	}
	for i, size := range n.Sizes {
		if size < 1 {
			return fmt.Errorf("chart: network: layer %d has %d neurons, want at least 1", i, size)
		}
	}
	if n.MaxNeurons < 3 || n.MaxNeurons > maxNeurons {
		return fmt.Errorf("chart: network: at most %d neurons per column, want 3 to %d", n.MaxNeurons, maxNeurons)
	}
	links := len(n.Sizes) - 1
	if n.Weights != nil && len(n.Weights) != links {
		return fmt.Errorf("chart: network: %d layers of weights, want %d", len(n.Weights), links)
	}
	if n.Biases != nil && len(n.Biases) != links {
		return fmt.Errorf("chart: network: %d layers of biases, want %d", len(n.Biases), links)
	}
	if n.Biases != nil && n.Weights == nil {
		return errors.New("chart: network: biases without weights")
	}
	for layer := range n.Weights {
		in, out := n.Sizes[layer], n.Sizes[layer+1]
		if len(n.Weights[layer]) != in {
			return fmt.Errorf("chart: network: layer %d has %d rows of weights, want %d", layer, len(n.Weights[layer]), in)
		}
		for i, row := range n.Weights[layer] {
			if err := checkRow(fmt.Sprintf("weights %d of layer %d", i, layer), row, out); err != nil {
				return err
			}
		}
		if n.Biases != nil {
			if err := checkRow(fmt.Sprintf("biases of layer %d", layer), n.Biases[layer], out); err != nil {
				return err
			}
		}
	}
	for _, names := range []struct {
		what  string
		names []string
		want  int
	}{
		{"inputs", n.Inputs, n.Sizes[0]}, {"outputs", n.Outputs, n.Sizes[links]}, {"layers", n.Layers, len(n.Sizes)},
	} {
		if names.names != nil && len(names.names) != names.want {
			return fmt.Errorf("chart: network: %d names of %s, want %d", len(names.names), names.what, names.want)
		}
	}
	return nil
}

func checkRow(name string, row []float64, want int) error {
	if len(row) != want {
		return fmt.Errorf("chart: network: %s: %d values, want %d", name, len(row), want)
	}
	for i, v := range row {
		if !(math.Abs(v) <= largest) { // else it needs no name: the many names would take most of a picture's time
			return checkFinite(fmt.Sprintf("network: %s: value %d", name, i), v)
		}
	}
	return nil
}

// Save writes the picture to path, a .png or .svg file.
func (n *Network) Save(path string) error { return save(path, n.Width, n.Height, n) }

// Draw fills the canvas with the picture.
func (n *Network) Draw(c draw.Canvas) error {
	if err := n.check(); err != nil {
		return err
	}
	var entries []entry
	if n.Weights != nil {
		entries = []entry{
			{name: "positive weight", line: linkStyle(1, 1, widestLink)}, {name: "negative weight", line: linkStyle(-1, 1, widestLink)},
		}
	}
	c = header(c, n.Title, entries)
	columns, radius := n.lay(c)
	numbers := n.Weights != nil && !n.HideNumbers && radius >= 14 && n.drawnLinks(columns) <= 24
	n.drawLinks(c, columns, radius, numbers)
	n.drawNeurons(c, columns, radius, numbers && n.Biases != nil)
	return nil
}

// neuron is one that is drawn: its number in the layer and its place.
type neuron struct {
	index int
	at    vg.Point
}

// column is a drawn layer.
type column struct {
	neurons []neuron
	dots    vg.Point // the place of the three dots
	cut     bool     // not all neurons are drawn
}

const (
	underColumns = vg.Length(40)  // room for the names of the layers
	widestLink   = vg.Length(3.1) // in points, of the largest weight
)

// lay places the neurons of all layers; all columns have one spacing, that of the fullest.
func (n *Network) lay(c draw.Canvas) ([]column, vg.Length) {
	words := lettering{size: labelSize}
	beside := func(names []string) vg.Length {
		widest := vg.Length(0)
		for _, name := range names {
			widest = max(widest, words.width(name))
		}
		return min(widest, (c.Max.X-c.Min.X)/4)
	}
	most := 0
	for _, size := range n.Sizes {
		most = max(most, min(size, n.MaxNeurons))
	}
	height := max(1, c.Max.Y-c.Min.Y-underColumns)
	spacing := height / vg.Length(most)
	left, right := beside(n.Inputs)+12, beside(n.Outputs)+12
	gap := max(1, (c.Max.X-c.Min.X-left-right)/vg.Length(len(n.Sizes)))
	radius := max(1, min(28, spacing*0.36, gap*0.25))
	spacing = min(spacing, 170)
	columns := make([]column, len(n.Sizes))
	for layer, size := range n.Sizes {
		x := c.Min.X + left + (vg.Length(layer)+0.5)*gap
		drawn := min(size, n.MaxNeurons)
		top := c.Min.Y + underColumns + height/2 + vg.Length(drawn-1)/2*spacing
		col := &columns[layer]
		col.cut = size > n.MaxNeurons
		for place := range drawn {
			at := vg.Point{X: x, Y: top - vg.Length(place)*spacing}
			index := place
			if col.cut && place == drawn/2 {
				col.dots = at
				continue
			}
			if col.cut && place > drawn/2 {
				index = size - drawn + place
			}
			col.neurons = append(col.neurons, neuron{index, at})
		}
	}
	return columns, radius
}

func (n *Network) drawnLinks(columns []column) int {
	links := 0
	for i := range len(columns) - 1 {
		links += len(columns[i].neurons) * len(columns[i+1].neurons)
	}
	return links
}
