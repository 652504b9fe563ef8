package solver

import (
	"math"
	"sync"

	"gorgonia.org/gorgonia"

	"gorgonia-lectures/common/kernel"
)

// Nadam is Adam with Nesterov's momentum (Dozat 2016, "Incorporating Nesterov Momentum into Adam"). It keeps the slots
// "momentum" (m) and "velocity" (v) for each parameter. In step t = 1, 2, ..., as in Keras 3.15.1
// (keras/src/optimizers/nadam.py), with u(t) = Beta1*(1-0.96^t/2) and U(t) = u(1)*u(2)*...*u(t):
//
//	m += (1-Beta1)*(g-m); v += (1-Beta2)*(g²-v)
//	w -= LearningRate*(u(t+1)*m/(1-U(t+1)) + (1-u(t))*g/(1-U(t))) / (sqrt(v/(1-Beta2^t))+Epsilon)
//
// The betas and the 0.96 are rounded to float32, as in Keras, but not in U(t). The Nadam of Keras before 2.11 has
// 0.96^(0.004*t).
type Nadam struct {
	LearningRate float64 // above 0; Keras' default is 0.001
	Beta1        float64 // in [0, 1)
	Beta2        float64 // in [0, 1)
	Epsilon      float64 // above 0
	Options

	memory memory
}

// NewNadam returns a Nadam with Keras' betas of 0.9 and 0.999 and epsilon of 1e-7.
func NewNadam(learningRate float64) *Nadam {
	return &Nadam{LearningRate: learningRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}
}

// Validate returns an error that names the first field out of its range.
func (s *Nadam) Validate() error {
	return first(
		s.validate("Nadam", s.LearningRate),
		belowOne("Nadam", "Beta1", s.Beta1),
		belowOne("Nadam", "Beta2", s.Beta2),
		positive("Nadam", "Epsilon", s.Epsilon))
}

// nadamRates are the numbers of one step.
type nadamRates struct{ rate, momentum, gradient, take1, take2, correction, epsilon float64 }

// Step updates the weights. After an error they are unchanged.
func (s *Nadam) Step(model []gorgonia.ValueGrad) error {
	rate, err := s.memory.begin(s, &s.Options, s.LearningRate, adamNames, 0, model)
	if err != nil {
		return err
	}
	t, beta1, beta2 := float64(s.memory.steps+1), toFloat32(s.Beta1), toFloat32(s.Beta2)
	u := func(t float64) float64 { return float64(beta1 * (1 - float64(0.5*math.Pow(toFloat32(nadamBase), t)))) }
	product := s.Product(s.memory.steps + 1)
	r := nadamRates{rate: rate, momentum: u(t+1) / (1 - float64(product*u(t+1))), gradient: (1 - u(t)) / (1 - product),
		take1: 1 - beta1, take2: 1 - beta2, correction: 1 - math.Pow(beta2, t), epsilon: s.Epsilon}
	s.memory.end(func(p *vectors[float32]) { nadamStep(&r, p) }, func(p *vectors[float64]) { nadamStep(&r, p) })
	return nil
}

func nadamStep[T kernel.Float](r *nadamRates, p *vectors[T]) {
	m, v, w := p.slots[0][:len(p.g)], p.slots[1][:len(p.g)], p.w[:len(p.g)]
	rate, momentum, gradient, take1, take2 := T(r.rate), T(r.momentum), T(r.gradient), T(r.take1), T(r.take2)
	correction, eps := T(r.correction), T(r.epsilon)
	for i, g := range p.g {
		x := m[i] + T((g-m[i])*take1)
		y := v[i] + T((T(g*g)-v[i])*take2)
		m[i], v[i] = x, y
		w[i] -= T((T(momentum*x)+T(gradient*g))*rate) / (root(y/correction) + eps)
	}
}

const nadamBase = 0.96

// nadamProducts are those of 1-0.96^i/2 for i = 1 to each index. Beyond the last one the factors are 1.
var nadamProducts = sync.OnceValue(func() []float64 {
	list := make([]float64, 1000)
	list[0] = 1
	for i := 1; i < len(list); i++ {
		list[i] = list[i-1] * (1 - float64(0.5*math.Pow(nadamBase, float64(i))))
	}
	return list
})

// Product is U(t), a variable of Keras' Nadam. It is a function of the steps, so it is not in the State.
func (s *Nadam) Product(t uint64) float64 {
	list := nadamProducts()
	return math.Pow(s.Beta1, float64(t)) * list[min(t, uint64(len(list)-1))]
}

// State returns a copy of the number of steps and of the slots "momentum" and "velocity".
func (s *Nadam) State() State { return s.View().Clone() }

// View is State without the copy.
func (s *Nadam) View() State { return s.memory.view("Nadam") }

// SetState takes a copy of a state that a Nadam gave.
func (s *Nadam) SetState(state State) error { return s.memory.set("Nadam", adamNames, state) }
