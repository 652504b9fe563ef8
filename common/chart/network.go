package chart

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The limits of a network's picture.
const (
	maxLayers  = 20
	maxNeurons = 12 // drawn per column
)

// Network shows a dense network: a column of neurons for each layer, and a link for each weight. A positive weight is
// blue, a negative one vermillion and dashed; a large weight is thick. A small network also shows the numbers. Three
// dots replace the middle of a long column.
type Network struct {
	Title           string
	Inputs, Outputs []string // names of the neurons at both ends; nil: none
	Terse           bool     // do not say at each column that the numbers inside are biases
	Width, Height   vg.Length

	sizes   []int         // neurons per layer, the inputs first
	weights [][][]float64 // [layer][in][out], one layer fewer than sizes; nil: links without weights
	biases  [][]float64   // [layer][out], one layer fewer than sizes; nil: none
}

// NewNetwork makes a picture of 12 x 8 inches. It is an error if there are fewer than two layers, or if the shapes of
// weights and biases, which may be nil, do not fit sizes. It is an error of Draw if the names do not fit.
func NewNetwork(sizes []int, weights [][][]float64, biases [][]float64) (*Network, error) {
	if len(sizes) < 2 || len(sizes) > maxLayers || slices.Min(sizes) < 1 {
		return nil, fmt.Errorf("chart: network: layers of %v neurons, want 2 to %d layers of at least 1", sizes, maxLayers)
	}
	links := len(sizes) - 1
	if weights != nil && len(weights) != links || biases != nil && (weights == nil || len(biases) != links) {
		return nil, fmt.Errorf("chart: network: %d layers of weights and %d of biases, want %d of each, or none",
			len(weights), len(biases), links)
	}
	for layer := range weights {
		in, out := sizes[layer], sizes[layer+1]
		if len(weights[layer]) != in {
			return nil, fmt.Errorf("chart: network: layer %d has %d rows of weights, want %d", layer, len(weights[layer]), in)
		}
		for i, row := range weights[layer] {
			if err := checkRow(fmt.Sprintf("weights %d of layer %d", i, layer), row, out); err != nil {
				return nil, err
			}
		}
		if biases != nil {
			if err := checkRow(fmt.Sprintf("biases of layer %d", layer), biases[layer], out); err != nil {
				return nil, err
			}
		}
	}
	return &Network{sizes: sizes, weights: weights, biases: biases, Width: 12 * vg.Inch, Height: 8 * vg.Inch}, nil
}

func checkRow(name string, row []float64, want int) error {
	if len(row) != want {
		return fmt.Errorf("chart: network: %s: %d values, want %d", name, len(row), want)
	}
	return checkFinite("network: "+name, row)
}

// Encode is the picture as the content of a .png or .svg file of that name.
func (n *Network) Encode(name string) ([]byte, error) { return encode(name, n.Width, n.Height, n) }

// Draw fills the canvas with the picture.
func (n *Network) Draw(c draw.Canvas) error {
	in, out := n.sizes[0], n.sizes[len(n.sizes)-1]
	if n.Inputs != nil && len(n.Inputs) != in || n.Outputs != nil && len(n.Outputs) != out {
		return fmt.Errorf("chart: network: %d names of inputs and %d of outputs, want %d and %d, or none",
			len(n.Inputs), len(n.Outputs), in, out)
	}
	var entries []entry
	if n.weights != nil {
		entries = []entry{
			{name: "positive weight", line: linkStyle(1, 1, widestLink)},
			{name: "negative weight", line: linkStyle(-1, 1, widestLink)},
		}
	}
	c = header(c, n.Title, entries)
	columns, radius := n.lay(c)
	numbers := n.drawLinks(c, columns, radius)
	n.drawNeurons(c, columns, radius, numbers && n.biases != nil)
	return nil
}

// neuron is a drawn neuron: its index in the layer and its centre.
type neuron struct {
	index int
	at    vg.Point
}

// column is a drawn layer.
type column struct {
	neurons []neuron
	dots    vg.Point // the middle of the three dots
	cut     bool     // not all neurons are drawn
}

const (
	underColumns = vg.Length(40)  // room for the names of the layers
	widestLink   = vg.Length(3.1) // in points, of the largest weight
)

// lay sets the neurons of all layers; all columns have the spacing of the fullest.
func (n *Network) lay(c draw.Canvas) ([]column, vg.Length) {
	words := lettering{size: labelSize}
	beside := func(names []string) vg.Length { return min(words.widest(names), (c.Max.X-c.Min.X)/4) }
	height := max(1, c.Max.Y-c.Min.Y-underColumns)
	spacing := height / vg.Length(min(slices.Max(n.sizes), maxNeurons))
	left, right := beside(n.Inputs)+12, beside(n.Outputs)+12
	gap := max(1, (c.Max.X-c.Min.X-left-right)/vg.Length(len(n.sizes)))
	radius := max(1, min(28, spacing*0.36, gap*0.25))
	spacing = min(spacing, 170)
	columns := make([]column, len(n.sizes))
	for layer, size := range n.sizes {
		x := c.Min.X + left + (vg.Length(layer)+0.5)*gap
		drawn := min(size, maxNeurons)
		top := c.Min.Y + underColumns + height/2 + vg.Length(drawn-1)/2*spacing
		col := &columns[layer]
		col.cut = size > maxNeurons
		for row := range drawn {
			at := vg.Point{X: x, Y: top - vg.Length(row)*spacing}
			index := row
			if col.cut && row == drawn/2 {
				col.dots = at
				continue
			}
			if col.cut && row > drawn/2 {
				index = size - drawn + row
			}
			col.neurons = append(col.neurons, neuron{index, at})
		}
	}
	return columns, radius
}
