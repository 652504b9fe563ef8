package solver

import (
	"math"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Adam scales the running mean of the gradients by the root of the running mean of their squares
// (Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization"). It keeps the slots
// "momentum" (m) and "velocity" (v) for each parameter. In step t = 1, 2, ..., as in Keras:
//
//	alpha = LearningRate*sqrt(1-Beta2^t)/(1-Beta1^t)
//	m += (1-Beta1)*(g-m); v += (1-Beta2)*(g²-v); w -= alpha*m/(sqrt(v)+Epsilon)
//
// This is the paper's form at the end of its section 2: Epsilon stands beside the root of the
// uncorrected v. In the powers the betas are rounded to float32, elsewhere not, as in Keras.
// alpha is computed in float64 for float32 weights too; Keras computes it in float32, where
// 1-Beta2^t loses three of seven digits in the first steps.
type Adam struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Beta1        float64 // in [0, 1)
	Beta2        float64 // in [0, 1)
	Epsilon      float64 // above 0

	memory memory
}

// NewAdam returns an Adam with Keras' betas of 0.9 and 0.999 and epsilon of 1e-7.
func NewAdam(learningRate float64) *Adam {
	return &Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}
}

// Validate returns an error that names the first field out of its range.
func (s *Adam) Validate() error {
	return first(
		positive("Adam", "LearningRate", s.LearningRate),
		belowOne("Adam", "Beta1", s.Beta1),
		belowOne("Adam", "Beta2", s.Beta2),
		positive("Adam", "Epsilon", s.Epsilon))
}

// Step updates the weights. After an error they are unchanged.
func (s *Adam) Step(model []gorgonia.ValueGrad) error {
	return s.memory.adam(s, s, 0, model)
}

// State returns a copy of the number of steps and of the slots "momentum" and "velocity".
func (s *Adam) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *Adam) View() State { return s.memory.view("Adam") }

// SetState takes a copy of a state that an Adam gave.
func (s *Adam) SetState(state State) error { return s.memory.set("Adam", adamNames, state) }

// AdamW is Adam with decoupled weight decay (Loshchilov and Hutter 2019, "Decoupled Weight Decay
// Regularization"): each step begins with w -= LearningRate*WeightDecay*w, for every parameter,
// biases too, as in Keras, and then continues as Adam. WeightDecay is rounded to float32, as in Keras.
type AdamW struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Beta1        float64 // in [0, 1)
	Beta2        float64 // in [0, 1)
	Epsilon      float64 // above 0
	WeightDecay  float64 // at least 0

	memory memory
}

// NewAdamW returns an AdamW with Keras' betas of 0.9 and 0.999, epsilon of 1e-7 and weight decay
// of 0.004.
func NewAdamW(learningRate float64) *AdamW {
	return &AdamW{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, WeightDecay: 0.004}
}

// Validate returns an error that names the first field out of its range.
func (s *AdamW) Validate() error {
	return first(
		positive("AdamW", "LearningRate", s.LearningRate),
		belowOne("AdamW", "Beta1", s.Beta1),
		belowOne("AdamW", "Beta2", s.Beta2),
		positive("AdamW", "Epsilon", s.Epsilon),
		notNegative("AdamW", "WeightDecay", s.WeightDecay))
}

// Step updates the weights. After an error they are unchanged.
func (s *AdamW) Step(model []gorgonia.ValueGrad) error {
	rates := Adam{LearningRate: s.LearningRate, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: s.Epsilon}
	return s.memory.adam(s, &rates, toFloat32(s.WeightDecay), model)
}

// State returns a copy of the number of steps and of the slots "momentum" and "velocity".
func (s *AdamW) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *AdamW) View() State { return s.memory.view("AdamW") }

// SetState takes a copy of a state that an AdamW gave.
func (s *AdamW) SetState(state State) error { return s.memory.set("AdamW", adamNames, state) }

var adamNames = []string{"momentum", "velocity"}

// adam is the step of s, which is an Adam or an AdamW with the rates r.
func (m *memory) adam(s Solver, r *Adam, weightDecay float64, model []gorgonia.ValueGrad) error {
	t := float64(m.steps + 1)
	alpha := r.LearningRate * math.Sqrt(1-math.Pow(toFloat32(r.Beta2), t)) / (1 - math.Pow(toFloat32(r.Beta1), t))
	decay := r.LearningRate * weightDecay
	return m.step(s, adamNames, 0, model,
		func(p *vectors[float32]) { adamStep(r, alpha, decay, p) },
		func(p *vectors[float64]) { adamStep(r, alpha, decay, p) })
}

func adamStep[T kernel.Float](r *Adam, alpha, decay float64, p *vectors[T]) {
	kernel.AdamStep(p.w, p.slots[0], p.slots[1], p.g, alpha, r.Beta1, r.Beta2, r.Epsilon, decay)
}
