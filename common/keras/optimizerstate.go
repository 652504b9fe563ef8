package keras

import (
	"errors"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// The names of an optimizer's variables, by version:
//
//	Keras 3           adam/sequential_dense_kernel_momentum   adam/iteration   adam/learning_rate
//	Keras 2.15        Adam/m/dense/kernel:0                   iteration:0
//	its older ones    Adam/dense/kernel/m:0                   Adam/iter:0
//	Keras 2.0 to 2.3  training/Adam/Variable_2:0              Adam/iterations:0
//
// The first part, Adam, is missing if Keras 2.15 had loaded the model before it saved it, and may be different, as
// training/Adam or training_1/Adam.
var slotKinds = map[string]string{"m": "momentum", "v": "velocity", "vhat": "velocity_hat", "rms": "velocity",
	"u": "norm", "norm": "norm",
	"momentum": "momentum", "velocity": "velocity", "velocity_hat": "velocity_hat", "accumulator": "accumulator",
	"accum_grad": "accumulated_grad", "accumulated_grad": "accumulated_grad",
	"accum_var": "accumulated_delta_var", "accumulated_delta_var": "accumulated_delta_var",
	"iter": "iteration", "iteration": "iteration", "iterations": "iteration", "learning_rate": "learning_rate",
	"momentum_cache": "product", "m_schedule": "product"} // of Nadam: solver.Nadam computes it

// counted matches a name with the number that TensorFlow adds to the second variable of one name.
var counted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(iterations|variable)_\d+$`) })

// slotKind returns the kind of an optimizer's variable by its name: iteration, learning_rate, product, or the name of a
// slot; "" if it is unknown.
func slotKind(name string) string {
	last := strings.TrimSuffix(path.Base(name), ":0")
	if part := counted().FindStringSubmatch(last); part != nil {
		last = part[1]
	}
	if kind, ok := slotKinds[last]; ok {
		return kind
	}
	folders := strings.Split(name, "/")
	if last == "variable" && strings.HasPrefix(folders[0], "nadam") {
		return "product"
	}
	if len(folders) > 2 {
		for _, folder := range folders[:2] {
			if kind, ok := slotKinds[folder]; ok {
				return kind
			}
		}
	}
	for _, kind := range slotKinds {
		if strings.HasSuffix(last, "_"+kind) {
			return kind
		}
	}
	return ""
}

// readOptimizer reads the state of a solver that readSolver made, and its learning rate if that is a variable in the
// file. Without slots the solver starts without a state, as in Keras: Keras 3.15 loses them when it loads and saves a
// file.
func readOptimizer(root *hdf5.Group, s gorgonia.Solver, params []*model.Param, dtype tensor.Dtype) (
	solver.State, error) {
	if _, unknown := s.(*UnknownOptimizer); unknown {
		return solver.State{}, nil
	}
	known, err := describe(s)
	state, names := solver.State{Solver: known.class}, known.slots
	if err != nil {
		return state, err
	}
	g, err := numberedOptimizer(root, known.slots)
	if err != nil || g == nil {
		return state, err
	}
	list, err := texts(g, "weight_names")
	if err != nil {
		return state, err
	}
	slots := map[string][]*hdf5.Dataset{}
	for _, name := range list {
		d, err := g.Dataset(name)
		if err != nil {
			return state, err
		}
		kind := slotKind(name)
		slots[kind] = append(slots[kind], d)
	}
	if known.class == "Adamax" && len(slots["norm"]) == 0 { // the older one of Keras 2 calls it v
		slots["norm"] = slots["velocity"]
	}
	step, _, err := one(slots, "iteration", wholeNumber)
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
	// the variable is newer than the setting, unless it is the same number rounded to float32
	if to := solver.LearningRate(s); ok && known.options.Schedule == nil && float32(rate) != float32(*to) {
		*to = rate
	}
	if unnamed := slots[""]; len(unnamed) > 0 {
		inOrder(slots, unnamed, names, params)
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

// inOrder assigns variables with unknown names in the order of Keras 2.0 to 2.3: all parameters of a slot, then those
// of the next one. It skips variables of other shapes.
func inOrder(slots map[string][]*hdf5.Dataset, unnamed []*hdf5.Dataset, names []string, params []*model.Param) {
	n := len(params)
	if len(unnamed) < n*len(names) {
		return
	}
	for i, d := range unnamed[:n*len(names)] {
		if !slices.Equal(d.Shape(), params[i%n].Shape()) {
			return
		}
	}
	for i, name := range names {
		slots[name] = unnamed[i*n:][:n]
	}
}

// wholeNumber reads an iteration, which Keras 2.0 stores as float32.
func wholeNumber(d *hdf5.Dataset) ([]int64, error) {
	if kind := d.Dtype().String(); kind != "float32" && kind != "float64" {
		return d.Int64s()
	}
	values, err := d.Float64s()
	whole := make([]int64, len(values))
	for i, v := range values {
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, fmt.Errorf("%v, want a whole number", v)
		}
		whole[i] = int64(v)
	}
	return whole, err
}

// one reads a variable with one number; ok is false if it is missing.
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

// optimizerGroup returns the state in the form of Keras 3.
func optimizerGroup(s gorgonia.Solver, state solver.State, layers []model.Layer) (*hdf5.Group, error) {
	root := hdf5.NewGroup()
	if _, unknown := s.(*UnknownOptimizer); unknown {
		root.SetAttribute("weight_names", []float64{})
		return root, nil
	}
	known, err := describe(s)
	if err != nil {
		return nil, err
	}
	g, prefix := hdf5.NewGroup(), strings.ToLower(known.class)
	var names []string
	err = root.Add(prefix, g)
	for _, v := range optimizerVariables(s, state, layers) {
		names = append(names, prefix+"/"+v.name)
		err = errors.Join(err, g.AddNumbers(v.name, v.shape, v.numbers))
	}
	root.SetAttribute("weight_names", names)
	return root, first(err)
}

// variable is one of an optimizer's variables.
type variable struct {
	name    string
	shape   []int
	numbers any
}

// optimizerVariables returns the variables of Keras 3 in its order: the iteration, the learning rate unless there is a
// schedule, all slots of each parameter; then velocity_hat of all parameters, or the product of Nadam.
func optimizerVariables(s gorgonia.Solver, state solver.State, layers []model.Layer) []variable {
	known, err := describe(s)
	if err != nil {
		return nil
	}
	list := []variable{{"iteration", nil, []int64{int64(state.Step)}}}
	if known.options.Schedule == nil {
		list = append(list, variable{"learning_rate", nil, []float32{float32(*solver.LearningRate(s))}})
	}
	var params []string
	for _, l := range layers {
		for _, p := range l.Params {
			if p.Trainable {
				params = append(params, modelName+"_"+strings.ReplaceAll(p.Name, ".", "_"))
			}
		}
	}
	var last []variable
	for _, slot := range state.Slots {
		v := variable{params[slot.Param] + "_" + slot.Name, slot.Shape, slot.Float32}
		if slot.Float64 != nil {
			v.numbers = slot.Float64
		}
		if slot.Name == "velocity_hat" {
			last = append(last, v)
		} else {
			list = append(list, v)
		}
	}
	if s, ok := s.(*solver.Nadam); ok && len(state.Slots) > 0 {
		product := s.Product(state.Step)
		last = append(last, variable{"variable", nil, []float32{float32(product)}})
		if state.Slots[0].Float64 != nil {
			last[0].numbers = []float64{product}
		}
	}
	return append(list, last...)
}
