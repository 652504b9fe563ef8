package onnx

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	files "gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// leastOpset and mostOpset bound the operator set of a file: the operators that are taken mean the same in all of them,
// those of ONNX 1.8 to 1.23, but for where their settings are.
const leastOpset, mostOpset = 13, 28

// maxNodes bounds the nodes and the tensors of a file, maxParts the inputs, outputs and attributes of a node, and the
// axes of a tensor.
const maxNodes, maxParts = 10_000, 64

// content is what a file has.
type content struct {
	nodes           []*operation
	tensors         []*constant
	inputs, outputs []info
}

// info is an input or an output of the graph.
type info struct {
	name   string
	kind   int64 // of its values; 0: it is no tensor
	shape  []size
	shaped bool
}

// size is that of an axis.
type size struct {
	n    int64
	name string // of one that the file leaves open; "": n is known
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

// setting is an attribute of a node.
type setting struct {
	kind   int64
	number float64
	int    int64
	text   string
	tensor *constant
	ints   []int64
	floats []float64
	graph  bool
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

// readFile reads the graph of a file, without the numbers of its tensors.
func readFile(f io.ReaderAt, size int64) (*content, error) {
	if size > maxFile {
		return nil, fmt.Errorf("%d bytes, want at most %d, as protocol buffers have", size, maxFile)
	}
	g := new(content)
	opsets := map[string]int64{}
	var graph span
	graphs, digest := 0, ""
	whole := span{&source{file: f}, 0, size}
	var version int64
	err := whole.each(func(f field) error {
		switch f.number {
		case modelIRVersion:
			return f.integer(&version)
		case modelOpsetImport:
			var domain string
			var v int64
			err := f.each(func(f field) error {
				switch f.number {
				case opsetDomain:
					return f.text(&domain)
				case opsetVersion:
					return f.integer(&v)
				}
				return nil
			})
			if domain == "ai.onnx" { // another name of the same
				domain = ""
			}
			opsets[domain] = v
			return err
		case modelGraph:
			if graphs++; graphs > 1 {
				return errors.New("two graphs, want one")
			}
			graph = f.span
			return g.read(f)
		case modelMetadata:
			return readDigest(f, &digest)
		}
		return nil
	})
	if err != nil || graphs == 0 || version < 1 {
		return nil, notONNX(f, size, err)
	}
	if v := opsets[""]; v < leastOpset || v > mostOpset {
		return nil, fmt.Errorf("operator set %d, want %d to %d: export the model with opset_version=%d",
			v, leastOpset, mostOpset, opset)
	}
	if digest != "" {
		err = graph.verify(digest)
	}
	return g, err
}

// readDigest reads an entry of the metadata, if it is the digest of a file of ours.
func readDigest(f field, to *string) error {
	var key string
	return f.each(func(f field) error {
		switch {
		case f.number == entryKey && f.size() <= maxText:
			return f.text(&key)
		case f.number == entryValue && key == digestKey:
			return f.text(to)
		}
		return nil
	})
}

// verify is an error unless the span has the SHA-256.
func (s span) verify(digest string) error {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(s.source.file, s.at, s.size())); err != nil {
		return err
	}
	if hex.EncodeToString(hash.Sum(nil)) != digest {
		return fmt.Errorf("the graph is not the one that was saved: the file is damaged; "+
			"if another program has changed it, remove %s from its metadata", digestKey)
	}
	return nil
}

// notONNX says what a file seems to be that has no model, or in which err is.
func notONNX(f io.ReaderAt, size int64, err error) error {
	begin := make([]byte, min(size, 64))
	if _, failed := f.ReadAt(begin, 0); failed != nil && failed != io.EOF {
		return failed
	}
	kind := files.Kind(begin)
	if strings.HasPrefix(string(begin), "\x89HDF") {
		kind = "an HDF5 file, as Keras saves one: name it .h5"
	}
	switch _, ok := errors.AsType[damage](err); {
	case kind != "" && (ok || err == nil):
		return fmt.Errorf("not an ONNX model but %s", kind)
	case ok:
		return fmt.Errorf("not an ONNX model, or damaged: %w", err)
	case err != nil:
		return err
	}
	return errors.New("not an ONNX model: it has no graph, or no IR version")
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

// floats adds one float, or a packed list.
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
				return damaged("byte %d: a list of numbers is cut off", f.at)
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

// readInfo adds an input or an output.
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
