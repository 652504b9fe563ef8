package model

import (
	"fmt"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Score is the mean over the rows of a set.
type Score struct {
	Loss     float64
	Accuracy float64 // 0 unless the model measures it
}

func (s *Sums) add(t Sums) {
	s.Loss += t.Loss
	s.Right += t.Right
	s.Rows += t.Rows
}

func (s Sums) mean() Score {
	return Score{Loss: s.Loss / float64(s.Rows), Accuracy: float64(s.Right) / float64(s.Rows)}
}

// score reads the loss of the newest run and counts the right answers.
func (n *Net) score(g *Graph, rows int) (Sums, error) {
	loss, err := g.loss()
	if err != nil {
		return Sums{}, err
	}
	s := Sums{Loss: loss * float64(rows), Rows: rows}
	if !n.accuracy() {
		return s, nil
	}
	out, err := g.output()
	if err != nil {
		return Sums{}, err
	}
	switch out.Dtype() {
	case tensor.Float32:
		s.Right = right(out.Float32s(), g.targets32, rows)
	case tensor.Float64:
		s.Right = right(out.Float64s(), g.targets64, rows)
	default:
		return Sums{}, fmt.Errorf("output of dtype %v, want float32 or float64", out.Dtype())
	}
	return s, nil
}

// right counts the rows whose prediction is right, by Keras' rules: one output is compared with the
// target at a threshold of 0.5; of several the largest is compared with the class number or with the
// largest of the one-hot row.
func right[T kernel.Float](output, target []T, rows int) int {
	count := 0
	classes, wide := len(output)/rows, len(target)/rows
	for r := range rows {
		out, want := output[r*classes:(r+1)*classes], target[r*wide:(r+1)*wide]
		var ok bool
		switch {
		case classes == 1:
			ok = want[0] == 1 && out[0] > 0.5 || want[0] == 0 && !(out[0] > 0.5)
		case wide == 1:
			ok = want[0] == T(ArgMax(out))
		default:
			ok = ArgMax(out) == ArgMax(want)
		}
		if ok {
			count++
		}
	}
	return count
}

// ArgMax is the index of the largest value, the first one of equals; 0 for no values.
func ArgMax[T kernel.Float](values []T) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}
