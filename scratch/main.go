// Command scratch trains the smallest neural nets in plain slices, without any library: the delta rule,
// back-propagation and cross-entropy, each in a file of its own (delta.go, backprop.go,
// crossentropy.go), and prints the lecture's results beside its own.
package main

import (
	"context"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli"
)

// X holds the four inputs. The third column is the bias: an input that is always 1.
var X = [][]float64{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}}

var (
	firstInput = task{"first input", []float64{0, 0, 1, 1}} // the lecture calls it AND
	and        = task{"AND", []float64{0, 0, 0, 1}}
	xor        = task{"XOR", []float64{0, 1, 1, 0}}
)

var step bool

var defaults = cli.Defaults{
	About:  "trains the lecture's nets in plain slices: delta rule, back-propagation, cross-entropy.",
	Epochs: 10000, LearningRate: 0.9, Dtype: tensor.Float64,
	Studies: []cli.Study{{Name: "seeds", Run: seeds}},
	Flags: func(f *cli.Flags) {
		f.Bool(&step, "step", "only print one sample forward and back, with every number", cli.OfNet)
		f.Int(&seedCount, "seeds", 100, "train from `N` seeds in -study seeds")
	},
}

func main() { cli.Main("scratch", defaults, run) }

func run(ctx context.Context, r *cli.Run) error {
	if step {
		r.Printf("%s", blackboard(r.Language, r.Seed, r.LearningRate))
		return nil
	}
	l := lesson{ctx: ctx, run: r}

	l.print("1. Forward pass of one layer with random weights (seed %d)\n\n", r.Seed)
	showForward(r, newLayer(r.Seed))

	l.print("\n2. Delta rule, one layer: δ = y(1-y)(d-y)\n" +
		"   The lecture calls the target 0 0 1 1 AND; it is the first input. AND is 0 0 0 1.\n\n")
	first := l.layer(firstInput, "0.0102", "0.0083", "0.9932", "0.9917")
	second := l.layer(and)

	l.print("3. The same layer on XOR: it fails\n\n")
	single := l.layer(xor, "0.530", "0.500", "0.470", "0.441")
	l.print("%s\n", whySingleLayerFails)

	l.print("4. Back-propagation, a hidden layer of %d: δ1 = y1(1-y1)∘W2ᵀδ\n\n", hidden)
	squared := l.net(xor, "squared error", backpropEpoch, "0.0068", "0.9898", "0.9866", "0.0166")
	l.net(firstInput, "squared error", backpropEpoch)
	l.net(and, "squared error", backpropEpoch)

	l.print("5. Cross-entropy, the same net and weights at the start: δ = d-y\n\n")
	entropy := l.net(xor, "cross-entropy", crossEntropyEpoch, "3.5e-5", "0.99989", "0.99976", "3.6e-4")
	if l.err != nil {
		return l.err
	}

	l.print("6. Squared error against cross-entropy on XOR\n\n")
	showComparison(r, squared, entropy)
	l.print("%s\n", whatTestsProve)

	r.Final("mean_error_after_squared_error", squared.loss())
	r.Final("mean_error_after_cross_entropy", entropy.loss())
	r.SaveRun(nil)
	drawPictures(ctx, r, []course{first, second}, single, squared, entropy)
	return nil
}
