// Package events reads the files of events that TensorBoard reads, for tests. It has nothing in common with package
// tensorboard, which writes them: each follows TensorFlow's definitions.
package events

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// Event is a message Event with at most one value in its summary.
type Event struct {
	Raw     []byte // the message
	Time    float64
	Step    int64
	Version string // of the file
	Graph   []byte // a message GraphDef
	Value   *Value
}

// Value is a message Summary.Value.
type Value struct {
	Tag     string
	Plugin  string
	Content []byte // the plugin's own
	Dtype   int64
	Shape   []int
	Numbers []float64 // of a tensor of float32 or float64
	Strings [][]byte
}

// ErrCut is the error of a file that ends within a record.
var ErrCut = errors.New("the file ends within a record")

// Read reads a file up to its end or its first fault, and checks each record's sums.
func Read(path string) (list []Event, err error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for rest := file; len(rest) > 0; {
		var data []byte
		if data, rest, err = record(rest); err != nil {
			return list, fmt.Errorf("%s: record %d: %w", filepath.Base(path), len(list), err)
		}
		e, err := parse(data)
		if err != nil {
			return list, fmt.Errorf("%s: event %d: %w", filepath.Base(path), len(list), err)
		}
		list = append(list, e)
	}
	return list, nil
}

// Run is what a folder has in its files, in the order of their names.
func Run(t testing.TB, folder string) []Event {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "events.out.tfevents.*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s has no events (%v)", folder, err)
	}
	slices.Sort(paths)
	var all []Event
	for _, path := range paths {
		list, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 || list[0].Version != "brain.Event:2" {
			t.Fatalf("%s does not begin with a version", path)
		}
		all = append(all, list...)
	}
	return all
}

// Tagged are the events of one tag.
func Tagged(list []Event, tag string) (of []Event) {
	for _, e := range list {
		if e.Value != nil && e.Value.Tag == tag {
			of = append(of, e)
		}
	}
	return of
}

// record splits the first record from the rest of a file.
func record(file []byte) (data, rest []byte, err error) {
	const length, sum = 8, 4
	if len(file) < length+sum {
		return nil, nil, ErrCut
	}
	if binary.LittleEndian.Uint32(file[length:]) != checksum(file[:length]) {
		return nil, nil, errors.New("wrong checksum of the length")
	}
	size := binary.LittleEndian.Uint64(file)
	file = file[length+sum:]
	if uint64(len(file)) < size+sum {
		return nil, nil, ErrCut
	}
	data, rest = file[:size], file[size:]
	if binary.LittleEndian.Uint32(rest) != checksum(data) {
		return nil, nil, errors.New("wrong checksum")
	}
	return data, rest[sum:], nil
}

// checksum is the masked CRC-32C of tensorflow/core/lib/hash/crc32c.h.
func checksum(data []byte) uint32 {
	const delta = 0xa282ead8
	c := crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))
	return (c>>15 | c<<17) + delta
}

// fields calls do with each field of a message: bytes for those with a length, else the number's bits.
func fields(m []byte, do func(field protowire.Number, bytes []byte, bits uint64) error) error {
	for len(m) > 0 {
		field, kind, n := protowire.ConsumeTag(m)
		if n < 0 {
			return protowire.ParseError(n)
		}
		m = m[n:]
		var bytes []byte
		var bits uint64
		switch kind {
		case protowire.BytesType:
			bytes, n = protowire.ConsumeBytes(m)
		case protowire.VarintType:
			bits, n = protowire.ConsumeVarint(m)
		case protowire.Fixed64Type:
			bits, n = protowire.ConsumeFixed64(m)
		case protowire.Fixed32Type:
			var short uint32
			short, n = protowire.ConsumeFixed32(m)
			bits = uint64(short)
		default:
			return fmt.Errorf("field %d of type %d", field, kind)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		m = m[n:]
		if err := do(field, bytes, bits); err != nil {
			return err
		}
	}
	return nil
}

func parse(data []byte) (Event, error) {
	e := Event{Raw: data}
	return e, fields(data, func(field protowire.Number, bytes []byte, bits uint64) error {
		switch field {
		case 1:
			e.Time = math.Float64frombits(bits)
		case 2:
			e.Step = int64(bits)
		case 3:
			e.Version = string(bytes)
		case 4:
			e.Graph = bytes
		case 5:
			return fields(bytes, func(_ protowire.Number, bytes []byte, _ uint64) error {
				if e.Value != nil {
					return errors.New("a summary with two values, want one")
				}
				e.Value = new(Value)
				return e.Value.parse(bytes)
			})
		case 10: // its source
		default:
			return fmt.Errorf("field %d", field)
		}
		return nil
	})
}

func (v *Value) parse(m []byte) error {
	return fields(m, func(field protowire.Number, bytes []byte, _ uint64) error {
		switch field {
		case 1:
			v.Tag = string(bytes)
		case 8:
			return v.tensor(bytes)
		case 9:
			return v.metadata(bytes)
		default:
			return fmt.Errorf("field %d of a value", field)
		}
		return nil
	})
}

func (v *Value) metadata(m []byte) error {
	return fields(m, func(field protowire.Number, bytes []byte, _ uint64) error {
		if field != 1 {
			return fmt.Errorf("field %d of metadata", field)
		}
		return fields(bytes, func(field protowire.Number, bytes []byte, _ uint64) error {
			if field == 1 {
				v.Plugin = string(bytes)
			} else {
				v.Content = bytes
			}
			return nil
		})
	})
}

func (v *Value) tensor(m []byte) error {
	var content []byte
	err := fields(m, func(field protowire.Number, bytes []byte, bits uint64) error {
		switch field {
		case 1:
			v.Dtype = int64(bits)
		case 2:
			return fields(bytes, func(_ protowire.Number, axis []byte, _ uint64) error {
				size := 0
				err := fields(axis, func(_ protowire.Number, _ []byte, bits uint64) error { size = int(bits); return nil })
				v.Shape = append(v.Shape, size)
				return err
			})
		case 4, 5: // packed floats are as content
			content = bytes
		case 8:
			v.Strings = append(v.Strings, bytes)
		default:
			return fmt.Errorf("field %d of a tensor", field)
		}
		return nil
	})
	for ; len(content) >= 4 && v.Dtype == 1; content = content[4:] {
		v.Numbers = append(v.Numbers, float64(math.Float32frombits(binary.LittleEndian.Uint32(content))))
	}
	for ; len(content) >= 8 && v.Dtype == 2; content = content[8:] {
		v.Numbers = append(v.Numbers, math.Float64frombits(binary.LittleEndian.Uint64(content)))
	}
	if err == nil && len(content) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return err
}
