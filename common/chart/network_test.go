package chart

import (
	"math"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

func TestNetworkErrors(t *testing.T) {
	w := func(in, out int) [][]float64 { return matrix(in, out) }
	for _, c := range []struct {
		sizes   []int
		weights [][][]float64
		biases  [][]float64
		parts   []string
	}{
		{[]int{2}, nil, nil, []string{"1 layers, want 2 to 20"}},
		{make([]int, 21), nil, nil, []string{"21 layers"}},
		{[]int{2, 0}, nil, nil, []string{"layer 1 has 0 neurons"}},
		{[]int{2, 2, 1}, [][][]float64{w(2, 2)}, nil, []string{"1 layers of weights, want 2"}},
		{[]int{2, 2, 1}, [][][]float64{w(2, 2), w(1, 1)}, nil, []string{"layer 1 has 1 rows of weights, want 2"}},
		{[]int{2, 2, 1}, [][][]float64{w(2, 3), w(2, 1)}, nil, []string{"weights 0 of layer 0", "3 values, want 2"}},
		{[]int{1, 1}, [][][]float64{{{math.NaN()}}}, nil, []string{"weights 0 of layer 0", "NaN"}},
		{[]int{2, 1}, [][][]float64{w(2, 1)}, [][]float64{{1}, {2}}, []string{"2 layers of biases, want 1"}},
		{[]int{2, 1}, [][][]float64{w(2, 1)}, [][]float64{{1, 2}}, []string{"biases of layer 0", "2 values, want 1"}},
		{[]int{2, 1}, [][][]float64{w(2, 1)}, [][]float64{{math.Inf(1)}}, []string{"biases of layer 0", "+Inf"}},
		{[]int{2, 1}, nil, [][]float64{{1}}, []string{"biases without weights"}},
	} {
		_, err := NewNetwork(c.sizes, c.weights, c.biases)
		wantError(t, err, c.parts...)
	}
	for _, c := range []struct {
		change func(*Network)
		part   string
	}{
		{func(n *Network) { n.Inputs = []string{"a"} }, "1 names of inputs, want 2"},
		{func(n *Network) { n.Outputs = []string{} }, "0 names of outputs, want 1"},
		{func(n *Network) { n.Layers = []string{"a"} }, "1 names of layers, want 2"},
		{func(n *Network) { n.MaxNeurons = 2 }, "at most 2 neurons per column, want 3 to 64"},
	} {
		n := must1(NewNetwork([]int{2, 1}, nil, nil))(t)
		c.change(n)
		wantError(t, n.Save(t.TempDir()+"/p.png"), c.part)
	}
}

// A column of any size has at most MaxNeurons places, one of which holds the dots; the first and the
// last neurons are the ones drawn.
func TestLongColumnsAreCut(t *testing.T) {
	for most := 3; most <= 20; most++ {
		n := must1(NewNetwork([]int{1, most, most + 1, 1 << 40}, nil, nil))(t)
		n.MaxNeurons = most
		columns, radius := n.lay(draw.NewCanvas(&recorder.Canvas{}, 800, 600))
		if radius < 1 {
			t.Errorf("radius %v", radius)
		}
		for layer, size := range n.Sizes {
			col := columns[layer]
			want := size
			if size > most {
				want = most - 1
			}
			if len(col.neurons) != want || col.cut != (size > most) {
				t.Fatalf("at most %d: %d of %d neurons drawn, cut %v, want %d", most, len(col.neurons), size, col.cut, want)
			}
			if first, last := col.neurons[0].index, col.neurons[want-1].index; first != 0 || last != size-1 {
				t.Errorf("at most %d: neurons %d to %d of %d", most, first, last, size)
			}
			for i := 1; i < want; i++ {
				a, b := col.neurons[i-1], col.neurons[i]
				if b.index <= a.index || a.at.Y-b.at.Y < 2*radius || a.at.X != b.at.X {
					t.Errorf("neurons %+v and %+v with radius %v", a, b, radius)
				}
			}
		}
	}
}

// words lists what a picture writes.
func written(t *testing.T, p Picture) map[string]int {
	t.Helper()
	record := new(recorder.Canvas)
	if err := p.Draw(draw.NewCanvas(record, 12*vg.Inch, 8*vg.Inch)); err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	for _, action := range record.Actions {
		if text, ok := action.(*recorder.FillString); ok {
			all[text.String]++
		}
	}
	return all
}

// The picture of XOR's network says each of its nine numbers once, and the names.
func TestNetworkWritesItsNumbers(t *testing.T) {
	n := must1(NewNetwork([]int{2, 2, 1}, [][][]float64{{{5.125, -3.4}, {5.3, -3.6}}, {{71.26}, {-690.4}}},
		[][]float64{{-2.1, 0.001}, {-3.3}}))(t)
	n.Inputs, n.Outputs = []string{"x1", "x2"}, []string{"y"}
	words := written(t, n)
	for _, want := range []string{
		"5.12", "-3.40", "5.30", "-3.60", "71.3", "-690", "-2.10", "1.0e-3", "-3.30", "x1", "x2", "y", "input", "hidden", "output",
	} {
		if words[want] != 1 {
			t.Errorf("%q is written %d times, want once; all: %v", want, words[want], words)
		}
	}
	n.HideNumbers = true
	if words := written(t, n); words["5.12"] != 0 || words["-2.10"] != 0 {
		t.Errorf("numbers in spite of HideNumbers: %v", words)
	}
}

func TestLinkShowsSignAndSize(t *testing.T) {
	small, large, negative := linkStyle(0.1, 0.1, 3), linkStyle(1, 1, 3), linkStyle(-1, 1, 3)
	if small.Width >= large.Width || large.Color != blue || negative.Color != vermillion {
		t.Errorf("styles %+v %+v %+v", small, large, negative)
	}
	if len(large.Dashes) > 0 || len(negative.Dashes) == 0 {
		t.Errorf("dashes %v and %v, want only the negative one dashed", large.Dashes, negative.Dashes)
	}
	if zero := linkStyle(0, 0, 3); zero.Color != gapColor {
		t.Errorf("a weight of 0 has color %v, want grey", zero.Color)
	}
}

// The page of -live draws a net again and again: to check its weights must cost nothing for each of them.
func TestNetworkIsCheckedWithoutGarbage(t *testing.T) {
	const inputs, outputs = 20, 500
	weights := make([][]float64, inputs)
	for i := range weights {
		weights[i] = make([]float64, outputs)
	}
	if got := testing.AllocsPerRun(5, func() {
		if _, err := NewNetwork([]int{inputs, outputs}, [][][]float64{weights}, [][]float64{make([]float64, outputs)}); err != nil {
			t.Fatal(err)
		}
	}); got > inputs*outputs/10 {
		t.Errorf("%g allocations for %d weights", got, inputs*outputs)
	}
}
