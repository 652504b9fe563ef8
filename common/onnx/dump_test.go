package onnx_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is a field of a protocol buffer message: a number, or bytes.
type field struct {
	number protowire.Number
	value  uint64
	bytes  []byte
}

// fields reads a protocol buffer message.
func fields(t testing.TB, b []byte) (list []field) {
	t.Helper()
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatalf("tag: %v", protowire.ParseError(n))
		}
		b = b[n:]
		f := field{number: number}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(b)
			f.value = uint64(v)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			t.Fatalf("field %d of type %d", number, kind)
		}
		if n < 0 {
			t.Fatalf("field %d: %v", number, protowire.ParseError(n))
		}
		b, list = b[n:], append(list, f)
	}
	return list
}

// dump prints a ModelProto: a line for each field, node and tensor. Fields have their numbers in onnx.proto.
func dump(t testing.TB, content []byte) string {
	t.Helper()
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	for _, f := range fields(t, content) {
		switch f.number {
		case 1:
			line("ir_version %d", f.value)
		case 2:
			line("producer_name %s", f.bytes)
		case 7:
			for _, f := range fields(t, f.bytes) {
				switch f.number {
				case 1:
					line("  %s", dumpNode(t, f.bytes))
				case 2:
					line("graph %s", f.bytes)
				case 5:
					line("  %s", dumpTensor(t, f.bytes))
				case 11:
					line("input %s", dumpValue(t, f.bytes))
				case 12:
					line("output %s", dumpValue(t, f.bytes))
				default:
					t.Fatalf("field %d of a graph", f.number)
				}
			}
		case 8:
			opset := fields(t, f.bytes)
			line("opset %q %d", opset[0].bytes, opset[1].value)
		case 14:
			entry := fields(t, f.bytes)
			line("%s: %s", entry[0].bytes, entry[1].bytes)
		default:
			t.Fatalf("field %d of a model", f.number)
		}
	}
	return b.String()
}

// dumpNode prints name = operator(inputs) attributes -> outputs.
func dumpNode(t testing.TB, content []byte) string {
	t.Helper()
	var inputs, outputs []string
	var name, operator, attributes string
	for _, f := range fields(t, content) {
		switch f.number {
		case 1:
			inputs = append(inputs, string(f.bytes))
		case 2:
			outputs = append(outputs, string(f.bytes))
		case 3:
			name = string(f.bytes)
		case 4:
			operator = string(f.bytes)
		case 5:
			attributes += " " + dumpAttribute(t, f.bytes)
		default:
			t.Fatalf("field %d of a node", f.number)
		}
	}
	return fmt.Sprintf("%s = %s(%s)%s -> %s", name, operator, strings.Join(inputs, ", "), attributes,
		strings.Join(outputs, ", "))
}

func dumpAttribute(t testing.TB, content []byte) string {
	t.Helper()
	var name, value string
	var ints []int64
	for _, f := range fields(t, content) {
		switch f.number {
		case 1:
			name = string(f.bytes)
		case 2:
			value = fmt.Sprint(math.Float32frombits(uint32(f.value)))
		case 3:
			value = fmt.Sprint(int64(f.value))
		case 8:
			ints = append(ints, int64(f.value))
			value = fmt.Sprint(ints)
		case 20:
			value += [...]string{1: "f", 2: "i", 7: "ints"}[f.value]
		default:
			t.Fatalf("field %d of an attribute", f.number)
		}
	}
	return name + "=" + value
}

// dumpTensor prints name type [shape] with all integers, or with the first floats and the CRC-32 of all.
func dumpTensor(t testing.TB, content []byte) string {
	t.Helper()
	var dims []uint64
	var name, values string
	kind := uint64(0)
	for _, f := range fields(t, content) {
		switch f.number {
		case 1:
			dims = append(dims, f.value)
		case 2:
			kind = f.value
		case 8:
			name = string(f.bytes)
		case 9:
			switch kind {
			case 1:
				for i := 0; i < min(len(f.bytes), 12); i += 4 {
					values += fmt.Sprint(math.Float32frombits(binary.LittleEndian.Uint32(f.bytes[i:])), " ")
				}
				values += fmt.Sprintf("%08x", crc32.ChecksumIEEE(f.bytes))
			case 7:
				for i := 0; i < len(f.bytes); i += 8 {
					values += fmt.Sprint(int64(binary.LittleEndian.Uint64(f.bytes[i:])), " ")
				}
			}
		default:
			t.Fatalf("field %d of a tensor", f.number)
		}
	}
	return fmt.Sprintf("%s %s %v: %s", name, [...]string{1: "float", 7: "int64"}[kind], dims, strings.TrimSpace(values))
}

// dumpValue prints name type [shape].
func dumpValue(t testing.TB, content []byte) string {
	t.Helper()
	value := fields(t, content)
	tensorType := fields(t, fields(t, value[1].bytes)[0].bytes)
	var dims []string
	for _, f := range fields(t, tensorType[1].bytes) {
		dim := fields(t, f.bytes)[0]
		if dim.number == 2 {
			dims = append(dims, string(dim.bytes))
		} else {
			dims = append(dims, fmt.Sprint(dim.value))
		}
	}
	return fmt.Sprintf("%s %d %v", value[0].bytes, tensorType[0].value, dims)
}
