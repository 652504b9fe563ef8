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
// The first part, Adam, is missing if Keras 2.15 had loaded the model before it saved it.
var slotKinds = map[string]string{"m": "momentum", "v": "velocity", "rms": "velocity", "momentum": "momentum",
	"velocity": "velocity", "accumulator": "accumulator", "iter": "iteration", "iteration": "iteration",
	"learning_rate": "learning_rate"}

// slotKind is the kind of an optimizer's variable: iteration, learning_rate, or the name of a slot.
func slotKind(name string) (string, error) {
	last := strings.TrimSuffix(path.Base(name), ":0")
	if kind, ok := slotKinds[last]; ok {
		return kind, nil
	}
	if folders := strings.Split(name, "/"); len(folders) > 2 {
		for _, folder := range folders[:2] {
			if kind, ok := slotKinds[folder]; ok {
				return kind, nil
			}
		}
	}
	kind := last[strings.LastIndexByte(last, '_')+1:]
	if slices.Contains([]string{"momentum", "velocity", "accumulator"}, kind) {
		return kind, nil
	}
	return "", fmt.Errorf("%s is not a variable of a supported optimizer", text.Brief(name))
}

// readOptimizer reads the state of a solver that parseOptimizer made, and its learning rate if the file has it as a
// variable. Without slots the solver starts afresh, as in Keras: Keras 3.15 loses them when it loads a file and saves
// it.
func readOptimizer(root *hdf5.Group, s gorgonia.Solver, params []*model.Param, dtype tensor.Dtype) (
	solver.State, error) {
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
	step, _, err := one(slots, "iteration", (*hdf5.Dataset).Int64s)
	if err != nil {
		return state, err
	}
	if step < 0 {
		return state, fmt.Errorf("iteration is %d, want at least 0", step)
	}
	state.Step = uint64(step)
	rate, ok, err := one(slots, "learning_rate", (*hdf5.Dataset).Float64s)
	if err != nil {
		return state, err
	}
	// The variable is newer than the settings, unless it is the same number rounded to float32.
	if to := solver.LearningRate(s); ok && float32(rate) != float32(*to) {
		*to = rate
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
				return state, fmt.Errorf("%d variables %s, want %d: one for each parameter",
					len(slots[name]), name, len(params))
			}
			numbers, err := read(slots[name][i], p.Shape(), dtype)
			if err != nil {
				return state, fmt.Errorf("%s of %s: %w", name, p.Name, err)
			}
			slot := solver.Slot{Name: name, Param: i, Shape: p.Shape()}
			slot.Float32, _ = numbers.([]float32)
			slot.Float64, _ = numbers.([]float64)
			state.Slots = append(state.Slots, slot)
		}
	}
	return state, nil
}

// one reads a variable that is one number. ok is false if it is missing.
func one[T any](slots map[string][]*hdf5.Dataset, name string, read func(*hdf5.Dataset) ([]T, error)) (
	value T, ok bool, err error) {
	list := slots[name]
	if len(list) == 0 {
		return value, false, nil
	}
	if len(list) > 1 || list[0].Len() != 1 {
		return value, false, fmt.Errorf("%s: want one number", name)
	}
	values, err := read(list[0])
	if err != nil {
		return value, false, fmt.Errorf("%s: %w", name, err)
	}
	return values[0], true, nil
}

// optimizerGroup is the state in the form of Keras 3.
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
