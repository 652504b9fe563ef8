package op_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/op"
)

// Each test below compares every gradient with central differences for random shapes. Fixed seeds:
// no weighted sum of these comes near the corner of a ReLU.

func TestDenseGradients(t *testing.T) {
	for seed := range uint64(8) {
		for _, relu := range []bool{false, true} {
			for _, biased := range []bool{false, true} {
				t.Run(fmt.Sprintf("seed=%d,relu=%v,bias=%v", seed, relu, biased), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(seed, 1))
					rows, in, out := size(rng, 1, 6), size(rng, 1, 7), size(rng, 1, 5)
					inputs := []array{random(rng, rows, in), random(rng, in, out)}
					if biased {
						inputs = append(inputs, random(rng, out))
					}
					checkGradients(t, denseOp(relu), 0, inputs...)
				})
			}
		}
	}
}

// Of an input of several axes all but the last are rows.
func TestDenseGradientsOfSeveralAxes(t *testing.T) {
	for _, relu := range []bool{false, true} {
		for _, shape := range [][]int{{2, 3, 4}, {1, 1, 4}, {2, 3, 2, 4}} {
			t.Run(fmt.Sprintf("x%v,relu=%v", shape, relu), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(9, 1))
				checkGradients(t, denseOp(relu), 0, random(rng, shape...), random(rng, 4, 3))
				checkGradients(t, denseOp(relu), 0, random(rng, shape...), random(rng, 4, 3), random(rng, 3))
			})
		}
	}
}

func denseOp(relu bool) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.Dense(in[0], in[1], third(in), relu) }
}

// third is the bias, or nil.
func third(in []*gorgonia.Node) *gorgonia.Node {
	if len(in) < 3 {
		return nil
	}
	return in[2]
}

func TestConv2DGradients(t *testing.T) {
	for seed := range uint64(16) {
		rng := rand.New(rand.NewPCG(seed, 2))
		kernel := [2]int{size(rng, 1, 4), size(rng, 1, 4)}
		strides := [2]int{size(rng, 1, 3), size(rng, 1, 3)}
		channels, filters := size(rng, 1, 3), size(rng, 1, 3)
		x := random(rng, size(rng, 1, 3), size(rng, 4, 7), size(rng, 4, 7), channels)
		w, b := random(rng, kernel[0], kernel[1], channels, filters), random(rng, filters)
		// seeds 0 to 3 have all four combinations, and so on
		same, relu := seed&1 != 0, seed&2 != 0
		t.Run(fmt.Sprintf("x%v,w%v,strides%v,same=%v,relu=%v", x.shape, w.shape, strides, same, relu), func(t *testing.T) {
			checkGradients(t, convOp(strides, same, relu), 0, x, w)
			checkGradients(t, convOp(strides, same, relu), 0, x, w, b)
		})
	}
}

func convOp(strides [2]int, same, relu bool) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		return op.Conv2D(in[0], in[1], third(in), strides, same, relu)
	}
}

// A kernel larger than the image, and a stride larger than the kernel: "same" pads, or skips pixels.
func TestConv2DGradientsAtTheExtremes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	checkGradients(t, convOp([2]int{1, 1}, true, false), 0,
		random(rng, 2, 2, 3, 2), random(rng, 5, 4, 2, 2), random(rng, 2))
	checkGradients(t, convOp([2]int{3, 4}, true, false), 0,
		random(rng, 1, 7, 8, 1), random(rng, 2, 2, 1, 2), random(rng, 2))
	checkGradients(t, convOp([2]int{3, 3}, false, true), 0,
		random(rng, 1, 7, 8, 1), random(rng, 1, 1, 1, 3), random(rng, 3))
}

func TestMaxPool2DGradients(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		w := op.Window{
			Size:   [2]int{size(rng, 1, 4), size(rng, 1, 4)},
			Stride: [2]int{size(rng, 1, 3), size(rng, 1, 3)}, // smaller than the size: windows overlap
			Same:   seed&1 != 0,
		}
		x := apart(rng, size(rng, 1, 3), size(rng, 4, 7), size(rng, 4, 7), size(rng, 1, 3))
		t.Run(fmt.Sprintf("x%v,%v", x.shape, w), func(t *testing.T) { checkGradients(t, poolOp(w), 0, x) })
	}
}

func poolOp(w op.Window) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.MaxPool2D(in[0], w) }
}

// one is an operation of one input as a builder.
func one(f func(*gorgonia.Node) (*gorgonia.Node, error)) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return f(in[0]) }
}

func TestActivationGradients(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(*gorgonia.Node) (*gorgonia.Node, error)
	}{
		{"Sigmoid", op.Sigmoid}, {"Tanh", op.Tanh}, {"ReLU", op.ReLU}, {"Softmax", op.Softmax},
		{"SELU", activate(kernel.SELU)}, {"GELU", activate(kernel.GELU)}, {"SiLU", activate(kernel.SiLU)},
		{"Softplus", activate(kernel.Softplus)}, {"Softsign", activate(kernel.Softsign)},
		{"Exponential", activate(kernel.Exponential)}, {"HardSigmoid", activate(kernel.HardSigmoid)},
		{"ELU", activate(kernel.ELU(1))}, {"ELU of 0.5", activate(kernel.ELU(.5))},
		{"LeakyReLU", activate(kernel.LeakyReLU(.3))}, {"ReLU with a maximum", activate(kernel.ClippedReLU(0, 0, .3))},
		{"ReLU with all", activate(kernel.ClippedReLU(.2, .25, .5))}, {"Rescaling", activate(kernel.Rescaling(-3, 2))},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(6) {
				rng := rand.New(rand.NewPCG(seed, 4))
				for _, shape := range [][]int{
					{size(rng, 1, 9)}, {size(rng, 1, 5), size(rng, 1, 6)}, {2, size(rng, 1, 3), 3, size(rng, 1, 4)},
				} {
					checkGradients(t, one(c.f), 0, apart(rng, shape...))
				}
			}
		})
	}
}

func activate(f kernel.Activation) func(*gorgonia.Node) (*gorgonia.Node, error) {
	return func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.Activate(x, f) }
}

func TestReshapeGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 15))
	for _, c := range []struct{ shape, row []int }{
		{[]int{2, 6}, []int{3, 2}}, {[]int{3, 2, 4}, []int{8}}, {[]int{2, 3}, []int{3}},
	} {
		checkGradients(t, reshapeOp(c.row...), 0, random(rng, c.shape...))
	}
}

func reshapeOp(row ...int) builder {
	return one(func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.Reshape(x, row) })
}

func TestZeroPadding2DGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 15))
	for _, frame := range [][4]int{{1, 1, 1, 1}, {0, 2, 3, 0}, {}} {
		checkGradients(t, paddingOp(frame), 0, random(rng, 2, 3, 4, 2))
	}
}

func paddingOp(frame [4]int) builder {
	return one(func(x *gorgonia.Node) (*gorgonia.Node, error) {
		return op.ZeroPadding2D(x, frame[0], frame[1], frame[2], frame[3])
	})
}

func TestFlattenGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	for _, shape := range [][]int{{2, 3}, {3, 2, 4}, {2, 3, 4, 2}, {1, 1, 1, 1}} {
		checkGradients(t, one(op.Flatten), 0, random(rng, shape...))
	}
}

// An output that is the input of two operations gets the sum of their gradients.
func TestGradientsOfASharedInput(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 5))
	checkGradients(t, func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
		hidden, err := op.Dense(in[0], in[1], nil, true)
		if err != nil {
			return nil, err
		}
		// hidden is the input and, through a sigmoid, the kernel
		gate, err := op.Sigmoid(hidden)
		if err != nil {
			return nil, err
		}
		return op.Dense(hidden, gate, nil, false)
	}, 0, random(rng, 4, 3), random(rng, 3, 4))
}

// A small net from end to end: each gradient passes through every kind of layer.
func TestGradientsOfANet(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	step := uint64(4)
	checkGradients(t, func(in ...*gorgonia.Node) (y *gorgonia.Node, err error) {
		y = in[0]
		for _, layer := range []func() (*gorgonia.Node, error){
			func() (*gorgonia.Node, error) { return op.Conv2D(y, in[1], in[2], [2]int{1, 1}, true, true) },
			func() (*gorgonia.Node, error) {
				return op.MaxPool2D(y, op.Window{Size: [2]int{2, 2}, Stride: [2]int{2, 2}})
			},
			func() (*gorgonia.Node, error) { return op.Dropout(y, .25, op.Mask{Seed: 5, Step: &step}) },
			func() (*gorgonia.Node, error) { return op.Flatten(y) },
			func() (*gorgonia.Node, error) { return op.Dense(y, in[3], in[4], false) },
			func() (*gorgonia.Node, error) { return op.Softmax(y) },
			func() (*gorgonia.Node, error) { return op.CategoricalCrossentropyLogits(y, in[5]) },
		} {
			if y, err = layer(); err != nil {
				return nil, err
			}
		}
		return y, nil
	}, 1, random(rng, 3, 6, 6, 2), random(rng, 2, 3, 2, 2), random(rng, 2), random(rng, 18, 4), random(rng, 4),
		array{[]int{3, 4}, []float64{0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1}})
}

// A convolution with a ReLU masks its gradient in the pool after it; one with the ReLU as a node of its own masks it
// after the pool. The bits are the same, even if windows overlap or extend beyond the image, and if the output has
// another use too.
func TestReLUBeforeAPool(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 11))
	for _, w := range []op.Window{
		{Size: [2]int{2, 2}, Stride: [2]int{2, 2}},
		{Size: [2]int{3, 3}, Stride: [2]int{2, 1}, Same: true},
		{Size: [2]int{2, 3}, Stride: [2]int{1, 1}},
	} {
		net := func(joined, twice bool) builder {
			return func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
				x := gorgonia.Must(op.Conv2D(in[0], in[1], in[2], [2]int{1, 1}, true, joined))
				if !joined {
					x = gorgonia.Must(op.ReLU(x))
				}
				y := gorgonia.Must(op.MaxPool2D(x, w))
				if twice {
					other := op.Window{Size: [2]int{1, 1}, Stride: [2]int{1, 1}}
					both := gorgonia.Nodes{gorgonia.Must(gorgonia.Sum(y)),
						gorgonia.Must(gorgonia.Sum(gorgonia.Must(op.MaxPool2D(x, other))))}
					return gorgonia.Add(both[0], both[1])
				}
				return y, nil
			}
		}
		for _, dtype := range dtypes {
			for _, twice := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v,%v,%v", w, dtype, twice), func(t *testing.T) {
					inputs := []array{random(rng, 3, 9, 11, 4), random(rng, 3, 2, 4, 10), random(rng, 10)}
					apart := newTrial(t, net(false, twice), dtype, 0, inputs...)
					joined := newTrial(t, net(true, twice), dtype, 0, inputs...)
					apart.run(t)
					joined.run(t)
					want := apart.gradients(t)
					for i, grad := range joined.gradients(t) {
						if !slices.Equal(grad, want[i]) {
							t.Errorf("gradient %d has other bits than with the ReLU apart", i)
						}
					}
				})
			}
		}
	}
}

// A dense layer computes the gradient of its input only where a ReLU before it passes that on, also with dropout,
// pooling and other shapes between. The bits are those of a ReLU as a node of its own, which masks the finished gradient, and
// those that Gorgonia's tape machine computes.
func TestReLUBeforeDense(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 11))
	step := uint64(3)
	mask := op.Mask{Seed: 5, Step: &step}
	const rows = 20
	input := array{tensor.Shape{rows, 10, 10, 3}, random(rng, rows, 10, 10, 3).data}
	same := func(x *gorgonia.Node) (*gorgonia.Node, error) { return x, nil }
	for name, between := range map[string]func(x *gorgonia.Node) (*gorgonia.Node, error){
		"nothing": same,
		"dropout": func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.Dropout(x, .25, mask) },
		"channel": func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.SpatialDropout2D(x, .25, mask) },
		"reshape": func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.Reshape(x, tensor.Shape{5, 160}) },
		"all": func(x *gorgonia.Node) (*gorgonia.Node, error) {
			x = must(op.MaxPool2D(x, op.Window{Size: [2]int{3, 3}, Stride: [2]int{1, 1}, Same: true}))
			return op.Dropout(must(op.SpatialDropout2D(must(op.Dropout(x, .1, mask)), .1, mask)), .1, mask)
		},
		"noise": func(x *gorgonia.Node) (*gorgonia.Node, error) { return op.GaussianNoise(x, .1, mask) },
	} {
		net := func(joined, twice bool) builder {
			return func(in ...*gorgonia.Node) (*gorgonia.Node, error) {
				x := must(op.Conv2D(in[0], in[1], in[2], [2]int{1, 1}, true, joined))
				if !joined {
					x = must(op.ReLU(x))
				}
				x = must(op.Flatten(must(between(x))))
				y := must(op.Dense(x, in[3], in[4], true))
				if twice {
					y = must(gorgonia.Add(y, must(op.Dense(x, in[3], nil, false))))
				}
				return y, nil
			}
		}
		for _, dtype := range dtypes {
			for _, twice := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s,%v,%v", name, dtype, twice), func(t *testing.T) {
					kernel, bias := random(rng, 2, 2, 3, 8), random(rng, 8)
					units := random(rng, 100)
					for i := range bias.data { // few elements of a hidden layer are above 0
						bias.data[i] -= 6
					}
					for i := range units.data {
						units.data[i] -= 5
					}
					inputs := []array{input, kernel, bias, random(rng, 800, 100), units}
					apart := newTrial(t, net(false, twice), dtype, 0, inputs...)
					joined := newTrial(t, net(true, twice), dtype, 0, inputs...)
					apart.run(t)
					joined.run(t)
					want := apart.gradients(t)
					check := func(machine string) {
						for i, grad := range joined.gradients(t) {
							if !slices.Equal(grad, want[i]) {
								t.Errorf("%s: gradient %d has other bits than with the ReLU apart", machine, i)
							}
						}
					}
					check("own")
					tape := gorgonia.NewTapeMachine(joined.y.Graph().ExactSubgraphRoots(append(joined.grads, joined.cost)...))
					defer tape.Close()
					if err := tape.RunAll(); err != nil {
						t.Fatal(err)
					}
					check("tape")
				})
			}
		}
	}
}
