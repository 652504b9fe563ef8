package chart

import (
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// A column of any size has room for at most maxNeurons neurons, one of which the dots replace; it shows the first and
// the last neurons.
func TestLongColumnsAreCut(t *testing.T) {
	n := made(NewNetwork([]int{1, maxNeurons - 1, maxNeurons, maxNeurons + 1, 1 << 40}, nil, nil))
	columns, radius := n.lay(draw.NewCanvas(&recorder.Canvas{}, 800, 600))
	for layer, size := range n.sizes {
		col, want := columns[layer], size
		if size > maxNeurons {
			want = maxNeurons - 1
		}
		if len(col.neurons) != want || col.cut != (size > maxNeurons) {
			t.Fatalf("%d of %d neurons drawn, cut %v, want %d", len(col.neurons), size, col.cut, want)
		}
		if first, last := col.neurons[0].index, col.neurons[want-1].index; first != 0 || last != size-1 {
			t.Errorf("neurons %d to %d of %d", first, last, size)
		}
		for i := 1; i < want; i++ {
			a, b := col.neurons[i-1], col.neurons[i]
			if b.index <= a.index || radius < 1 || a.at.Y-b.at.Y < 2*radius || a.at.X != b.at.X {
				t.Errorf("neurons %+v and %+v with radius %v", a, b, radius)
			}
		}
	}
}

// written lists what a picture writes.
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
	n := made(NewNetwork([]int{2, 2, 1}, [][][]float64{{{5.125, -3.4}, {5.3, -3.6}}, {{71.26}, {-690.4}}},
		[][]float64{{-2.1, 0.001}, {-3.3}}))
	n.Inputs, n.Outputs = []string{"x1", "x2"}, []string{"y"}
	words := written(t, n)
	for _, want := range []string{
		"5.12", "-3.40", "5.30", "-3.60", "71.3", "-690", "-2.10", "1.0e-3", "-3.30", "x1", "x2", "y",
		"input", "hidden", "output",
	} {
		if words[want] != 1 {
			t.Errorf("%q is written %d times, want once; all: %v", want, words[want], words)
		}
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

// The page of -live draws a net again and again: the check of its weights must not allocate for each of them.
func TestNetworkIsCheckedWithoutGarbage(t *testing.T) {
	const inputs, outputs = 20, 500
	weights := make([][]float64, inputs)
	for i := range weights {
		weights[i] = make([]float64, outputs)
	}
	if got := testing.AllocsPerRun(5, func() {
		made(NewNetwork([]int{inputs, outputs}, [][][]float64{weights}, [][]float64{make([]float64, outputs)}))
	}); got > inputs*outputs/10 {
		t.Errorf("%g allocations for %d weights", got, inputs*outputs)
	}
}
