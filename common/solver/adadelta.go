package solver

import (
	"math"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Adadelta scales each gradient by the root of the running mean of its squared steps over that of its squares (Zeiler
// 2012, "ADADELTA: An Adaptive Learning Rate Method"). It keeps the slots "accumulated_grad" (a) and
// "accumulated_delta_var" (d) for each parameter. As in Keras 3.15.1 (keras/src/optimizers/adadelta.py):
//
//	a = Rho*a + (1-Rho)*g²; x = g*sqrt(d+Epsilon)/sqrt(a+Epsilon)
//	d = Rho*d + (1-Rho)*x²; w -= LearningRate*x
//
// With a LearningRate of 1 it is the paper's form.
type Adadelta struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Rho          float64 // in [0, 1)
	Epsilon      float64 // above 0
	Options

	memory memory
}

// NewAdadelta returns an Adadelta with Keras' rho of 0.95 and epsilon of 1e-7.
func NewAdadelta(learningRate float64) *Adadelta {
	return &Adadelta{LearningRate: learningRate, Rho: 0.95, Epsilon: 1e-7}
}

// Validate returns an error that names the first field out of its range.
func (s *Adadelta) Validate() error {
	return first(
		s.validate("Adadelta", s.LearningRate),
		belowOne("Adadelta", "Rho", s.Rho),
		positive("Adadelta", "Epsilon", s.Epsilon))
}

var adadeltaNames = []string{"accumulated_grad", "accumulated_delta_var"}

// Step updates the weights. After an error they are unchanged.
func (s *Adadelta) Step(model []gorgonia.ValueGrad) error {
	rate, err := s.memory.begin(s, &s.Options, s.LearningRate, adadeltaNames, 0, model)
	if err != nil {
		return err
	}
	s.memory.end(func(p *vectors[float32]) { adadeltaStep(s, rate, p) },
		func(p *vectors[float64]) { adadeltaStep(s, rate, p) })
	return nil
}

func adadeltaStep[T kernel.Float](s *Adadelta, rate float64, p *vectors[T]) {
	a, d, w := p.slots[0][:len(p.g)], p.slots[1][:len(p.g)], p.w[:len(p.g)]
	keep, take, eps, lr := T(s.Rho), T(1-s.Rho), T(s.Epsilon), T(rate)
	for i, g := range p.g {
		squares := T(keep*a[i]) + T(take*T(g*g))
		x := T(root(d[i]+eps)*g) / root(squares+eps)
		a[i], d[i] = squares, T(keep*d[i])+T(take*T(x*x))
		w[i] -= T(lr * x)
	}
}

// root is correctly rounded for either type.
func root[T kernel.Float](x T) T { return T(math.Sqrt(float64(x))) }

// State returns a copy of the number of steps and of the slots "accumulated_grad" and "accumulated_delta_var".
func (s *Adadelta) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *Adadelta) View() State { return s.memory.view("Adadelta") }

// SetState takes a copy of a state that an Adadelta gave.
func (s *Adadelta) SetState(state State) error { return s.memory.set("Adadelta", adadeltaNames, state) }
