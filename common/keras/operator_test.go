package keras

import (
	"fmt"
	"reflect"
	"testing"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
)

// operated reads a chain of an operation after an input.
func operated(object, inbound string) ([]layer.Layer, error) {
	a, err := parseArchitecture(fmt.Sprintf(`{"class_name": "Functional", "config": {"output_layers": [["o", 0, 0]], "layers": [
		{"class_name": "InputLayer", "name": "i", "config": {"batch_shape": [null, 4], "dtype": "float32"}, "inbound_nodes": []},
		{%s, "name": "o", "inbound_nodes": [%s]}]}}`, object, inbound))
	return a.layers, err
}

const (
	three = `{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "keras_history": ["i", 0, 0]}}`
	two   = `"class_name": "TFOpLambda", "config": {"name": "o", "dtype": "float32", "function": `
)

// An operator with a number is a Rescaling, in the forms of both Keras, with the number on either side.
func TestOperators(t *testing.T) {
	args := func(left, right string) string { return `{"args": [` + left + ", " + right + `], "kwargs": {}}` }
	for _, c := range []struct {
		object, inbound string
		want            layer.Rescaling
	}{
		{`"class_name": "TrueDivide", "config": {"name": "o"}`, args(three, "4"), layer.Rescaling{Scale: .25}},
		{`"class_name": "Divide", "module": "keras.src.ops.numpy", "config": {}`, args(three, "-4.0"), layer.Rescaling{Scale: -.25}},
		{`"class_name": "Multiply", "config": {"name": "o"}`, args("3", three), layer.Rescaling{Scale: 3}},
		{`"class_name": "Add", "config": {"name": "o"}`, args(three, "3"), layer.Rescaling{Scale: 1, Offset: 3}},
		{`"class_name": "Subtract", "config": {"name": "o"}`, args(three, "3"), layer.Rescaling{Scale: 1, Offset: -3}},
		{`"class_name": "Subtract", "config": {"name": "o"}`, args("3", three), layer.Rescaling{Scale: -1, Offset: 3}},
		{two + `"math.truediv"}`, `["i", 0, 0, {"y": 4, "name": null}]`, layer.Rescaling{Scale: .25}},
		{two + `"math.divide"}`, `["i", 0, 0, {"y": 4, "name": null}]`, layer.Rescaling{Scale: .25}},
		{two + `"math.multiply"}`, `[["i", 0, 0, {"y": 4}]]`, layer.Rescaling{Scale: 4}},
		{two + `"__operators__.add"}`, `["_CONSTANT_VALUE", -1, 0.5, {"y": ["i", 0, 0]}]`, layer.Rescaling{Scale: 1, Offset: .5}},
		{two + `"math.subtract"}`, `["_CONSTANT_VALUE", -1, 1.0, {"y": ["i", 0, 0]}]`, layer.Rescaling{Scale: -1, Offset: 1}},
	} {
		got, err := operated(c.object, c.inbound)
		if err != nil || !reflect.DeepEqual(got, []layer.Layer{c.want}) {
			t.Errorf("%s of %s: %+v (%v), want %+v", c.object, c.inbound, got, err, c.want)
		}
	}
}

func TestOperationsThatAreNotRead(t *testing.T) {
	for _, c := range []struct {
		name, object, inbound string
		facts                 []string
	}{
		{"another operation of Keras 3", `"class_name": "Mean", "config": {"name": "o"}`, `{"args": [` + three + `], "kwargs": {}}`,
			[]string{"layer o (Mean)", "operation Mean", "not supported"}},
		{"one that is called like a layer", `"class_name": "Reshape", "module": "keras.src.ops.numpy", "config": {"newshape": [2, 2]}`,
			`{"args": [` + three + `]}`, []string{"operation Reshape", "not supported"}},
		{"another operation of Keras 2", two + `"math.reduce_mean"}`, `["i", 0, 0, {"axis": 1}]`,
			[]string{"layer o (TFOpLambda)", "operation math.reduce_mean", "not supported"}},
		{"no function", `"class_name": "TFOpLambda", "config": {}`, `["i", 0, 0, {"y": 1}]`, []string{"operation TFOpLambda", "not supported"}},
		{"two layers", `"class_name": "Add", "config": {"name": "o"}`, `{"args": [` + three + ", " + three + `]}`,
			[]string{"operation Add", "one number"}},
		{"a list of numbers", `"class_name": "Multiply", "config": {"name": "o"}`, `{"args": [[1, 2, 3, 4], ` + three + `]}`,
			[]string{"operation Multiply", "one number"}},
		{"one input", `"class_name": "Add", "config": {"name": "o"}`, `{"args": [` + three + `]}`, []string{"operation Add", "one number"}},
		{"an argument", `"class_name": "Add", "config": {"name": "o"}`, `{"args": [` + three + `, 1], "kwargs": {"dtype": "int32"}}`,
			[]string{"operation Add", "dtype", "int32"}},
		{"an argument of Keras 2", two + `"math.multiply"}`, `["i", 0, 0, {"y": 1, "z": 3}]`, []string{"operation math.multiply", "z", "3"}},
		{"no arguments", two + `"math.multiply"}`, `["i", 0, 0]`, []string{"operation math.multiply", "one number"}},
		{"nothing", two + `"math.multiply"}`, `["i", 0, 0, {"y": null}]`, []string{"operation math.multiply", "one number"}},
		{"no call", two + `"math.multiply"}`, ``, []string{"operation math.multiply"}},
		{"by a layer", `"class_name": "TrueDivide", "config": {"name": "o"}`, `{"args": [1, ` + three + `]}`, []string{"operation TrueDivide", "division by a layer"}},
		{"by 0", two + `"math.truediv"}`, `["i", 0, 0, {"y": 0}]`, []string{"operation math.truediv", "by 0"}},
		{"of another layer", two + `"math.truediv"}`, `["j", 0, 0, {"y": 2}]`, []string{"0 of 1 layers"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := operated(c.object, c.inbound)
			wording.Check(t, err, c.facts...)
		})
	}
}
