package solver

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/levels"
	"gorgonia-lectures/common/kernel"
)

// process is one of those that share a solver: its weights are the others' too, its gradients its own.
type process struct {
	model  model
	solver Solver
	shared *Shared
}

var sharedSizes = []int{5, 64, 1000, 1}

// processes makes so many on the same weights, and one that is alone.
func processes[T kernel.Float](t *testing.T, name string, n int) (list []*process, alone *process, slots []byte) {
	t.Helper()
	dtype := tensor.New(tensor.WithBacking([]T{0})).Dtype()
	bytes, ok := SlotBytes(all()[name], dtype, sharedSizes)
	if !ok {
		t.Fatalf("%s has no slots to share", name)
	}
	slots = kernel.Make[uint8](bytes)
	rng := rand.New(rand.NewPCG(3, 4))
	alone = &process{solver: all()[name]}
	for range n {
		list = append(list, &process{solver: all()[name]})
	}
	for _, size := range sharedSizes {
		own, common := make([]T, size), make([]T, size)
		for i := range own {
			own[i] = T(rng.Float64())
		}
		copy(common, own)
		add := func(p *process, w []T) {
			p.model = append(p.model, &pair{w: tensor.New(tensor.WithShape(size), tensor.WithBacking(w)), g: tensor.New(tensor.WithShape(size), tensor.Of(dtype))})
		}
		add(alone, own)
		for _, p := range list {
			add(p, common)
		}
	}
	return list, alone, slots
}

// Processes that move a part of the weights each, cut anywhere, move them as one does, to the same bits, and each has the
// whole state.
func TestSharedSolversStepAsOne(t *testing.T) {
	for name := range all() {
		t.Run(name, func(t *testing.T) {
			levels.Each(t, func(t *testing.T) {
				t.Run("float32", func(t *testing.T) { stepShared[float32](t, name) })
				t.Run("float64", func(t *testing.T) { stepShared[float64](t, name) })
			})
		})
	}
}

func stepShared[T kernel.Float](t *testing.T, name string) {
	list, alone, slots := processes[T](t, name, 3)
	steps(t, alone.solver, alone.model, 1) // there are moments to take along
	for i, p := range list[0].model {
		if err := tensor.Copy(p.w.(*tensor.Dense), alone.model[i].w.(*tensor.Dense)); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range list {
		if err := p.solver.SetState(alone.solver.State()); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range list {
		var err error
		if p.shared, err = Share(p.solver, p.model.valueGrads(), slots, i == 0); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 {
		steps(t, alone.solver, alone.model, 1)
		for _, p := range list {
			p.model.gradients() // of all weights, before the first is moved
		}
		for i, p := range list {
			if err := p.shared.Begin(); err != nil {
				t.Fatal(err)
			}
			for index, size := range sharedSizes {
				lo, hi := size*i/3, size*(i+1)/3
				middle := (lo + hi) / 2
				for _, part := range [][2]int{{middle, hi}, {lo, middle}} {
					if part[0] < part[1] {
						p.shared.Update(index, part[0], part[1])
					}
				}
			}
			p.shared.End()
		}
	}
	same := func(when string) {
		t.Helper()
		for i, p := range list {
			if !sameBits(p.model.weights(), alone.model.weights()) {
				t.Errorf("%s: process %d has other weights", when, i)
			}
			if !reflect.DeepEqual(p.solver.State(), alone.solver.State()) {
				t.Errorf("%s: process %d has the state\n%v, want\n%v", when, i, p.solver.State(), alone.solver.State())
			}
		}
	}
	same("together")
	for _, p := range list {
		p.shared.Close()
	}
	for i := range slots {
		slots[i] = 0xff
	}
	same("apart")
	steps(t, alone.solver, alone.model, 1)
	steps(t, list[1].solver, list[1].model, 1)
	list = list[1:2]
	same("one step behind")
}

// What cannot be shared is an error, and leaves the solver as it was.
func TestShareRefuses(t *testing.T) {
	list, _, slots := processes[float32](t, "Adam", 1)
	p := list[0]
	m := p.model.valueGrads()
	if _, ok := SlotBytes(gorgonia.NewVanillaSolver(), tensor.Float32, sharedSizes); ok {
		t.Error("a solver of Gorgonia's own has slots to share")
	}
	for want, share := range map[string]func() (*Shared, error){
		"cannot be shared, want one of package solver": func() (*Shared, error) { return Share(gorgonia.NewVanillaSolver(), m, slots, true) },
		"bytes for the slots, want":                    func() (*Shared, error) { return Share(p.solver, m, slots[:len(slots)-1], true) },
		"no parameters":                                func() (*Shared, error) { return Share(p.solver, nil, slots, true) },
		"LearningRate is -1":                           func() (*Shared, error) { return Share(NewSGD(-1), m, slots, true) },
	} {
		if _, err := share(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
	steps(t, p.solver, p.model, 1)
	s, err := Share(p.solver, m, slots, true)
	if err != nil {
		t.Fatal(err)
	}
	p.solver.(*Adam).LearningRate = 0
	if err := s.Begin(); err == nil || !strings.Contains(err.Error(), "LearningRate is 0") {
		t.Errorf("a step of rate 0: %v", err)
	}
}
