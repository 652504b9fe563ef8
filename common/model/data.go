package model

import (
	"errors"
	"fmt"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/loss"
)

// Accepts is an error if Fit and Evaluate cannot take inputs and targets of the data. The net must be compiled.
func (n *Net) Accepts(data dataset.Data) error {
	_, err := n.accepts(data, true)
	return err
}

// accepts is the data as the net wants it. It is an error if there is no such form; targets are looked at only if they
// are needed.
func (n *Net) accepts(data dataset.Data, targets bool) (dataset.Data, error) {
	if !n.compiled {
		return nil, errNotCompiled
	}
	if data == nil || data.Len() < 1 {
		return nil, errors.New("no rows of data, want at least one")
	}
	if got := data.InputShape(); !dataset.SameInputs(got, n.input) {
		return nil, fmt.Errorf("inputs of shape %v, want %v", tensor.Shape(got), n.input)
	}
	if !targets {
		return data, nil
	}
	if err := loss.Computable(n.config.Loss); err != nil {
		return nil, err
	}
	got := data.TargetShape()
	if got == nil {
		return nil, errors.New("the data has no targets")
	}
	want := n.config.Loss.Target(withRows(1, n.output()))[1:]
	if data = dataset.WithTargets(data, want, n.output()); data == nil {
		return nil, fmt.Errorf("targets of shape %v, want %v for %v and an output of %v",
			tensor.Shape(got), want, n.config.Loss, n.output())
	}
	return data, nil
}

// span lists the rows from first to end-1.
func span(first, end int) []int {
	rows := make([]int, end-first)
	for i := range rows {
		rows[i] = first + i
	}
	return rows
}
