package model

import (
	"fmt"
	"reflect"
	"strings"
)

// startFacts is what a Fit depends on beside the weights.
func (n *Net) startFacts(f Fit, data Data) []Fact {
	list := []Fact{
		{"batch", fmt.Sprint(f.Batch)}, {"epochs", fmt.Sprint(f.Epochs)},
		{"seed", fmt.Sprint(n.config.Seed)}, {"steps done", fmt.Sprint(n.step)}, {"epochs done", fmt.Sprint(n.epoch)},
		{"dtype", n.config.Dtype.String()}, {"loss", n.config.Loss.String()},
		{"accuracy", fmt.Sprint(n.accuracy())}, {"shuffle", fmt.Sprint(!f.NoShuffle)}, {"check", fmt.Sprint(f.Check)},
	}
	var layers, params []string
	for _, l := range n.layers {
		layers = append(layers, fmt.Sprint(l.name, settings(reflect.ValueOf(l.Layer)), l.output))
	}
	for _, p := range n.params {
		params = append(params, fmt.Sprint(p.Name, p.shape))
	}
	list = append(list, Fact{"layers", strings.Join(layers, " ")}, Fact{"parameters", strings.Join(params, " ")})
	list = append(list, n.solverFact())
	if k, ok := n.config.Solver.(keeper); ok {
		list = append(list, Fact{"solver's state", k.State().Checksum()})
	}
	validation := "none"
	if f.Validation != nil {
		validation = Fingerprint(f.Validation)
	}
	list = append(list, Fact{"training data of", Fingerprint(data)}, Fact{"validation of", validation})
	if p := n.Position(); p != nil {
		list = append(list, Fact{"epochs of the run", fmt.Sprint(len(p.Epochs))}, Fact{"steps of the epoch", fmt.Sprint(p.Steps)})
	}
	return list
}

func (n *Net) solverFact() Fact {
	return Fact{"solver", fmt.Sprintf("%T%s", n.config.Solver, settings(reflect.ValueOf(n.config.Solver)))}
}

// settings lists the exported numbers, words and switches of a layer or a solver, as "{Rate:0.25}". What else is in
// it, an initializer for one, does not matter once there are weights.
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
		case x.Kind() == reflect.Struct:
			list = append(list, name+":"+settings(x))
		case x.CanInt(), x.CanUint(), x.CanFloat(), x.Kind() == reflect.Bool, x.Kind() == reflect.String:
			list = append(list, fmt.Sprint(name, ":", x.Interface()))
		}
	}
	return "{" + strings.Join(list, " ") + "}"
}
