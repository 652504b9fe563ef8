package solver

import (
	"math"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Adamax is Adam with the largest gradient so far in place of the mean of their squares (Kingma and Ba 2015, "Adam: A
// Method for Stochastic Optimization", section 7.1). It keeps the slots "momentum" (m) and "norm" (u) for each
// parameter. In step t = 1, 2, ..., as in Keras 3.15.1 (keras/src/optimizers/adamax.py):
//
//	m += (1-Beta1)*(g-m); u = max(Beta2*u, |g|); w -= LearningRate*m/((1-Beta1^t)*(u+Epsilon))
//
// In the power Beta1 is rounded to float32, elsewhere not, as in Keras.
type Adamax struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Beta1        float64 // in [0, 1)
	Beta2        float64 // in [0, 1)
	Epsilon      float64 // above 0
	Options

	memory memory
}

// NewAdamax returns an Adamax with Keras' betas of 0.9 and 0.999 and epsilon of 1e-7.
func NewAdamax(learningRate float64) *Adamax {
	return &Adamax{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}
}

// Validate returns an error that names the first field out of its range.
func (s *Adamax) Validate() error {
	return first(
		s.validate("Adamax", s.LearningRate),
		belowOne("Adamax", "Beta1", s.Beta1),
		belowOne("Adamax", "Beta2", s.Beta2),
		positive("Adamax", "Epsilon", s.Epsilon))
}

var adamaxNames = []string{"momentum", "norm"}

// Step updates the weights. After an error they are unchanged.
func (s *Adamax) Step(model []gorgonia.ValueGrad) error {
	rate, err := s.memory.begin(s, &s.Options, s.LearningRate, adamaxNames, 0, model)
	if err != nil {
		return err
	}
	correction := 1 - math.Pow(toFloat32(s.Beta1), float64(s.memory.steps+1))
	s.memory.end(func(p *vectors[float32]) { adamaxStep(s, rate, correction, p) },
		func(p *vectors[float64]) { adamaxStep(s, rate, correction, p) })
	return nil
}

func adamaxStep[T kernel.Float](s *Adamax, rate, correction float64, p *vectors[T]) {
	m, u, w := p.slots[0][:len(p.g)], p.slots[1][:len(p.g)], p.w[:len(p.g)]
	take, keep, lr, bias, eps := T(1-s.Beta1), T(s.Beta2), T(rate), T(correction), T(s.Epsilon)
	for i, g := range p.g {
		x, y := m[i]+T((g-m[i])*take), max(T(keep*u[i]), g, -g)
		m[i], u[i] = x, y
		w[i] -= T(lr*x) / T(bias*(y+eps))
	}
}

// State returns a copy of the number of steps and of the slots "momentum" and "norm".
func (s *Adamax) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *Adamax) View() State { return s.memory.view("Adamax") }

// SetState takes a copy of a state that an Adamax gave.
func (s *Adamax) SetState(state State) error { return s.memory.set("Adamax", adamaxNames, state) }
