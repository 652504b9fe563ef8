package vm_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/vm"
)

// Two graphs on the same weights run at the same time. (The race detector watches.)
func TestMachinesShareWeights(t *testing.T) {
	a := newConvNet(t, tensor.Float32, 4)
	b := newConvNet(t, tensor.Float32, 4)
	for i, p := range b.params {
		if err := gorgonia.Let(p, a.params[i].Value()); err != nil {
			t.Fatal(err)
		}
	}
	a.draw(1)
	b.draw(1)
	machines := []*vm.Machine{a.own(t), b.own(t)}
	errs := make([]error, len(machines))
	var wait sync.WaitGroup
	for i, m := range machines {
		wait.Go(func() {
			for range 100 {
				if errs[i] == nil {
					errs[i] = m.RunAll()
				}
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i, n := range a.wanted() {
		if !slices.Equal(numbers(t, n.Value()), numbers(t, b.wanted()[i].Value())) {
			t.Errorf("%v differs between the two", n)
		}
	}
}
