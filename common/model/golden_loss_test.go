package model_test

import (
	"path/filepath"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/levels"
	"gorgonia-lectures/common/vm"
)

// lossGolden is a loss of outputs that come from no softmax or sigmoid: the value, and its gradient.
type lossGolden struct {
	YTrue  golden.Array  `json:"y_true"`
	YPred  golden.Array  `json:"y_pred"`
	Loss   float64       `json:"loss"`
	DYPred golden.Array  `json:"dy_pred"`
	MadeBy golden.MadeBy `json:"made_by"`
}

func TestGoldenLosses(t *testing.T) {
	golden.Each(t, "loss_*.json", func(t *testing.T, path string) {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "loss_"), ".json")
		name, _, _ = strings.Cut(name, "_saturated")
		var want lossGolden
		golden.Read(t, path, &want)
		for _, p := range precisions(1e-12, 1e-5) {
			t.Run(p.name, func(t *testing.T) {
				levels.Set(t, p.level)
				g := gorgonia.NewGraph()
				pred, target := node(g, "pred", p.dtype, want.YPred), node(g, "target", p.dtype, want.YTrue)
				cost, err := lossFrom(t, name).Build(pred, target)
				if err != nil {
					t.Fatal(err)
				}
				grads, err := gorgonia.Grad(cost, pred)
				if err != nil {
					t.Fatal(err)
				}
				machine, err := vm.New(g, gorgonia.Nodes{cost, grads[0]})
				if err != nil {
					t.Fatal(err)
				}
				if err := machine.RunAll(); err != nil {
					t.Fatal(err)
				}
				golden.Near(t, "loss", []float64{scalar(t, cost)}, []float64{want.Loss}, p.tolerance)
				golden.Near(t, "dy_pred", values(t, grads[0]), want.DYPred.Data, p.tolerance)
			})
		}
	})
}

func scalar(t *testing.T, n *gorgonia.Node) float64 {
	t.Helper()
	switch v := n.Value().(type) {
	case *gorgonia.F32:
		return float64(*v)
	case *gorgonia.F64:
		return float64(*v)
	default:
		t.Fatalf("%v is a %T, want a scalar", n, v)
		return 0
	}
}
