package solver

import (
	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Adagrad divides each gradient by the root of the sum of all its squares so far (Duchi, Hazan and
// Singer 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization").
// It keeps the slot "accumulator" for each parameter, which starts at InitialAccumulatorValue
// (rounded to float32, as in Keras). With Epsilon inside the root, as in Keras 3:
//
//	a += g²; w -= LearningRate*g/sqrt(a+Epsilon)
type Adagrad struct {
	LearningRate            float64 // above 0; Keras' default is 0.001
	InitialAccumulatorValue float64 // at least 0; read at the first step
	Epsilon                 float64 // above 0
	Options

	memory memory
}

// NewAdagrad returns an Adagrad with Keras' initial accumulator of 0.1 and epsilon of 1e-7.
func NewAdagrad(learningRate float64) *Adagrad {
	return &Adagrad{LearningRate: learningRate, InitialAccumulatorValue: 0.1, Epsilon: 1e-7}
}

// Validate returns an error that names the first field out of its range.
func (s *Adagrad) Validate() error {
	return first(
		s.validate("Adagrad", s.LearningRate),
		notNegative("Adagrad", "InitialAccumulatorValue", s.InitialAccumulatorValue),
		positive("Adagrad", "Epsilon", s.Epsilon))
}

var accumulatorNames = []string{"accumulator"}

// Step updates the weights. After an error they are unchanged.
func (s *Adagrad) Step(model []gorgonia.ValueGrad) error {
	rate, err := s.memory.begin(s, &s.Options, s.LearningRate, accumulatorNames,
		toFloat32(s.InitialAccumulatorValue), model)
	if err != nil {
		return err
	}
	s.memory.end(func(p *vectors[float32]) { adagradStep(s, rate, p) },
		func(p *vectors[float64]) { adagradStep(s, rate, p) })
	return nil
}

func adagradStep[T kernel.Float](s *Adagrad, rate float64, p *vectors[T]) {
	kernel.AdagradStep(p.w, p.slots[0], p.g, rate, s.Epsilon)
}

// State returns a copy of the number of steps and of the slots "accumulator".
func (s *Adagrad) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *Adagrad) View() State { return s.memory.view("Adagrad") }

// SetState takes a copy of a state that an Adagrad gave.
func (s *Adagrad) SetState(state State) error {
	return s.memory.set("Adagrad", accumulatorNames, state)
}
