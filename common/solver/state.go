package solver

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/shape"
)

// State is the state of a solver in a checkpoint. It does not have the learning rate and other fields, which the
// program sets.
type State struct {
	Solver string // the solver's type, as "SGD" or "Adam"
	Step   uint64 // the number of steps made; Keras' iterations
	Slots  []Slot // by parameter, and for each in the order of the type's comment
}

// Slot is one number for each weight of a parameter, of the parameter's dtype.
type Slot struct {
	Name    string    // as in Keras: "momentum" or "velocity"
	Param   int       // the parameter's index in the list
	Shape   []int     // the parameter's shape, nil for a scalar
	Float32 []float32 // the numbers in row-major order if the parameter is of float32, else nil
	Float64 []float64 // the numbers if it is of float64, else nil
}

// Dtype returns the dtype of the numbers.
func (s Slot) Dtype() tensor.Dtype {
	if s.Float32 != nil {
		return tensor.Float32
	}
	return tensor.Float64
}

// Checksum returns a text that differs between states: the solver, its steps and a CRC-32C of all slots.
func (s State) Checksum() string {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := uint32(0)
	var word [8]byte
	for _, slot := range s.Slots {
		sum = crc32.Update(sum, table, fmt.Appendf(nil, "%s %d %v", slot.Name, slot.Param, slot.Shape))
		for _, v := range slot.Float32 {
			binary.LittleEndian.PutUint32(word[:4], math.Float32bits(v))
			sum = crc32.Update(sum, table, word[:4])
		}
		for _, v := range slot.Float64 {
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
			sum = crc32.Update(sum, table, word[:])
		}
	}
	return fmt.Sprintf("%s, %d steps, CRC-32C %08x", s.Solver, s.Step, sum)
}

// Clone returns a copy that shares no memory with s.
func (s State) Clone() State {
	s.Slots = slices.Clone(s.Slots)
	for i := range s.Slots {
		slot := &s.Slots[i]
		slot.Shape = append([]int(nil), slot.Shape...) // nil for a scalar
		slot.Float32, slot.Float64 = slices.Clone(slot.Float32), slices.Clone(slot.Float64)
	}
	return s
}

func (m *memory) view(solver string) State {
	state := State{Solver: solver, Step: m.steps}
	for i := range m.params {
		p := &m.params[i]
		for k, name := range m.names {
			state.Slots = append(state.Slots,
				Slot{Name: name, Param: i, Shape: p.shape, Float32: p.f32.slots[k], Float64: p.f64.slots[k]})
		}
	}
	return state
}

// set checks the whole state before it copies any of it.
func (m *memory) set(solver string, names []string, state State) error {
	if state.Solver != solver {
		return fmt.Errorf("solver: the state is of %q, want %q", state.Solver, solver)
	}
	if len(state.Slots) == 0 {
		// a solver that has not stepped, or one that needs no slots
		if state.Step > 0 && len(names) > 0 {
			return fmt.Errorf("solver: the state has %d steps but no slots, want %v for each parameter", state.Step, names)
		}
		*m = memory{steps: state.Step}
		return nil
	}
	if len(names) == 0 {
		return fmt.Errorf("solver: the state has %d slots, want none without momentum", len(state.Slots))
	}
	if len(state.Slots)%len(names) != 0 {
		return fmt.Errorf("solver: the state has %d slots, want %v for each parameter", len(state.Slots), names)
	}
	params := make([]param, len(state.Slots)/len(names))
	if len(m.params) > 0 && len(m.params) != len(params) {
		return fmt.Errorf("solver: the state has %d parameters, want %d", len(params), len(m.params))
	}
	for i, slot := range state.Slots {
		p, k := i/len(names), i%len(names)
		if err := params[p].take(slot, k, p, names[k]); err != nil {
			return fmt.Errorf("solver: slot %d (%s of parameter %d): %w", i, slot.Name, slot.Param, err)
		}
	}
	for i := range m.params {
		have, want := &params[i], &m.params[i]
		if have.dtype != want.dtype || !slices.Equal(have.shape, want.shape) {
			return fmt.Errorf("solver: parameter %d of the state is %v %v, want %v %v",
				i, have.dtype, have.shape, want.dtype, want.shape)
		}
	}
	*m = memory{steps: state.Step, params: params, names: names}
	return nil
}

// take copies a slot, which must be slot k, with this name, of parameter index.
func (p *param) take(slot Slot, k, index int, name string) error {
	if slot.Name != name || slot.Param != index {
		return fmt.Errorf("want %s of parameter %d here", name, index)
	}
	dtype, size := slot.Dtype(), len(slot.Float32)+len(slot.Float64)
	if (slot.Float32 == nil) == (slot.Float64 == nil) {
		return fmt.Errorf("want either float32 or float64 numbers")
	}
	if n, err := shape.Size(slot.Shape, 1, size); err != nil || n != size {
		return fmt.Errorf("%d numbers do not fill the shape %v", size, slot.Shape)
	}
	if k > 0 && (dtype != p.dtype || !slices.Equal(slot.Shape, p.shape)) {
		return fmt.Errorf("%v %v, want %v %v as the slot before", dtype, tensor.Shape(slot.Shape), p.dtype, p.shape)
	}
	p.dtype, p.shape = dtype, append(tensor.Shape{}, slot.Shape...)
	p.f32.slots[k] = slices.Clone(slot.Float32)
	p.f64.slots[k] = slices.Clone(slot.Float64)
	return nil
}
