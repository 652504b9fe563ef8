package solver

import (
	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// RMSprop divides each gradient by the root of the running mean of its squares (Tieleman and Hinton
// 2012, "Neural Networks for Machine Learning", lecture 6.5). It keeps the slot "velocity" for
// each parameter. With Epsilon inside the root, as in Keras 3:
//
//	v = Rho*v + (1-Rho)*g²; w -= LearningRate*g/sqrt(v+Epsilon)
type RMSprop struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Rho          float64 // in [0, 1)
	Epsilon      float64 // above 0
	Options

	memory memory
}

// NewRMSprop returns an RMSprop with Keras' rho of 0.9 and epsilon of 1e-7.
func NewRMSprop(learningRate float64) *RMSprop {
	return &RMSprop{LearningRate: learningRate, Rho: 0.9, Epsilon: 1e-7}
}

// Validate returns an error that names the first field out of its range.
func (s *RMSprop) Validate() error {
	return first(
		s.validate("RMSprop", s.LearningRate),
		belowOne("RMSprop", "Rho", s.Rho),
		positive("RMSprop", "Epsilon", s.Epsilon))
}

var velocityNames = []string{"velocity"}

// Step updates the weights. After an error they are unchanged.
func (s *RMSprop) Step(model []gorgonia.ValueGrad) error {
	rate, err := s.memory.begin(s, &s.Options, s.LearningRate, velocityNames, 0, model)
	if err != nil {
		return err
	}
	s.memory.end(func(p *vectors[float32]) { rmspropStep(s, rate, p) },
		func(p *vectors[float64]) { rmspropStep(s, rate, p) })
	return nil
}

func rmspropStep[T kernel.Float](s *RMSprop, rate float64, p *vectors[T]) {
	kernel.RMSpropStep(p.w, p.slots[0], p.g, rate, s.Rho, s.Epsilon)
}

// State returns a copy of the number of steps and of the slots "velocity".
func (s *RMSprop) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *RMSprop) View() State { return s.memory.view("RMSprop") }

// SetState takes a copy of a state that an RMSprop gave.
func (s *RMSprop) SetState(state State) error {
	return s.memory.set("RMSprop", velocityNames, state)
}
