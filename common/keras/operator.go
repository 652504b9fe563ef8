package keras

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/layer"
)

// A Functional may compute with numbers, as x / 255, which Keras saves as layers:
//
//	{"class_name": "TrueDivide", "module": "keras.src.ops.numpy",
//	 "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", ...}, 255.0], "kwargs": {}}]}           Keras 3
//	{"class_name": "TFOpLambda", "config": {"function": "math.truediv"},
//	 "inbound_nodes": [["input_1", 0, 0, {"y": 255.0, "name": null}]]}                                     Keras 2
//	{"class_name": "TFOpLambda", "config": {"function": "math.subtract"},
//	 "inbound_nodes": [["_CONSTANT_VALUE", -1, 1.0, {"y": ["input_1", 0, 0], "name": null}]]}       Keras 2, 1 - x

// operators has the supported operators by their names in Keras 2 and 3.
var operators = map[string]byte{
	"Add": '+', "Subtract": '-', "Multiply": '*', "TrueDivide": '/', "Divide": '/',
	"__operators__.add": '+', "math.add": '+', "math.subtract": '-', "math.multiply": '*',
	"math.truediv": '/', "math.divide": '/',
}

const lambdaClass = "TFOpLambda"

// operation returns the name of the operation that the layer is; "" if it is a layer of another kind.
func (m member) operation() string {
	var config settings
	var function string
	_ = json.Unmarshal(m.Config, &config) // a Sequential may have a list
	_, typed := config["dtype"]
	switch {
	case isModel(m.Class):
		return ""
	case m.Class == lambdaClass && config.need("function", &function) == nil:
		return function
	case m.Class == lambdaClass:
		return m.Class
	case strings.HasPrefix(m.Module, "keras.src.ops."), m.Module == "" && !typed && len(config) > 0 && m.three() != nil:
		return m.Class // in an .h5 file without its module, but it has no dtype, which all layers have
	}
	return ""
}

// three returns the call of the layer in the form of Keras 3; nil if it is in that of Keras 2.
func (m member) three() *invocation {
	var c invocation
	if len(m.Inbound) != 1 || json.Unmarshal(m.Inbound[0], &c) != nil {
		return nil
	}
	return &c
}

type invocation struct {
	Args      []json.RawMessage
	Arguments settings `json:"kwargs"`
}

// arithmeticOf reads an operation. It returns the layer that computes the same, and the name of the layer whose output
// it takes.
func (m member) arithmeticOf() (layer.Layer, string, error) {
	name := m.operation()
	fail := func(err error) (layer.Layer, string, error) {
		return nil, "", fmt.Errorf("the operation %s: %w", text.Brief(name), err)
	}
	kind, ok := operators[name]
	if !ok || len(m.Inbound) != 1 {
		return fail(errors.New("not supported"))
	}
	operands, err := m.operands()
	if err != nil {
		return fail(err)
	}
	var number float64
	var left bool // the number is the left operand
	switch {
	case isNumber(operands[1], &number):
	case isNumber(operands[0], &number):
		left = true
		operands[0] = operands[1]
	default:
		return fail(errOperands)
	}
	names, err := sources(operands[0], 0)
	if err == nil && len(names) != 1 {
		err = errOperands
	}
	if err != nil {
		return fail(err)
	}
	r := layer.Rescaling{Scale: 1}
	switch {
	case kind == '+':
		r.Offset = number
	case kind == '-' && left:
		r.Scale, r.Offset = -1, number
	case kind == '-':
		r.Offset = -number
	case kind == '*':
		r.Scale = number
	case left || number == 0:
		return fail(errors.New("division by a layer or by 0 is not supported"))
	default:
		r.Scale = 1 / number
	}
	return r, names[0], nil
}

func isNumber(value json.RawMessage, to *float64) bool {
	return !isNull(value) && json.Unmarshal(value, to) == nil
}

var errOperands = errors.New("want a layer and one number as its inputs")

// operands returns the left and the right operand.
func (m member) operands() (both [2]json.RawMessage, err error) {
	if c := m.three(); c != nil {
		if len(c.Args) != 2 {
			return both, errOperands
		}
		return [2]json.RawMessage(c.Args), c.Arguments.rest()
	}
	var call []json.RawMessage // Keras 2
	var arguments settings
	if json.Unmarshal(m.Inbound[0], &call) == nil && len(call) == 1 {
		var inner []json.RawMessage
		if json.Unmarshal(call[0], &inner) == nil {
			call = inner
		}
	}
	if len(call) != 4 || json.Unmarshal(call[3], &arguments) != nil {
		return both, errOperands
	}
	both[0], both[1] = m.Inbound[0], arguments["y"]
	if string(call[0]) == `"_CONSTANT_VALUE"` {
		both[0] = call[2]
	} else if both[0], err = json.Marshal(call[:3]); err != nil {
		return both, err
	}
	arguments.ignore("y", "name")
	return both, arguments.rest()
}
