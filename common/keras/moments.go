package keras

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// The names of an optimizer's variables, by version:
//
//	Keras 3           adam/sequential_dense_kernel_momentum   adam/iteration   adam/learning_rate
//	Keras 2.15        Adam/m/dense/kernel:0                   iteration:0
//	its older ones    Adam/dense/kernel/m:0                   Adam/iter:0
//
// Without the first part, Adam, where Keras 2.15 had loaded the model before.
var slotKinds = map[string]string{"m": "momentum", "v": "velocity", "rms": "velocity", "momentum": "momentum",
	"velocity": "velocity", "accumulator": "accumulator", "iter": "iteration", "iteration": "iteration", "learning_rate": "learning_rate"}

// slotKind is what a variable of an optimizer is: iteration, learning_rate, or the name of a slot.
func slotKind(name string) (string, error) {
	last := strings.TrimSuffix(path.Base(name), ":0")
	if kind, ok := slotKinds[last]; ok {
		return kind, nil
	}
	if parts := strings.Split(name, "/"); len(parts) > 2 {
		for _, part := range parts[:2] {
			if kind, ok := slotKinds[part]; ok {
				return kind, nil
			}
		}
	}
	if kind := last[strings.LastIndexByte(last, '_')+1:]; slices.Contains([]string{"momentum", "velocity", "accumulator"}, kind) {
		return kind, nil
	}
	return "", fmt.Errorf("%s is no variable of an optimizer that is supported", text.Brief(name))
}

// readOptimizer reads the state of a solver that parseOptimizer made, and its learning rate if the file
// has it as a variable. A file with no slots at all starts the solver afresh, as Keras does: Keras 3.15
// forgets them when it loads a file and saves it again.
func readOptimizer(root *hdf5.Group, s gorgonia.Solver, params []*model.Param, dtype tensor.Dtype) (solver.State, error) {
	known, err := describe(s)
	state, names := solver.State{Solver: known.class}, known.slots
	if err != nil {
		return state, err
	}
	if root.Member("optimizer_weights") == nil {
		return state, nil
	}
	g, err := root.Group("optimizer_weights")
	if err != nil {
		return state, err
	}
	list, err := texts(g, "weight_names")
	if err != nil {
		return state, err
	}
	slots := map[string][]*hdf5.Dataset{}
	for _, name := range list {
		kind, err := slotKind(name)
		if err != nil {
			return state, err
		}
		d, err := g.Dataset(name)
		if err != nil {
			return state, err
		}
		slots[kind] = append(slots[kind], d)
	}
	if state.Step, err = readStep(slots["iteration"]); err != nil {
		return state, err
	}
	if err := readRate(slots["learning_rate"], solver.LearningRate(s)); err != nil {
		return state, err
	}
	found := 0
	for _, name := range names {
		found += len(slots[name])
	}
	if found == 0 && len(names) > 0 {
		state.Step = 0
		return state, nil
	}
	for i, p := range params {
		for _, name := range names {
			if len(slots[name]) != len(params) {
				return state, fmt.Errorf("%d variables %s, want %d: one for each parameter", len(slots[name]), name, len(params))
			}
			slot, err := readSlot(slots[name][i], p, dtype)
			if err != nil {
				return state, fmt.Errorf("%s of %s: %w", name, p.Name, err)
			}
			slot.Name, slot.Param = name, i
			state.Slots = append(state.Slots, slot)
		}
	}
	return state, nil
}

func readStep(list []*hdf5.Dataset) (uint64, error) {
	if len(list) == 0 {
		return 0, nil
	}
	if len(list) > 1 || list[0].Len() != 1 {
		return 0, errors.New("iteration: want one number")
	}
	steps, err := list[0].Int64s()
	if err != nil {
		return 0, fmt.Errorf("iteration: %w", err)
	}
	if steps[0] < 0 {
		return 0, fmt.Errorf("iteration is %d, want a number from 0 on", steps[0])
	}
	return uint64(steps[0]), nil
}

// readRate takes the rate of Keras 3, which may have moved since the settings were written. Where the two
// are the same as float32, the settings have more digits.
func readRate(list []*hdf5.Dataset, rate *float64) error {
	if len(list) == 0 {
		return nil
	}
	if len(list) > 1 || list[0].Len() != 1 {
		return errors.New("learning_rate: want one number")
	}
	values, err := list[0].Float64s()
	if err != nil {
		return fmt.Errorf("learning_rate: %w", err)
	}
	if float32(values[0]) != float32(*rate) {
		*rate = values[0]
	}
	return nil
}

// readSlot reads a slot.
func readSlot(d *hdf5.Dataset, p *model.Param, dtype tensor.Dtype) (solver.Slot, error) {
	slot := solver.Slot{Shape: p.Shape()}
	numbers, err := read(d, p.Shape(), dtype)
	slot.Float32, _ = numbers.([]float32)
	slot.Float64, _ = numbers.([]float64)
	return slot, err
}

// optimizerGroup is the state as Keras 3 has it.
func optimizerGroup(s gorgonia.Solver, state solver.State, layers []model.Layer) (*hdf5.Group, error) {
	known, err := describe(s)
	if err != nil {
		return nil, err
	}
	root, g, prefix := hdf5.NewGroup(), hdf5.NewGroup(), strings.ToLower(known.class)
	var names []string
	add := func(name string, shape []int, numbers any) error {
		names = append(names, prefix+"/"+name)
		return g.AddNumbers(name, shape, numbers)
	}
	err = errors.Join(root.Add(prefix, g), add("iteration", nil, []int64{int64(state.Step)}),
		add("learning_rate", nil, []float32{float32(*solver.LearningRate(s))}))
	var params []string
	for _, l := range layers {
		for _, p := range l.Params {
			params = append(params, modelName+"_"+strings.ReplaceAll(p.Name, ".", "_"))
		}
	}
	for _, slot := range state.Slots {
		numbers := any(slot.Float32)
		if slot.Float64 != nil {
			numbers = slot.Float64
		}
		err = errors.Join(err, add(params[slot.Param]+"_"+slot.Name, slot.Shape, numbers))
	}
	root.SetAttribute("weight_names", names)
	return root, first(err)
}
