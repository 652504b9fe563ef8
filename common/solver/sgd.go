package solver

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// SGD is stochastic gradient descent, w -= LearningRate*g. With Momentum (Polyak 1964, "Some methods of
// speeding up the convergence of iteration methods") it keeps the slot "momentum" for each
// parameter: m = Momentum*m - LearningRate*g; w += m. With Nesterov too (Nesterov 1983; in this
// form Sutskever et al. 2013, "On the importance of initialization and momentum in deep
// learning") it is w += Momentum*m - LearningRate*g. Momentum is rounded to float32, as in Keras.
type SGD struct {
	LearningRate float64 // above 0
	Momentum     float64 // in [0, 1]; whether it is 0 cannot change after the first step
	Nesterov     bool    // without Momentum it has no effect
	Options

	memory memory
}

// NewSGD returns an SGD without momentum.
func NewSGD(learningRate float64) *SGD { return &SGD{LearningRate: learningRate} }

// Validate returns an error that names the first field out of its range.
func (s *SGD) Validate() error {
	if err := s.validate("SGD", s.LearningRate); err != nil {
		return err
	}
	if !(s.Momentum >= 0 && s.Momentum <= 1) {
		return fmt.Errorf("solver: SGD: Momentum is %v, want at least 0 and at most 1", s.Momentum)
	}
	return nil
}

// Step updates the weights. After an error they are unchanged.
func (s *SGD) Step(model []gorgonia.ValueGrad) error {
	rate, err := s.memory.begin(s, &s.Options, s.LearningRate, s.slotNames(), 0, model)
	if err != nil {
		return err
	}
	if s.Momentum == 0 {
		s.memory.end(func(p *vectors[float32]) { kernel.SGDStep(p.w, p.g, rate) },
			func(p *vectors[float64]) { kernel.SGDStep(p.w, p.g, rate) })
		return nil
	}
	s.memory.end(func(p *vectors[float32]) { momentumStep(s, rate, p) },
		func(p *vectors[float64]) { momentumStep(s, rate, p) })
	return nil
}

func momentumStep[T kernel.Float](s *SGD, rate float64, p *vectors[T]) {
	kernel.MomentumStep(p.w, p.slots[0], p.g, rate, toFloat32(s.Momentum), s.Nesterov)
}

var momentumNames = []string{"momentum"}

func (s *SGD) slotNames() []string {
	if s.Momentum == 0 {
		return nil
	}
	return momentumNames
}

// State returns a copy of the number of steps and, with momentum, of the slots "momentum".
func (s *SGD) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *SGD) View() State { return s.memory.view("SGD") }

// SetState takes a copy of a state that an SGD gave.
func (s *SGD) SetState(state State) error { return s.memory.set("SGD", s.slotNames(), state) }
