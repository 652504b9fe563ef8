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
//
// With AMSGrad (Reddi, Kale and Kumar 2018, "On the Convergence of Adam and Beyond") the last v is the largest one so
// far, the slot "velocity_hat".
type Adam struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Beta1        float64 // in [0, 1)
	Beta2        float64 // in [0, 1)
	Epsilon      float64 // above 0
	AMSGrad      bool    // cannot change after the first step
	Options

	memory memory
}

// NewAdam returns an Adam with Keras' betas of 0.9 and 0.999 and epsilon of 1e-7.
func NewAdam(learningRate float64) *Adam {
	return &Adam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}
}

// Validate returns an error that names the first field out of its range.
func (s *Adam) Validate() error { return s.check("Adam") }

func (s *Adam) check(solver string) error {
	return first(
		s.validate(solver, s.LearningRate),
		belowOne(solver, "Beta1", s.Beta1),
		belowOne(solver, "Beta2", s.Beta2),
		positive(solver, "Epsilon", s.Epsilon))
}

// Step updates the weights. After an error they are unchanged.
func (s *Adam) Step(model []gorgonia.ValueGrad) error { return s.memory.adam(s, s, model) }

// State returns a copy of the number of steps and of the slots.
func (s *Adam) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *Adam) View() State { return s.memory.view("Adam") }

// SetState takes a copy of a state that an Adam gave.
func (s *Adam) SetState(state State) error { return s.memory.set("Adam", s.slotNames(), state) }

// AdamW is Adam with decoupled weight decay (Loshchilov and Hutter 2019, "Decoupled Weight Decay
// Regularization"): Keras has it as a class of its own, with another default of WeightDecay.
type AdamW struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Beta1        float64 // in [0, 1)
	Beta2        float64 // in [0, 1)
	Epsilon      float64 // above 0
	AMSGrad      bool    // cannot change after the first step
	Options              // WeightDecay is 0.004 by default

	memory memory
}

// NewAdamW returns an AdamW with Keras' betas of 0.9 and 0.999, epsilon of 1e-7 and weight decay
// of 0.004.
func NewAdamW(learningRate float64) *AdamW {
	return &AdamW{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7,
		Options: Options{WeightDecay: 0.004}}
}

// rates are those of an Adam with the same settings.
func (s *AdamW) rates() Adam {
	return Adam{LearningRate: s.LearningRate, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: s.Epsilon, AMSGrad: s.AMSGrad,
		Options: s.Options}
}

// Validate returns an error that names the first field out of its range.
func (s *AdamW) Validate() error {
	rates := s.rates()
	return rates.check("AdamW")
}

// Step updates the weights. After an error they are unchanged.
func (s *AdamW) Step(model []gorgonia.ValueGrad) error {
	rates := s.rates()
	return s.memory.adam(s, &rates, model)
}

// State returns a copy of the number of steps and of the slots.
func (s *AdamW) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *AdamW) View() State { return s.memory.view("AdamW") }

// SetState takes a copy of a state that an AdamW gave.
func (s *AdamW) SetState(state State) error {
	rates := s.rates()
	return s.memory.set("AdamW", rates.slotNames(), state)
}

var (
	adamNames    = []string{"momentum", "velocity"}
	amsgradNames = []string{"momentum", "velocity", "velocity_hat"}
)

func (s *Adam) slotNames() []string {
	if s.AMSGrad {
		return amsgradNames
	}
	return adamNames
}

// fused reports whether the solver's kernel lets the weights decay.
func fused(s Solver) bool {
	switch s.(type) {
	case *Adam, *AdamW:
		return true
	}
	return false
}

// adam is the step of s, which is an Adam or an AdamW with the rates r.
func (m *memory) adam(s Solver, r *Adam, model []gorgonia.ValueGrad) error {
	rate, err := m.begin(s, &r.Options, r.LearningRate, r.slotNames(), 0, model)
	if err != nil {
		return err
	}
	t := float64(m.steps + 1)
	alpha := rate * math.Sqrt(1-math.Pow(toFloat32(r.Beta2), t)) / (1 - math.Pow(toFloat32(r.Beta1), t))
	decay := rate * toFloat32(r.WeightDecay)
	m.end(func(p *vectors[float32]) { adamStep(r, alpha, decay, p) },
		func(p *vectors[float64]) { adamStep(r, alpha, decay, p) })
	return nil
}

func adamStep[T kernel.Float](r *Adam, alpha, decay float64, p *vectors[T]) {
	if r.AMSGrad {
		amsgradStep(r, alpha, decay, p)
		return
	}
	kernel.AdamStep(p.w, p.slots[0], p.slots[1], p.g, alpha, r.Beta1, r.Beta2, r.Epsilon, decay)
}

func amsgradStep[T kernel.Float](r *Adam, alpha, decay float64, p *vectors[T]) {
	n := len(p.g)
	m, v, largest, w := p.slots[0][:n], p.slots[1][:n], p.slots[2][:n], p.w[:n]
	take1, take2, rate, eps, keep := T(1-r.Beta1), T(1-r.Beta2), T(alpha), T(r.Epsilon), T(decay)
	for i, g := range p.g {
		x := m[i] + T((g-m[i])*take1)
		y := v[i] + T((T(g*g)-v[i])*take2)
		z := max(largest[i], y)
		m[i], v[i], largest[i] = x, y, z
		w[i] = w[i] - T(w[i]*keep) - T(x*rate)/(root(z)+eps)
	}
}
