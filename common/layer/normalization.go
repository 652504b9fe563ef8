package layer

import (
	"errors"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

// BatchNormalization normalizes each value of the last axis of x, (rows, n) or (rows, height, width, n): in training by
// the mean and the variance of the batch, in prediction by moving averages of these, as in Keras 3:
//
//	y = gamma·(x-mean)/√(variance+epsilon) + beta
//	moving = moving·momentum + batch·(1-momentum) // after each training step; the variance is the biased one
type BatchNormalization struct {
	Momentum float64 // 0.99 if zero; 0 if below zero
	Epsilon  float64 // 0.001 if zero; 0 if below zero
	Axis     int     // -1 or the number of the last axis, counted from 0 for the rows; -1 if zero
	NoCenter bool    // without beta
	NoScale  bool    // without gamma

	GammaInitializer          Initializer // Ones if nil
	BetaInitializer           Initializer // Zeros if nil
	MovingMeanInitializer     Initializer // Zeros if nil
	MovingVarianceInitializer Initializer // Ones if nil
	GammaRegularizer          Regularizer // none if zero
	BetaRegularizer           Regularizer // none if zero
}

// Kind is Keras' class name.
func (BatchNormalization) Kind() string { return "BatchNormalization" }

// Rates are momentum and epsilon, with Keras' defaults.
func (b BatchNormalization) Rates() (momentum, epsilon float64) {
	return orDefault(b.Momentum, 0.99), orDefault(b.Epsilon, 0.001)
}

func orDefault(value, standard float64) float64 {
	if value == 0 {
		return standard
	}
	return max(0, value)
}

// OutputShape is that of the input; the error names a field that is out of range, or an input without an axis.
func (b BatchNormalization) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	momentum, epsilon := b.Rates()
	if !(momentum <= 1) {
		return nil, fmt.Errorf("momentum %v, want at most 1", momentum)
	}
	if !(epsilon <= math.MaxFloat32) {
		return nil, fmt.Errorf("epsilon %v, want a finite number", epsilon)
	}
	if len(input) == 0 {
		return nil, errors.New("input is a single value, want at least one axis")
	}
	if err := checkLast(b.Axis, input); err != nil {
		return nil, err
	}
	if err := checkRegularizers([]string{"gamma", "beta"}, b.GammaRegularizer, b.BetaRegularizer); err != nil {
		return nil, err
	}
	return input.Clone(), nil
}

// checkLast returns an error unless an axis, counted from 0 for the rows, is the last one: -1, its number, or 0 for the
// default.
func checkLast(axis int, input tensor.Shape) error {
	if last := len(input); axis != 0 && axis != -1 && axis != last {
		return fmt.Errorf("axis %d of rows of %v, want the last one: -1 or %d", axis, input, last)
	}
	return nil
}

// Params are gamma and beta, unless they are switched off, moving_mean and moving_variance, all (n).
func (b BatchNormalization) Params(input tensor.Shape) []Param {
	shape := tensor.Shape{input[len(input)-1]}
	first := func(i, standard Initializer) Initializer {
		if i == nil {
			return standard
		}
		return i
	}
	var params []Param
	if !b.NoScale {
		params = append(params, Param{Name: "gamma", Shape: shape, Initializer: first(b.GammaInitializer, Ones{}),
			Regularizer: b.GammaRegularizer})
	}
	if !b.NoCenter {
		params = append(params, Param{Name: "beta", Shape: shape, Initializer: first(b.BetaInitializer, Zeros{}),
			Regularizer: b.BetaRegularizer})
	}
	return append(params,
		Param{Name: "moving_mean", Shape: shape, Initializer: first(b.MovingMeanInitializer, Zeros{}),
			NonTrainable: true},
		Param{Name: "moving_variance", Shape: shape, Initializer: first(b.MovingVarianceInitializer, Ones{}),
			NonTrainable: true, NonNegative: true})
}

// Initialized returns all four, even those that are switched off, beta first: the order in which Keras makes their
// initializers.
func (b BatchNormalization) Initialized(input tensor.Shape) []Param {
	b.NoScale, b.NoCenter = false, false
	params := b.Params(input)
	params[0], params[1] = params[1], params[0]
	return params
}

// Build adds the normalization, by the batch in training unless the layer is Frozen.
func (b BatchNormalization) Build(c Context, x *gorgonia.Node, params gorgonia.Nodes) (*gorgonia.Node, error) {
	want := 4
	for _, none := range []bool{b.NoScale, b.NoCenter} {
		if none {
			want--
		}
	}
	if len(params) != want {
		return nil, fmt.Errorf("%d parameters, want %d", len(params), want)
	}
	var gamma, beta *gorgonia.Node
	if !b.NoScale {
		gamma, params = params[0], params[1:]
	}
	if !b.NoCenter {
		beta, params = params[0], params[1:]
	}
	momentum, epsilon := b.Rates()
	if !c.Training || c.Frozen {
		return op.Normalization(x, gamma, beta, params[0], params[1], epsilon)
	}
	y, mean, variance, err := op.BatchNormalization(x, gamma, beta, params[0], params[1], momentum, epsilon, c.Batch)
	if err == nil && c.Update != nil {
		c.Update(params[0], mean)
		c.Update(params[1], variance)
	}
	return y, err
}
