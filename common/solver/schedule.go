package solver

import (
	"fmt"
	"math"
)

// Schedule gives the learning rate as a function of the steps. The types of this package have the formulas of Keras
// 3.15.1 (keras/src/optimizers/schedules/learning_rate_schedule.py), in float32 for weights of float64 too, as in Keras
// on TensorFlow. The position is the number of steps that the solver has made, so a schedule has no state.
type Schedule interface {
	// Rate returns the learning rate of the step after that number of steps.
	Rate(steps uint64) float64

	// Name is Keras' class.
	Name() string

	// Validate returns an error that names the first field out of its range.
	Validate() error
}

// ExponentialDecay is Initial*DecayRate^(steps/DecaySteps), the exponent being rounded down with Staircase.
type ExponentialDecay struct {
	Initial    float64 // above 0
	DecaySteps float64 // above 0
	DecayRate  float64 // above 0
	Staircase  bool
}

func (s *ExponentialDecay) Rate(steps uint64) float64 {
	power := math.Pow(toFloat32(s.DecayRate), float64(decays(steps, s.DecaySteps, s.Staircase)))
	return float64(float32(s.Initial) * float32(power))
}

func (s *ExponentialDecay) Name() string { return "ExponentialDecay" }

func (s *ExponentialDecay) Validate() error {
	return first(
		positive(s.Name(), "Initial", s.Initial),
		positive(s.Name(), "DecaySteps", s.DecaySteps),
		positive(s.Name(), "DecayRate", s.DecayRate))
}

// decays returns steps/decaySteps, rounded down with staircase.
func decays(steps uint64, decaySteps float64, staircase bool) float32 {
	n := float32(steps) / float32(decaySteps)
	if staircase {
		n = float32(math.Floor(float64(n)))
	}
	return n
}

// InverseTimeDecay is Initial/(1+DecayRate*steps/DecaySteps), the quotient being rounded down with Staircase. With one
// DecaySteps it is the setting decay of Keras before 2.11.
type InverseTimeDecay struct {
	Initial    float64 // above 0
	DecaySteps float64 // above 0
	DecayRate  float64 // at least 0
	Staircase  bool
}

func (s *InverseTimeDecay) Rate(steps uint64) float64 {
	product := float32(float32(s.DecayRate) * decays(steps, s.DecaySteps, s.Staircase)) // rounded: no fused sum on arm64
	return float64(float32(s.Initial) / (1 + product))
}

func (s *InverseTimeDecay) Name() string { return "InverseTimeDecay" }

func (s *InverseTimeDecay) Validate() error {
	return first(
		positive(s.Name(), "Initial", s.Initial),
		positive(s.Name(), "DecaySteps", s.DecaySteps),
		notNegative(s.Name(), "DecayRate", s.DecayRate))
}

// CosineDecay falls from Initial to Alpha*Initial in DecaySteps, by half a period of the cosine (Loshchilov and Hutter
// 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts"), and stays there:
//
//	Initial*((1-Alpha)*(1+cos(pi*steps/DecaySteps))/2+Alpha)
//
// With a WarmupTarget it first rises linearly from Initial to WarmupTarget in WarmupSteps, and then falls from there.
type CosineDecay struct {
	Initial      float64 // at least 0; above 0 without WarmupTarget
	DecaySteps   float64 // above 0
	Alpha        float64 // 0 to 1
	WarmupTarget float64 // at least 0; 0: no warm-up
	WarmupSteps  float64 // at least 0
}

func (s *CosineDecay) Rate(steps uint64) float64 {
	from, step, all := float32(s.Initial), float32(steps), float32(s.DecaySteps)
	if s.WarmupTarget != 0 {
		target, rising := float32(s.WarmupTarget), float32(s.WarmupSteps)
		if step < rising {
			return float64(float32((target-from)*(step/rising)) + from)
		}
		from, step = target, step-rising
	}
	fallen := 0.5 * (1 + float32(math.Cos(float64(float32(math.Pi)*(min(step, all)/all)))))
	return float64(from * (float32(float32(1-s.Alpha)*fallen) + float32(s.Alpha)))
}

func (s *CosineDecay) Name() string { return "CosineDecay" }

func (s *CosineDecay) Validate() error {
	initial := positive(s.Name(), "Initial", s.Initial)
	if s.WarmupTarget != 0 {
		initial = notNegative(s.Name(), "Initial", s.Initial)
	}
	if !(s.Alpha >= 0 && s.Alpha <= 1) {
		initial = first(initial, fmt.Errorf("solver: %s: Alpha is %v, want at least 0 and at most 1", s.Name(), s.Alpha))
	}
	return first(initial,
		positive(s.Name(), "DecaySteps", s.DecaySteps),
		notNegative(s.Name(), "WarmupTarget", s.WarmupTarget),
		notNegative(s.Name(), "WarmupSteps", s.WarmupSteps))
}

// PiecewiseConstantDecay is Values[0] up to and with Boundaries[0] steps, then Values[1] up to and with
// Boundaries[1], and so on; the last of the Values holds after the last of the Boundaries.
type PiecewiseConstantDecay struct {
	Boundaries []float64 // at least one, ascending; their fractions are ignored
	Values     []float64 // one more than Boundaries; at least 0
}

func (s *PiecewiseConstantDecay) Rate(steps uint64) float64 {
	for i, b := range s.Boundaries {
		if float64(steps) <= math.Trunc(b) {
			return toFloat32(s.Values[i])
		}
	}
	return toFloat32(s.Values[len(s.Values)-1])
}

func (s *PiecewiseConstantDecay) Name() string { return "PiecewiseConstantDecay" }

func (s *PiecewiseConstantDecay) Validate() error {
	if len(s.Boundaries) == 0 || len(s.Values) != len(s.Boundaries)+1 {
		return fmt.Errorf("solver: %s: %d Boundaries and %d Values, want at least one boundary and one more value",
			s.Name(), len(s.Boundaries), len(s.Values))
	}
	for i, b := range s.Boundaries {
		if err := notNegative(s.Name(), fmt.Sprintf("Boundaries[%d]", i), b); err != nil {
			return err
		}
		if i > 0 && !(b > s.Boundaries[i-1]) {
			return fmt.Errorf("solver: %s: Boundaries[%d] is %v, want more than %v, the one before",
				s.Name(), i, b, s.Boundaries[i-1])
		}
	}
	var errs []error
	for i, v := range s.Values {
		errs = append(errs, notNegative(s.Name(), fmt.Sprintf("Values[%d]", i), v))
	}
	return first(errs...)
}
