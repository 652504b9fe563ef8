package ranks

import (
	"fmt"
	"reflect"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// factsOf returns everything that a Fit depends on, except for the weights.
func factsOf(net *model.Net, data dataset.Data, fit model.Fit) []Fact {
	config := net.Config()
	steps, epochs := net.Done()
	list := []Fact{
		{"batch", fmt.Sprint(fit.Batch)}, {"epochs", fmt.Sprint(fit.Epochs)},
		{"seed", fmt.Sprint(config.Seed)}, {"steps done", fmt.Sprint(steps)}, {"epochs done", fmt.Sprint(epochs)},
		{"dtype", config.Dtype.String()}, {"loss", config.Loss.String()}, {"metrics", fmt.Sprint(config.Metrics)},
		{"shuffle", fmt.Sprint(!fit.NoShuffle)}, {"reshuffle", fmt.Sprint(fit.Reshuffle)}, {"check", fmt.Sprint(fit.Check)},
	}
	var layers, params []string
	for _, l := range net.Layers() {
		layers = append(layers, fmt.Sprint(l.Name, settings(reflect.ValueOf(l.Layer))))
		for _, p := range l.Params {
			params = append(params, fmt.Sprint(p.Name, tensor.Shape(p.Shape())))
		}
	}
	list = append(list, Fact{"layers", strings.Join(layers, " ")}, Fact{"parameters", strings.Join(params, " ")},
		Fact{"solver", fmt.Sprintf("%T%s", config.Solver, settings(reflect.ValueOf(config.Solver)))})
	if k, ok := config.Solver.(interface{ State() solver.State }); ok {
		list = append(list, Fact{"solver's state", k.State().Checksum()})
	}
	validation := "none"
	if fit.Validation != nil {
		validation = dataset.Fingerprint(fit.Validation)
	}
	list = append(list, Fact{"training data of", dataset.Fingerprint(data)}, Fact{"validation of", validation})
	if p := net.Position(); p != nil {
		list = append(list, Fact{"epochs of the run", fmt.Sprint(len(p.Epochs))},
			Fact{"steps of the epoch", fmt.Sprint(p.Steps)})
	}
	return list
}

var schedule = reflect.TypeFor[solver.Schedule]()

// settings formats the exported numbers, strings, lists and booleans of a layer or a solver, as "{Rate:0.25}", and its
// schedule. Other fields, such as initializers, do not matter once there are weights.
func settings(v reflect.Value) string {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	var list []string
	for i := range v.NumField() {
		name, x := v.Type().Field(i).Name, v.Field(i)
		switch {
		case !v.Type().Field(i).IsExported():
		case x.Type() == schedule && !x.IsNil():
			s := x.Interface().(solver.Schedule)
			list = append(list, fmt.Sprintf("%s:%s%+v", name, s.Name(), reflect.Indirect(x.Elem()).Interface()))
		case x.Kind() == reflect.Struct && x.IsZero(): // the default
		case x.Kind() == reflect.Struct, v.Type().Field(i).Anonymous: // as the layer of a Frozen
			list = append(list, name+":"+settings(x))
		case x.CanInt(), x.CanUint(), x.CanFloat(), x.Kind() == reflect.Bool, x.Kind() == reflect.String,
			x.Kind() == reflect.Slice:
			list = append(list, fmt.Sprint(name, ":", x.Interface()))
		}
	}
	return "{" + strings.Join(list, " ") + "}"
}
