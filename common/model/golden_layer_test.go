package model_test

import (
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/levels"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/vm"
)

// layerGolden is one layer: for the scalar sum(y·upstream) its output and gradients.
type layerGolden struct {
	Config   golden.Config  `json:"config"`
	X        golden.Array   `json:"x"`
	Upstream golden.Array   `json:"upstream"`
	Y        golden.Array   `json:"y"`
	DX       golden.Array   `json:"dx"`
	Weights  []golden.Array `json:"weights"`
	DWeights []golden.Array `json:"dweights"`
	MadeBy   golden.MadeBy  `json:"made_by"`
}

// kindOf takes the class of a golden layer. The older ones do not name it: the keys that they alone have do.
func kindOf(t *testing.T, c golden.Config) string {
	t.Helper()
	if c.Has("class_name") {
		return c.Text(t, "class_name")
	}
	for _, k := range []struct{ key, kind string }{
		{"units", "Dense"}, {"filters", "Conv2D"}, {"pool_size", "MaxPooling2D"}, {"rate", "Dropout"},
	} {
		if c.Has(k.key) {
			return k.kind
		}
	}
	if c.Has("data_format") {
		return "Flatten"
	}
	t.Fatalf("what layer is %v?", c)
	return ""
}

func TestGoldenLayers(t *testing.T) {
	golden.Each(t, "layer_*.json", func(t *testing.T, path string) {
		for _, p := range precisions(1e-12, 1e-5) {
			t.Run(p.name, func(t *testing.T) {
				levels.Set(t, p.level)
				var g layerGolden // read anew: the configuration is used up
				golden.Read(t, path, &g)
				checkLayer(t, layerFrom(t, kindOf(t, g.Config), g.Config), g, p)
			})
		}
	})
}

// precision is a dtype and how closely it must meet Keras' float64; float32 at each CPU level to test.
type precision struct {
	name      string
	dtype     tensor.Dtype
	tolerance float64
	level     kernel.Level
}

func precisions(float64s, float32s float64) []precision {
	list := []precision{{"float64", tensor.Float64, float64s, kernel.ActiveLevel()}}
	for _, l := range levels.Tested() {
		list = append(list, precision{"float32, " + l.String(), tensor.Float32, float32s, l})
	}
	return list
}

func checkLayer(t *testing.T, l layer.Layer, want layerGolden, p precision) {
	t.Helper()
	input := tensor.Shape(want.X.Shape[1:])
	out, err := l.OutputShape(input)
	if err != nil {
		t.Fatal(err)
	}
	if !out.Eq(tensor.Shape(want.Y.Shape[1:])) {
		t.Fatalf("output shape %v, want %v", out, want.Y.Shape[1:])
	}
	params := l.Params(input)
	if len(params) != len(want.Weights) {
		t.Fatalf("%d parameters, want %d", len(params), len(want.Weights))
	}
	g := gorgonia.NewGraph()
	x := node(g, "x", p.dtype, want.X)
	wrt := gorgonia.Nodes{x}
	for i, w := range want.Weights {
		if params[i].Name != w.Name || !params[i].Shape.Eq(tensor.Shape(w.Shape)) {
			t.Fatalf("parameter %d is %s %v, want %s %v", i, params[i].Name, params[i].Shape, w.Name, w.Shape)
		}
		wrt = append(wrt, node(g, w.Name, p.dtype, w))
	}
	y, err := l.Build(layer.Context{}, x, wrt[1:])
	if err != nil {
		t.Fatal(err)
	}
	// Gorgonia's own operations make the scalar: ours must work beside them
	cost := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(y, node(g, "upstream", p.dtype, want.Upstream)))))
	grads, err := gorgonia.Grad(cost, wrt...)
	if err != nil {
		t.Fatal(err)
	}
	machine, err := vm.New(g, append(gorgonia.Nodes{y, cost}, grads...))
	if err != nil {
		t.Fatal(err)
	}
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	golden.Near(t, "y", values(t, y), want.Y.Data, p.tolerance)
	golden.Near(t, "dx", values(t, grads[0]), want.DX.Data, p.tolerance)
	for i, w := range want.DWeights {
		golden.Near(t, "d"+w.Name, values(t, grads[i+1]), w.Data, p.tolerance)
	}
}

func node(g *gorgonia.ExprGraph, name string, dtype tensor.Dtype, a golden.Array) *gorgonia.Node {
	var backing any = a.Data
	if dtype == tensor.Float32 {
		backing = golden.Convert[float32](a.Data)
	}
	v := tensor.New(tensor.WithShape(a.Shape...), tensor.WithBacking(backing))
	return gorgonia.NewTensor(g, dtype, len(a.Shape), gorgonia.WithName(name), gorgonia.WithShape(a.Shape...), gorgonia.WithValue(v))
}

func values(t *testing.T, n *gorgonia.Node) []float64 {
	t.Helper()
	v, ok := n.Value().(*tensor.Dense)
	if !ok {
		t.Fatalf("%v is a %T", n, n.Value())
	}
	return model.Float64s(v)
}
