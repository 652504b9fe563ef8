package nets

import (
	"testing"

	"gorgonia-lectures/common/solver"
)

// NamedSolver makes a solver, for a net of its own each time.
type NamedSolver struct {
	Name string
	Make func() solver.Solver
}

// Solvers are all of package solver, and some of their settings; with -short they are one with a state and the one with
// the most settings.
func Solvers() []NamedSolver {
	all := []NamedSolver{
		{"SGD", func() solver.Solver { return solver.NewSGD(0.1) }},
		{"momentum", func() solver.Solver { return &solver.SGD{LearningRate: 0.05, Momentum: 0.9} }},
		{"Nesterov", func() solver.Solver { return &solver.SGD{LearningRate: 0.05, Momentum: 0.9, Nesterov: true} }},
		{"RMSprop", func() solver.Solver { return solver.NewRMSprop(0.002) }},
		{"Adagrad", func() solver.Solver { return solver.NewAdagrad(0.05) }},
		{"Adam", func() solver.Solver { return solver.NewAdam(0.01) }},
		{"AdamW", func() solver.Solver { return solver.NewAdamW(0.01) }},
		{"Adadelta", func() solver.Solver { return solver.NewAdadelta(1) }},
		{"Adamax", func() solver.Solver { return solver.NewAdamax(0.01) }},
		{"Nadam", func() solver.Solver {
			s := solver.NewNadam(0.01)
			s.GlobalClipNorm, s.WeightDecay = 0.05, 0.01
			return s
		}},
		{"AMSGrad with a schedule", func() solver.Solver {
			s := solver.NewAdam(1)
			s.AMSGrad, s.ClipNorm = true, 0.05
			s.Schedule = &solver.ExponentialDecay{Initial: 0.02, DecaySteps: 5, DecayRate: 0.75}
			return s
		}},
	}
	if testing.Short() {
		return []NamedSolver{all[1], all[len(all)-1]}
	}
	return all
}
