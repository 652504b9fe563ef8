package solver

import (
	"fmt"
	"reflect"
	"strings"

	"gorgonia.org/gorgonia"
)

// optimizers has the optimizers of New by name, with Keras' defaults. Those with momentum use 0.9.
var optimizers = []struct {
	name string
	rate float64
	make func(rate float64) Solver
}{
	{"sgd", 0.01, func(rate float64) Solver { return NewSGD(rate) }},
	{"momentum", 0.01, func(rate float64) Solver { return &SGD{LearningRate: rate, Momentum: 0.9} }},
	{"nesterov", 0.01, func(rate float64) Solver { return &SGD{LearningRate: rate, Momentum: 0.9, Nesterov: true} }},
	{"rmsprop", 0.001, func(rate float64) Solver { return NewRMSprop(rate) }},
	{"adagrad", 0.001, func(rate float64) Solver { return NewAdagrad(rate) }},
	{"adadelta", 0.001, func(rate float64) Solver { return NewAdadelta(rate) }},
	{"adam", 0.001, func(rate float64) Solver { return NewAdam(rate) }},
	{"adamw", 0.001, func(rate float64) Solver { return NewAdamW(rate) }},
	{"adamax", 0.001, func(rate float64) Solver { return NewAdamax(rate) }},
	{"nadam", 0.001, func(rate float64) Solver { return NewNadam(rate) }},
}

// Names returns the names that New accepts.
func Names() []string {
	var list []string
	for _, o := range optimizers {
		list = append(list, o.name)
	}
	return list
}

// New returns an optimizer with Keras' defaults. The names are sgd, momentum and nesterov, both with a momentum of 0.9,
// rmsprop, adagrad, adadelta, adam, adamw, adamax and nadam.
func New(name string, learningRate float64) (Solver, error) {
	for _, o := range optimizers {
		if o.name == name {
			return o.make(learningRate), nil
		}
	}
	return nil, fmt.Errorf("solver: no optimizer %q, want %s", name, strings.Join(Names(), ", "))
}

// DefaultRate returns Keras' default learning rate of an optimizer by its name; 0 for an unknown name.
func DefaultRate(name string) float64 {
	for _, o := range optimizers {
		if o.name == name {
			return o.rate
		}
	}
	return 0
}

// NameOf returns the name with which New makes an optimizer like s, which must not have made a step; "" if there is
// none, for example because a setting differs from Keras' default.
func NameOf(s gorgonia.Solver) string {
	rate := LearningRate(s)
	if rate == nil {
		return ""
	}
	for _, o := range optimizers {
		if reflect.DeepEqual(gorgonia.Solver(o.make(*rate)), s) {
			return o.name
		}
	}
	return ""
}
