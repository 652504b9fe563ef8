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

// task is what a net shall learn: a wanted output for each row of X.
type task struct {
	name string
	D    []float64
}

var (
	// The lecture calls this column AND. It is the first input.
	firstInput = task{"first input", []float64{0, 0, 1, 1}}
	and        = task{"AND", []float64{0, 0, 0, 1}}
	xor        = task{"XOR", []float64{0, 1, 1, 0}}
)

func main() {
	defaults, run := program()
	cli.Main("scratch", defaults, run)
}

// program is the command without its process.
func program() (cli.Defaults, cli.Func) {
	var step bool
	defaults := cli.Defaults{
		About:        "The lecture's nets in plain slices: delta rule, back-propagation, cross-entropy.",
		Epochs:       10000,
		LearningRate: 0.9,
		Dtype:        tensor.Float64,
		Flags: func(f *cli.Flags) {
			f.Bool(&step, "step", "print one sample forward and back with every number, and end")
		},
	}
	return defaults, func(ctx context.Context, r *cli.Run) error {
		if step {
			r.Printf("%s", blackboard(r.Seed, r.LearningRate))
			return nil
		}
		return run(ctx, r)
	}
}

func run(ctx context.Context, r *cli.Run) error {
	r.Printf("1. Forward pass of one layer with random weights (seed %d)\n\n", r.Seed)
	showForward(r, newLayer(r.Seed))

	r.Printf("\n2. Delta rule, one layer: δ = y(1-y)(d-y)\n" +
		"   The lecture calls the target 0 0 1 1 AND; it is the first input. AND is 0 0 0 1.\n\n")
	first, err := trainLayer(ctx, r, firstInput)
	if err != nil {
		return err
	}
	showOutputs(r, first, "0.0102", "0.0083", "0.9932", "0.9917")
	second, err := trainLayer(ctx, r, and)
	if err != nil {
		return err
	}
	showOutputs(r, second)

	r.Printf("3. The same layer on XOR: it fails\n\n")
	single, err := trainLayer(ctx, r, xor)
	if err != nil {
		return err
	}
	showOutputs(r, single, "0.530", "0.500", "0.470", "0.441")
	r.Printf("%s\n", whySingleLayerFails)

	r.Printf("4. Back-propagation, a hidden layer of %d: δ1 = y1(1-y1)∘W2ᵀδ\n\n", hidden)
	squared := map[string]course{}
	for _, t := range []task{xor, firstInput, and} {
		if squared[t.name], err = trainNet(ctx, r, t, "squared error", backpropEpoch); err != nil {
			return err
		}
	}
	showOutputs(r, squared[xor.name], "0.0068", "0.9898", "0.9866", "0.0166")
	showOutputs(r, squared[firstInput.name])
	showOutputs(r, squared[and.name])

	r.Printf("5. Cross-entropy, the same net and weights at the start: δ = d-y\n\n")
	entropy, err := trainNet(ctx, r, xor, "cross-entropy", crossEntropyEpoch)
	if err != nil {
		return err
	}
	showOutputs(r, entropy, "3.5e-5", "0.99989", "0.99976", "3.6e-4")

	r.Printf("6. Squared error against cross-entropy on XOR\n\n")
	showComparison(r, squared[xor.name], entropy)
	r.Printf("%s\n", whatTestsProve)

	if err := drawPictures(r, []course{first, second}, single, squared[xor.name], entropy); err != nil {
		return err
	}
	r.Figure("mean_error_after_squared_error", squared[xor.name].loss())
	r.Figure("mean_error_after_cross_entropy", entropy.loss())
	return r.SaveRun(nil)
}
