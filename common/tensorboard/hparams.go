package tensorboard

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of tensorboard/plugins/hparams/plugin_data.proto and google/protobuf/struct.proto, those that are
// written.
const (
	hparamsStart = 3
	hparamsEnd   = 4

	startHparams = 1
	startGroup   = 4
	startTime    = 5
	endStatus    = 1
	endTime      = 2

	mapKey      = 1
	mapValue    = 2
	valueNumber = 2
	valueString = 3
	valueBool   = 4
)

const statusSuccess = 1

// hparams is the summary of plugin hparams with a message SessionStartInfo or SessionEndInfo. Its tensor is empty.
func hparams(tag string, field protowire.Number, info message) []byte {
	p := plugin{name: "hparams", content: message(nil).bytes(field, info)}
	return summary("_hparams_/"+tag, p, tensorOf(dtypeFloat, 0))
}

// sessionStart is the summary with the hyperparameters of a run: bool, float64 or string by name. As in TensorBoard's
// callback for Keras, runs with equal hyperparameters are one group.
func sessionStart(at float64, parameters map[string]any) ([]byte, error) {
	all, err := json.Marshal(parameters) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("hyperparameters: %w", err)
	}
	var info message
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		var value message
		switch v := parameters[name].(type) {
		case bool:
			value = protowire.AppendVarint(protowire.AppendTag(nil, valueBool, protowire.VarintType), protowire.EncodeBool(v))
		case string:
			value = message(nil).bytes(valueString, []byte(v))
		case float64:
			value = message(nil).double(valueNumber, v)
			if v == 0 { // a oneof has its zero value written
				value = protowire.AppendFixed64(protowire.AppendTag(nil, valueNumber, protowire.Fixed64Type), 0)
			}
		default:
			return nil, fmt.Errorf("hyperparameter %s is of type %T, want bool, float64 or string", name, v)
		}
		info = info.bytes(startHparams, message(nil).text(mapKey, name).bytes(mapValue, value))
	}
	group := sha256.Sum256(all)
	return hparams("session_start_info", hparamsStart,
		info.text(startGroup, hex.EncodeToString(group[:])).double(startTime, at)), nil
}

// sessionEnd is the summary that marks the end of the run.
func sessionEnd(at float64) []byte {
	return hparams("session_end_info", hparamsEnd,
		message(nil).number(endStatus, statusSuccess).double(endTime, at))
}
