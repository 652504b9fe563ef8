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
// float64 net. It trains on the four rows one at a time, in their order.
func fitPlain(ctx context.Context, r *cli.Run, data dataset.Set, net *model.Net) (*model.History, error) {
	if r.Batch != 1 {
		return nil, fmt.Errorf("-plain trains on one row at a time: want -batch 1, not %d", r.Batch)
	}
	// the graph: a node for each weight, on the net's memory, and one for each operation
	g := G.NewGraph()
	weight := func(i int, shape ...int) *G.Node {
		value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(net.Params()[i].Value.Float64s()))
		return G.NewMatrix(g, G.Float64, G.WithShape(shape...), G.WithName(net.Params()[i].Name), G.WithValue(value))
	}
	x := G.NewMatrix(g, G.Float64, G.WithShape(1, 2), G.WithName("x"))
	d := G.NewMatrix(g, G.Float64, G.WithShape(1, 1), G.WithName("d"))
	w := G.Nodes{weight(0, 2, 2), weight(1, 1, 2), weight(2, 2, 1), weight(3, 1, 1)} // W1, b1, W2, b2
	h := G.Must(G.Sigmoid(G.Must(G.Add(G.Must(G.Mul(x, w[0])), w[1]))))
	y := G.Must(G.Sigmoid(G.Must(G.Add(G.Must(G.Mul(h, w[2])), w[3]))))
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(y, d))))))
	if _, err := G.Grad(cost, w...); err != nil {
		return nil, err
	}
	// the machine runs the graph forward and back; the solver moves the weights down the gradient
	machine := G.NewTapeMachine(g)
	defer machine.Close()
	solver := G.NewVanillaSolver(G.WithLearnRate(r.LearningRate))
	history := &model.History{}
	for epoch := 1; epoch <= r.Epochs && ctx.Err() == nil; epoch++ {
		sum, start := 0.0, time.Now()
		for row := range data.Len() {
			err := errors.Join(
				G.Let(x, tensor.New(tensor.WithShape(1, 2), tensor.WithBacking(data.Input(row)))),
				G.Let(d, tensor.New(tensor.WithShape(1, 1), tensor.WithBacking(data.Target(row)))),
				machine.RunAll(), solver.Step(G.NodesToValueGrads(w)))
			if err != nil {
				return history, err
			}
			sum += cost.Value().Data().(float64)
			machine.Reset()
		}
		mean, seconds := sum/float64(data.Len()), time.Since(start).Seconds()
		history.Epochs = append(history.Epochs, model.Epoch{Epoch: epoch, Loss: mean, Seconds: seconds})
	}
	return history, ctx.Err()
}
