package model_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

// Calls from other goroutines while a net trains change no bit of its weights, solver and history.
func TestQuestionsChangeNothing(t *testing.T) {
	data, many := nets.Digits(t, 33), nets.Digits(t, 300)
	one := many.First(1)
	for _, m := range machines {
		t.Run(m.name, func(t *testing.T) {
			config := model.Config{Seed: 7, Machine: m.machine, Metrics: []model.Metric{model.Accuracy}}
			how := model.Fit{Epochs: 3, Batch: 12, Validation: nets.Digits(t, 9)}
			alone := nets.Compile(t, nets.CNN(), config)
			want := nets.Fit(t, alone, data, how)

			net := nets.Compile(t, nets.CNN(), config)
			var got *model.History
			nets.Beside(t, []func() error{
				func() error { _, err := net.Predict(one); return err },
				func() error { _, err := net.Predict(many); return err },
				func() error { _, err := net.Evaluate(context.Background(), data); return err },
				func() error { _, err := net.Activations(one); return err },
				func() error { _, err := net.State(); return err },
				func() error { net.Weights(); net.Position(); return nil },
			}, func() { got = nets.Fit(t, net, data, how) })
			if !reflect.DeepEqual(nets.Timeless(got.Epochs), nets.Timeless(want.Epochs)) {
				t.Errorf("the history is %v, want %v", nets.Timeless(got.Epochs), nets.Timeless(want.Epochs))
			}
			if !reflect.DeepEqual(nets.State(t, net), nets.State(t, alone)) {
				t.Error("weights or solver end elsewhere")
			}
		})
	}
}

// stepCounter is a solver that sets each weight to the number of steps: a look at weights of two steps shows two
// numbers.
type stepCounter struct{ steps float32 }

func (c *stepCounter) Step(model []gorgonia.ValueGrad) error {
	c.steps++
	for _, vg := range model {
		w := vg.Value().Data().([]float32)
		for i := range w {
			w[i] = c.steps
		}
	}
	return nil
}

// Each answer beside a Fit is that of the weights after one whole step, never of a mixture: with all weights w the two
// layers of a row of ones give 3w and 48w^2+w, whole numbers that float32 holds exactly.
func TestAnswersAreOfOneStep(t *testing.T) {
	const width, steps = 16, 200
	ones := func(n int) dataset.Set {
		inputs := make([]float64, 2*n)
		for i := range inputs {
			inputs[i] = 1
		}
		s, err := dataset.FromFloats([]int{2}, inputs, []int{1}, make([]float64, n))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, m := range machines {
		t.Run(m.name, func(t *testing.T) {
			net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: width}, layer.Dense{Units: 1}),
				model.Config{Loss: loss.MeanSquaredError, Solver: &stepCounter{}, Machine: m.machine})
			if err := net.SetWeights(same(net, 0)); err != nil {
				t.Fatal(err)
			}
			var seen [2]atomic.Bool // answers from the first half of the steps, and from the second
			step := func(what string, w float64) error {
				if w != float64(int(w)) || w < 0 || w > steps {
					return fmt.Errorf("%s: of step %v", what, w)
				}
				seen[int(w)*2/(steps+1)].Store(true)
				return nil
			}
			// answer finds the step whose output y is; all rows of a chunk must be of the same step
			answer := func(what string, y []float64) error {
				for i := range y {
					w := 0.0
					for w <= steps && 3*width*w*w+w != y[i] {
						w++
					}
					if err := step(what, w); err != nil {
						return fmt.Errorf("%w, the output is %v", err, y[i])
					}
					if i%128 > 0 && y[i] != y[i-1] {
						return fmt.Errorf("%s: %v and %v in one run of a graph", what, y[i-1], y[i])
					}
				}
				return nil
			}
			predict := func(data dataset.Set) func() error {
				return func() error {
					y, err := net.Predict(data)
					if err != nil {
						return err
					}
					return answer("Predict", model.Float64s(y))
				}
			}
			one, many := ones(1), ones(300)
			nets.Beside(t, []func() error{
				predict(one),
				predict(many),
				func() error {
					layers, err := net.Activations(one)
					if err != nil {
						return err
					}
					hidden, out := model.Float64s(layers[0]), model.Float64s(layers[1])
					w := hidden[0] / 3
					if slices.ContainsFunc(hidden, func(h float64) bool { return h != 3*w }) || out[0] != 3*width*w*w+w {
						return fmt.Errorf("Activations: %v and %v, want those of one step", hidden, out)
					}
					return step("Activations", w)
				},
				func() error {
					// 128 rows: one run of a graph
					s, err := net.Evaluate(context.Background(), many.First(128))
					if err != nil {
						return err
					}
					for w := 0.0; w <= steps; w++ {
						// squares round in float32, but to a number of their own
						if y := float64(float32(3*width*w*w + w)); within(s.Loss, y*y, 1e-5) {
							return step("Evaluate", w)
						}
					}
					return fmt.Errorf("Evaluate: the loss %v is of no step", s.Loss)
				},
				func() error {
					w := net.Weights()
					if nets.Furthest(w, same(net, first(w))) != 0 {
						return fmt.Errorf("Weights: %v, want all the same", w)
					}
					return step("Weights", first(w))
				},
				func() error {
					if p := net.Position(); p != nil && p.Seen != 4*p.Steps {
						return fmt.Errorf("Position: %d rows in %d steps of 4", p.Seen, p.Steps)
					}
					return nil
				},
			}, func() { nets.Fit(t, net, ones(40), model.Fit{Epochs: steps / 10, Batch: 4}) })
			if w := first(net.Weights()); w != steps {
				t.Errorf("the weights end at %v, want %d", w, steps)
			}
			t.Logf("answers of the first half: %t, of the second: %t", seen[0].Load(), seen[1].Load())
		})
	}
}

func first(weights []*tensor.Dense) float64 { return model.Float64s(weights[0])[0] }

// same are weights of the net that are all w.
func same(net *model.Net, w float64) []*tensor.Dense {
	var all [][]float64
	for _, p := range net.Params() {
		all = append(all, slices.Repeat([]float64{w}, tensor.Shape(p.Shape()).TotalSize()))
	}
	return nets.Tensors(net, all...)
}

// within reports whether got is want but for a relative error.
func within(got, want, relative float64) bool {
	return got >= want*(1-relative) && got <= want*(1+relative)
}
