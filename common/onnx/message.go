package onnx

import (
	"encoding/binary"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is the bytes of a protocol buffer message. Each method appends a field.
type message []byte

func (m message) int(field protowire.Number, v int64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), uint64(v))
}

func (m message) float(field protowire.Number, v float32) message {
	return protowire.AppendFixed32(protowire.AppendTag(m, field, protowire.Fixed32Type), math.Float32bits(v))
}

func (m message) string(field protowire.Number, v string) message {
	return append(m.start(field, int64(len(v))), v...)
}

func (m message) message(field protowire.Number, v message) message {
	return append(m.start(field, int64(len(v))), v...)
}

// start appends the tag and the length of a field, without its size bytes.
func (m message) start(field protowire.Number, size int64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.BytesType), uint64(size))
}

// bytes is the NodeProto.
func (n node) bytes() message {
	var m message
	for _, name := range n.inputs {
		m = m.string(nodeInput, name)
	}
	m = m.string(nodeOutput, n.output).string(nodeName, n.name).string(nodeOpType, n.op)
	for _, a := range n.attributes {
		m = m.message(nodeAttribute, a.bytes())
	}
	return m
}

// bytes is the AttributeProto.
func (a attribute) bytes() message {
	m := message(nil).string(attributeName, a.name)
	switch v := a.value.(type) {
	case int:
		m = m.int(attributeInt, int64(v)).int(attributeType, typeInt)
	case float64:
		m = m.float(attributeFloat, float32(v)).int(attributeType, typeFloat)
	case []int:
		for _, i := range v {
			m = m.int(attributeInts, int64(i))
		}
		m = m.int(attributeType, typeInts)
	}
	return m
}

// head is the field of the GraphProto with the TensorProto, up to its values, which take size bytes.
func (t initializer) head() (head message, size int64) {
	var m message
	for _, d := range t.dims {
		m = m.int(tensorDims, int64(d))
	}
	kind, width := int64(dataFloat), int64(4)
	if t.ints != nil {
		kind, width = dataInt64, 8
	}
	size = t.size() * width
	m = m.int(tensorDataType, kind).string(tensorName, t.name).start(tensorRawData, size)
	return append(message(nil).start(graphInitializer, int64(len(m))+size), m...), size
}

// valueInfo is the ValueInfoProto of a float32 value (batch, shape...), with a dynamic batch size.
func valueInfo(name string, shape []int) message {
	dims := message(nil).message(shapeDim, message(nil).string(dimName, "batch"))
	for _, d := range shape {
		dims = dims.message(shapeDim, message(nil).int(dimNumber, int64(d)))
	}
	kind := message(nil).int(typeElement, dataFloat).message(typeShape, dims)
	return message(nil).string(valueName, name).message(valueType, message(nil).message(typeTensorType, kind))
}

// graphMessage is a GraphProto whose initializers are encoded while they are written, to save memory.
type graphMessage struct {
	before, after message // the fields before and after the initializers
	initializers  []initializer
	size          int64
}

// message is the GraphProto.
func (g *graph) message(input, output []int) graphMessage {
	m := graphMessage{initializers: g.initializers}
	for _, n := range g.nodes {
		m.before = m.before.message(graphNode, n.bytes())
	}
	m.before = m.before.string(graphName, graphTitle)
	m.after = message(nil).message(graphInput, valueInfo(inputName, input)).
		message(graphOutput, valueInfo(outputName, output))
	m.size = int64(len(m.before) + len(m.after))
	for _, t := range m.initializers {
		head, size := t.head()
		m.size += int64(len(head)) + size
	}
	return m
}

// write writes the message.
func (m graphMessage) write(w io.Writer) error {
	if _, err := w.Write(m.before); err != nil {
		return err
	}
	for _, t := range m.initializers {
		head, _ := t.head()
		if _, err := w.Write(head); err != nil {
			return err
		}
		if err := t.writeValues(w); err != nil {
			return err
		}
	}
	_, err := w.Write(m.after)
	return err
}

// writeValues writes raw_data, little-endian, in pieces of 16 KiB.
func (t initializer) writeValues(w io.Writer) error {
	const most = 1 << 14
	piece := make([]byte, 0, most)
	for _, v := range t.ints {
		piece = binary.LittleEndian.AppendUint64(piece, uint64(v))
	}
	for i := range t.floats() {
		if piece = binary.LittleEndian.AppendUint32(piece, math.Float32bits(t.at(i))); len(piece) == most {
			if _, err := w.Write(piece); err != nil {
				return err
			}
			piece = piece[:0]
		}
	}
	_, err := w.Write(piece)
	return err
}
