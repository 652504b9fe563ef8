package model_test

import (
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/levels"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/vm"
)

// normGolden is a BatchNormalization: its output, the gradients of sum(y·upstream) with respect to x and to what is
// trainable, and its weights before and after the call.
type normGolden struct {
	layerGolden
	Training bool           `json:"training"`
	After    []golden.Array `json:"after"`
}

func TestGoldenNormalization(t *testing.T) {
	golden.Each(t, "norm_*.json", func(t *testing.T, path string) {
		for _, p := range precisions(1e-12, 1e-5) {
			t.Run(p.name, func(t *testing.T) {
				levels.Set(t, p.level)
				var want normGolden
				golden.Read(t, path, &want)
				checkNormalization(t, want, p)
			})
		}
	})
}

func checkNormalization(t *testing.T, want normGolden, p precision) {
	t.Helper()
	l := layerFrom(t, "BatchNormalization", want.Config)
	g := gorgonia.NewGraph()
	x := node(g, "x", p.dtype, want.X)
	wrt := gorgonia.Nodes{x}
	var params, after gorgonia.Nodes
	for i, s := range l.Params(want.X.Shape[1:]) {
		w := want.Weights[i]
		if s.Name != w.Name {
			t.Fatalf("parameter %d is %s, want %s", i, s.Name, w.Name)
		}
		params = append(params, node(g, w.Name, p.dtype, w))
		if !s.NonTrainable {
			wrt = append(wrt, params[i])
		}
	}
	after = append(after, params...)
	y, err := l.Build(layer.Context{Training: want.Training, Update: func(param, value *gorgonia.Node) {
		for i, n := range params {
			if n == param {
				after[i] = value
			}
		}
	}}, x, params)
	if err != nil {
		t.Fatal(err)
	}
	cost := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.HadamardProd(y, node(g, "upstream", p.dtype, want.Upstream)))))
	grads, err := gorgonia.Grad(cost, wrt...)
	if err != nil {
		t.Fatal(err)
	}
	machine, err := vm.New(g, append(append(gorgonia.Nodes{y, cost}, after...), grads...))
	if err != nil {
		t.Fatal(err)
	}
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	golden.Near(t, "y", values(t, y), want.Y.Data, p.tolerance)
	golden.Near(t, "dx", values(t, grads[0]), want.DX.Data, p.tolerance)
	if len(grads) != 1+len(want.DWeights) {
		t.Fatalf("%d gradients, want %d", len(grads), 1+len(want.DWeights))
	}
	for i, w := range want.DWeights {
		golden.Near(t, "d"+w.Name, values(t, grads[i+1]), w.Data, p.tolerance)
	}
	for i, w := range want.After {
		golden.Near(t, w.Name+" after", values(t, after[i]), w.Data, p.tolerance)
	}
}
