package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"gorgonia-lectures/common/internal/text"
)

// maxNodes bounds the nodes and the tensors of a file. maxParts bounds the inputs, outputs and attributes of a node,
// and the axes of a tensor.
const maxNodes, maxParts = 10_000, 64

// info is an input or an output of the graph.
type info struct {
	name   string
	kind   int64 // its data type; 0: it is not a tensor
	shape  []size
	shaped bool // it has a shape
}

// size is the size of an axis.
type size struct {
	n    int64
	name string // of a dynamic size; "": the size is n
}

func (s size) String() string {
	if s.name != "" {
		return text.Brief(s.name)
	}
	return fmt.Sprint(s.n)
}

// operation is a node of the graph.
type operation struct {
	number          int // from 1
	name, op        string
	domain          string
	inputs, outputs []string
	attributes      map[string]setting
}

// setting is the value of an attribute.
type setting struct {
	kind   int64 // AttributeType
	number float64
	int    int64
	text   string
	tensor *constant
	ints   []int64
	floats []float64
	graph  bool // it is a subgraph, which is not read
}

func (n *operation) String() string {
	name := fmt.Sprint(n.number)
	if n.name != "" {
		name = text.Brief(n.name)
	}
	s := fmt.Sprintf("node %s (%s", name, text.Brief(n.op))
	if len(n.outputs) > 0 {
		s += ", output " + text.Brief(n.outputs[0])
	}
	return s + ")"
}

// read reads a graph.
func (g *content) read(f field) error {
	return f.each(func(f field) error {
		switch f.number {
		case graphNode:
			if len(g.nodes) == maxNodes {
				return fmt.Errorf("more than %d nodes", maxNodes)
			}
			n := &operation{number: len(g.nodes) + 1, attributes: map[string]setting{}}
			g.nodes = append(g.nodes, n)
			return n.read(f)
		case graphInitializer:
			if len(g.tensors) == maxNodes {
				return fmt.Errorf("more than %d tensors", maxNodes)
			}
			c, err := readTensor(f)
			g.tensors = append(g.tensors, c)
			return err
		case graphSparseInitializer:
			return errors.New("a sparse tensor: sparse models are not supported")
		case graphInput:
			return readInfo(f, &g.inputs)
		case graphOutput:
			return readInfo(f, &g.outputs)
		}
		return nil
	})
}

// read reads a node.
func (n *operation) read(f field) error {
	err := f.each(func(f field) error {
		switch f.number {
		case nodeInput, nodeOutput:
			list := &n.inputs
			if f.number == nodeOutput {
				list = &n.outputs
			}
			if len(*list) == maxParts {
				return fmt.Errorf("more than %d inputs or outputs", maxParts)
			}
			var name string
			err := f.text(&name)
			*list = append(*list, name)
			return err
		case nodeName:
			return f.text(&n.name)
		case nodeOpType:
			return f.text(&n.op)
		case nodeDomain:
			return f.text(&n.domain)
		case nodeAttribute:
			name, a, err := readAttribute(f)
			if err != nil {
				return fmt.Errorf("attribute %s: %w", text.Brief(name), err)
			}
			if _, twice := n.attributes[name]; twice {
				return fmt.Errorf("two attributes are named %s", text.Brief(name))
			}
			if n.attributes[name] = a; len(n.attributes) > maxParts {
				return fmt.Errorf("more than %d attributes", maxParts)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%v: %w", n, err)
	}
	return nil
}

func readAttribute(f field) (name string, a setting, err error) {
	err = f.each(func(f field) error {
		switch f.number {
		case attributeName:
			return f.text(&name)
		case attributeType:
			return f.integer(&a.kind)
		case attributeFloat:
			a.number = float64(math.Float32frombits(uint32(f.value)))
			return f.is(protowire.Fixed32Type)
		case attributeInt:
			return f.integer(&a.int)
		case attributeString:
			return f.text(&a.text)
		case attributeTensor:
			a.tensor, err = readTensor(f)
			return err
		case attributeInts:
			return f.integers(&a.ints, maxParts)
		case attributeFloats:
			return f.floats(&a.floats)
		case attributeGraph:
			a.graph = true
		}
		return nil
	})
	return name, a, err
}

// floats appends one float, or a packed list.
func (f field) floats(to *[]float64) error {
	add := func(bits uint32) { *to = append(*to, float64(math.Float32frombits(bits))) }
	if f.kind == protowire.Fixed32Type {
		add(uint32(f.value))
	} else {
		if err := f.is(protowire.BytesType); err != nil {
			return err
		}
		b, err := f.bytes(4 * maxParts)
		if err != nil {
			return err
		}
		for len(b) > 0 {
			bits, n := protowire.ConsumeFixed32(b)
			if n < 0 {
				return damaged("byte %d: a list of numbers is truncated", f.at)
			}
			add(bits)
			b = b[n:]
		}
	}
	if len(*to) > maxParts {
		return damaged("byte %d: more than %d numbers", f.at, maxParts)
	}
	return nil
}

// readInfo appends an input or an output.
func readInfo(f field, to *[]info) error {
	if len(*to) == maxNodes {
		return fmt.Errorf("more than %d inputs or outputs", maxNodes)
	}
	var i info
	dimension := func(f field) error {
		var s size
		known := false
		err := f.each(func(f field) error {
			switch f.number {
			case dimNumber:
				known = true
				return f.integer(&s.n)
			case dimName:
				return f.text(&s.name)
			}
			return nil
		})
		if !known {
			s.name = cmp.Or(s.name, "?")
		}
		if i.shape = append(i.shape, s); len(i.shape) > maxParts {
			return fmt.Errorf("more than %d axes", maxParts)
		}
		return err
	}
	shape := func(f field) error {
		i.shaped = true
		return f.each(func(f field) error {
			if f.number == shapeDim {
				return dimension(f)
			}
			return nil
		})
	}
	err := f.each(func(f field) error {
		switch f.number {
		case valueName:
			return f.text(&i.name)
		case valueType:
			return f.each(func(f field) error {
				if f.number != typeTensorType {
					return nil
				}
				return f.each(func(f field) error {
					switch f.number {
					case typeElement:
						return f.integer(&i.kind)
					case typeShape:
						return shape(f)
					}
					return nil
				})
			})
		}
		return nil
	})
	*to = append(*to, i)
	return err
}
