package tensorboard

import (
	"encoding/binary"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of the messages of TensorFlow 2.21 (tensorflow/core/util/event.proto and
// tensorflow/core/framework/{summary,tensor,tensor_shape}.proto), those that are written.
const (
	eventTime    = 1
	eventStep    = 2
	eventVersion = 3
	eventGraph   = 4
	eventSummary = 5
	eventSource  = 10
	sourceWriter = 1

	summaryValue  = 1
	valueTag      = 1
	valueTensor   = 8
	valueMetadata = 9

	metadataPlugin = 1
	pluginName     = 1
	pluginContent  = 2

	tensorDtype   = 1
	tensorShape   = 2
	tensorContent = 4
	tensorStrings = 8
	shapeAxis     = 2
	axisSize      = 1
)

// The values of tensorflow.DataType that are written.
const (
	dtypeFloat  = 1
	dtypeDouble = 2
	dtypeString = 7
)

// message is the bytes of a protobuf message. Its methods append a field; as in proto3, text, number and double leave
// out a zero value.
type message []byte

func (m message) bytes(field protowire.Number, value []byte) message {
	return protowire.AppendBytes(protowire.AppendTag(m, field, protowire.BytesType), value)
}

func (m message) text(field protowire.Number, value string) message {
	if value == "" {
		return m
	}
	return m.bytes(field, []byte(value))
}

func (m message) number(field protowire.Number, value int64) message {
	if value == 0 {
		return m
	}
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), uint64(value))
}

func (m message) double(field protowire.Number, value float64) message {
	if value == 0 {
		return m
	}
	return protowire.AppendFixed64(protowire.AppendTag(m, field, protowire.Fixed64Type), math.Float64bits(value))
}

// seconds is a time in seconds since 1970, with microseconds.
func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// event is a message Event with its time in seconds, its step and one more field.
func event(at float64, step int64, field protowire.Number, value []byte) []byte {
	return message(nil).double(eventTime, at).number(eventStep, step).bytes(field, value)
}

// firstEvent has the fields of the Event that a file must begin with. TensorBoard shows the writer's name.
func firstEvent(at float64) []byte {
	return append(event(at, 0, eventVersion, []byte("brain.Event:2")),
		message(nil).bytes(eventSource, message(nil).text(sourceWriter, "gorgonia-lectures"))...)
}

// plugin names the plugin of TensorBoard that shows a value, and has the data for it.
type plugin struct {
	name    string
	content []byte
}

// The plugins' data is the same as in summaries of TensorBoard: an empty message means version 0.
var (
	scalars    = plugin{name: "scalars"}
	histograms = plugin{name: "histograms"}
	images     = plugin{name: "images"}
	kerasModel = plugin{name: "graph_keras_model", content: []byte("1")}
)

// summary is a message Summary with one value.
func summary(tag string, p plugin, tensor []byte) []byte {
	about := message(nil).text(pluginName, p.name)
	if len(p.content) > 0 {
		about = about.bytes(pluginContent, p.content)
	}
	value := message(nil).text(valueTag, tag).bytes(valueTensor, tensor).
		bytes(valueMetadata, message(nil).bytes(metadataPlugin, about))
	return message(nil).bytes(summaryValue, value)
}

// tensorOf is a message TensorProto without its values.
func tensorOf(dtype int64, shape ...int) message {
	var axes message
	for _, size := range shape {
		axes = axes.bytes(shapeAxis, message(nil).number(axisSize, int64(size)))
	}
	return message(nil).number(tensorDtype, dtype).bytes(tensorShape, axes)
}

// scalarTensor is a TensorProto of one float32 without axes.
func scalarTensor(value float64) message {
	return tensorOf(dtypeFloat).bytes(tensorContent,
		binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(value))))
}

// bucketsTensor is a TensorProto of the buckets of a histogram, float64 of shape (30, 3).
func bucketsTensor(buckets [bucketCount][3]float64) message {
	var content []byte
	for _, bucket := range buckets {
		for _, v := range bucket {
			content = binary.LittleEndian.AppendUint64(content, math.Float64bits(v))
		}
	}
	return tensorOf(dtypeDouble, bucketCount, 3).bytes(tensorContent, content)
}

// stringsTensor is a TensorProto of byte strings on one axis.
func stringsTensor(values ...[]byte) message {
	m := tensorOf(dtypeString, len(values))
	for _, v := range values {
		m = m.bytes(tensorStrings, v)
	}
	return m
}
