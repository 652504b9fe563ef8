package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// fitPlain is net.Fit in stock Gorgonia: a graph, its gradients, a tape machine and a solver, on the weights of a
// float64 net. It trains on all rows at once, in their order.
func fitPlain(ctx context.Context, r *cli.Run, data dataset.Set, net *model.Net) (*model.History, error) {
	n := data.Len()
	if r.Batch < n {
		return nil, fmt.Errorf("-plain trains on all %d rows at once: want -batch %d or more, not %d", n, n, r.Batch)
	}
	// the graph: a node for each weight, on the net's memory, and one for each operation
	g := G.NewGraph()
	matrix := func(name string, values []float64, shape ...int) *G.Node {
		value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
		return G.NewMatrix(g, G.Float64, G.WithShape(shape...), G.WithName(name), G.WithValue(value))
	}
	var inputs, targets []float64
	for row := range n {
		inputs, targets = append(inputs, data.Input(row)...), append(targets, data.Target(row)...)
	}
	x, d := matrix("x", inputs, n, 2), matrix("d", targets, n, 1)
	w := matrix("w", net.Params()[0].Value.Float64s(), 2, 1)
	b := matrix("b", net.Params()[1].Value.Float64s(), 1, 1)
	y := G.Must(G.BroadcastAdd(G.Must(G.Mul(x, w)), b, nil, []byte{0}))
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(y, d))))))
	if _, err := G.Grad(cost, w, b); err != nil {
		return nil, err
	}
	// the machine runs the graph forward and back; the solver moves the weights down the gradient
	machine := G.NewTapeMachine(g)
	defer machine.Close()
	// as Keras: Gorgonia's own default is rho 0.999
	solver := G.NewRMSPropSolver(G.WithLearnRate(r.LearningRate), G.WithRho(0.9), G.WithEps(1e-7))
	history := &model.History{}
	for epoch := 1; epoch <= r.Epochs && ctx.Err() == nil; epoch++ {
		start := time.Now()
		if err := errors.Join(machine.RunAll(), solver.Step(G.NodesToValueGrads(G.Nodes{w, b}))); err != nil {
			return history, err
		}
		loss, seconds := cost.Value().Data().(float64), time.Since(start).Seconds()
		history.Epochs = append(history.Epochs, model.Epoch{Epoch: epoch, Loss: loss, Seconds: seconds})
		machine.Reset()
	}
	return history, ctx.Err()
}
