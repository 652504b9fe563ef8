package solver

import (
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// Shared is a solver whose steps several processes take together, each for some of the weights: stage 1 of Rajbhandari et
// al. 2020, "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models". What it keeps is in memory that they
// have in common, so that State is whole in each of them behind a step that all have ended.
type Shared struct {
	solver optimizer
	model  []gorgonia.ValueGrad
	memory *memory
	places []unsafe.Pointer // of the slots
	now    []unsafe.Pointer // room for where they are in a step
	piece  [1]param
}

// ofPackage is s if it is a solver of this package itself: one that has such a solver in it may do otherwise in its Step.
func ofPackage(s gorgonia.Solver) (optimizer, bool) {
	switch s := s.(type) {
	case *SGD:
		return s, true
	case *RMSprop:
		return s, true
	case *Adagrad:
		return s, true
	case *Adam:
		return s, true
	case *AdamW:
		return s, true
	}
	return nil, false
}

// SlotBytes is how much memory the slots of a model take in Share, in bytes; sizes are the numbers of weights by parameter. ok is
// false if the solver is not one of this package's.
func SlotBytes(s gorgonia.Solver, dtype tensor.Dtype, sizes []int) (bytes int, ok bool) {
	o, ok := ofPackage(s)
	if !ok {
		return 0, false
	}
	_, names, _ := o.keeps()
	for _, size := range sizes {
		if dtype == tensor.Float32 {
			bytes += len(names) * kernel.CarvedBytes[float32](size)
		} else {
			bytes += len(names) * kernel.CarvedBytes[float64](size)
		}
	}
	return bytes, true
}

// Share moves the slots of a solver of this package to memory of SlotBytes that begins on a cache line. One of the
// processes writes them there; all must have the same ones. Until the caller's Close the solver takes no steps but these. It is
// an error, and the solver is as it was, if it is not of this package, if the memory is short, and where a Step would be one.
func Share(s gorgonia.Solver, model []gorgonia.ValueGrad, memory []byte, write bool) (*Shared, error) {
	o, ok := ofPackage(s)
	if !ok {
		return nil, fmt.Errorf("solver: a %T cannot be shared, want one of package solver", s)
	}
	m, err := begin(o, model)
	if err != nil {
		return nil, err
	}
	want := 0
	for i := range m.params {
		want += len(m.names) * m.params[i].slotBytes()
	}
	if len(memory) < want {
		return nil, fmt.Errorf("solver: %d bytes for the slots, want %d", len(memory), want)
	}
	for i := range m.params {
		p := &m.params[i]
		for k := range m.names {
			if p.single() {
				p.f32.slots[k] = moved(p.f32.slots[k], &memory, write)
			} else {
				p.f64.slots[k] = moved(p.f64.slots[k], &memory, write)
			}
		}
	}
	shared := &Shared{solver: o, model: model, memory: m}
	shared.places = shared.slotPlaces(nil)
	return shared, nil
}

// slotPlaces appends to list where the slots are now.
func (s *Shared) slotPlaces(list []unsafe.Pointer) []unsafe.Pointer {
	for i := range s.memory.params {
		p := &s.memory.params[i]
		for k := range s.memory.names {
			if p.single() {
				list = append(list, unsafe.Pointer(unsafe.SliceData(p.f32.slots[k])))
			} else {
				list = append(list, unsafe.Pointer(unsafe.SliceData(p.f64.slots[k])))
			}
		}
	}
	return list
}

func (p *param) slotBytes() int {
	if p.single() {
		return kernel.CarvedBytes[float32](p.size())
	}
	return kernel.CarvedBytes[float64](p.size())
}

func moved[T kernel.Float](values []T, memory *[]byte, write bool) []T {
	there := kernel.Carve[T](memory, len(values))
	if write {
		copy(there, values)
	}
	return there
}

// Begin checks the model as a Step does. It is an error, too, if the slots are no longer where they were shared, as behind a
// SetState.
func (s *Shared) Begin() error {
	if _, err := begin(s.solver, s.model); err != nil {
		return err
	}
	if s.now = s.slotPlaces(s.now[:0]); !slices.Equal(s.now, s.places) {
		return errors.New("solver: the state was set while the solver is shared")
	}
	return nil
}

// Update moves the weights lo to hi-1 of a parameter, by its place in the model.
func (s *Shared) Update(index, lo, hi int) {
	whole, piece := &s.memory.params[index], &s.piece[0]
	piece.f32.cut(&whole.f32, lo, hi)
	piece.f64.cut(&whole.f64, lo, hi)
	s.solver.update(s.piece[:])
}

// cut makes v the numbers lo to hi-1 of whole.
func (v *vectors[T]) cut(whole *vectors[T], lo, hi int) {
	if whole.w == nil {
		*v = vectors[T]{}
		return
	}
	v.w, v.g = whole.w[lo:hi], whole.g[lo:hi]
	for k, slot := range whole.slots {
		if slot != nil {
			v.slots[k] = slot[lo:hi]
		}
	}
}

// End counts the step.
func (s *Shared) End() { s.memory.end() }

// Close moves the slots to memory of the solver's own, and lets go of the weights and gradients: nobody may be in a step.
func (s *Shared) Close() {
	for i := range s.memory.params {
		p := &s.memory.params[i]
		p.value, p.gradient = held{}, held{}
		p.f32.w, p.f32.g, p.f64.w, p.f64.g = nil, nil, nil, nil
		for k := range s.memory.names {
			p.f32.slots[k] = owned(p.f32.slots[k])
			p.f64.slots[k] = owned(p.f64.slots[k])
		}
	}
}

func owned[T kernel.Float](values []T) []T {
	if values == nil {
		return nil
	}
	own := kernel.Make[T](len(values))
	copy(own, values)
	return own
}
