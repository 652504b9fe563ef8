package main

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"gorgonia-lectures/common/dataset"
)

// plane is blood fat = weight·kg + age·years + bias.
type plane struct{ weight, age, bias float64 }

func (p plane) at(kg, years float64) float64 { return p.weight*kg + p.age*years + p.bias }

// mse is the mean squared error of the plane over the data.
func (p plane) mse(data dataset.Set) float64 {
	sum := 0.0
	for i := range data.Len() {
		e := p.at(data.Input(i)[0], data.Input(i)[1]) - data.Target(i)[0]
		sum += e * e
	}
	return sum / float64(data.Len())
}

// leastSquares is the plane with the smallest mean squared error, which no training gets below. It solves the
// overdetermined system [weight age 1]·p = fat by QR.
func leastSquares(data dataset.Set) (plane, error) {
	x, y := mat.NewDense(data.Len(), 3, nil), mat.NewVecDense(data.Len(), nil)
	for i := range data.Len() {
		x.SetRow(i, append(data.Input(i), 1))
		y.SetVec(i, data.Target(i)[0])
	}
	var p mat.VecDense
	if err := p.SolveVec(x, y); err != nil {
		return plane{}, fmt.Errorf("least squares: %w", err)
	}
	return plane{p.AtVec(0), p.AtVec(1), p.AtVec(2)}, nil
}

// mean is the flat plane that predicts the mean for everyone; its mse is the variance of the data.
func mean(data dataset.Set) plane {
	sum := 0.0
	for i := range data.Len() {
		sum += data.Target(i)[0]
	}
	return plane{bias: sum / float64(data.Len())}
}
