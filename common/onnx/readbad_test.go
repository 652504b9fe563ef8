package onnx

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

// try loads a file that is in memory.
func try(content []byte) (*model.Net, error) {
	return load(bytes.NewReader(content), int64(len(content)), nil, model.Config{})
}

// ofAll is an initializer whose values are all v.
func ofAll(name string, v float32, dims ...int) initializer {
	return initializer{name: name, dims: dims, at: func(int) float32 { return v }}
}

func ofInts(name string, values ...int64) initializer {
	return initializer{name: name, dims: []int{len(values)}, ints: values}
}

// graphOf is the GraphProto of a chain: the first node takes x, each other one the output of the node before it.
func graphOf(t testing.TB, input []int, initializers []initializer, nodes ...node) message {
	t.Helper()
	g := graph{initializers: initializers}
	value := "x"
	for i, n := range nodes {
		n.inputs = append([]string{value}, n.inputs...)
		if n.output == "" {
			n.output = fmt.Sprintf("y%d", i+1)
		}
		n.name = n.op + fmt.Sprint(i+1)
		value = n.output
		g.nodes = append(g.nodes, n)
	}
	m := g.message(nil, nil)
	m.after = message(nil).message(graphInput, valueInfo("x", input)).message(graphOutput, valueInfo(value, nil))
	var b bytes.Buffer
	if err := m.write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fileOf is a ModelProto.
func fileOf(graph message, opset int64) message {
	return message(nil).int(modelIRVersion, irVersion).message(modelGraph, graph).
		message(modelOpsetImport, message(nil).string(opsetDomain, "").int(opsetVersion, opset))
}

// An unsupported node or tensor is an error that names it and says what is wanted.
func TestRefused(t *testing.T) {
	kernel := ofAll("w", 1, 2, 3, 3, 3) // (filters, channels, height, width)
	op := func(op string, rest ...any) node {
		n := node{op: op}
		for _, r := range rest {
			switch r := r.(type) {
			case string:
				n.inputs = append(n.inputs, r)
			case attribute:
				n.attributes = append(n.attributes, r)
			}
		}
		return n
	}
	picture, vector := []int{3, 8, 8}, []int{4}
	list := func(i ...initializer) []initializer { return i }
	for _, c := range []struct {
		name         string
		input        []int
		initializers []initializer
		nodes        []node
		facts        []string
	}{
		{"operator", vector, nil, []node{op("Relu"), op("Einsum")},
			[]string{"node Einsum2 (Einsum, output y2)", "not supported"}},
		{"transposed convolution", picture, list(kernel), []node{op("ConvTranspose", "w")},
			[]string{"ConvTranspose1", "not supported"}},
		{"attribute", vector, nil, []node{op("Relu", attribute{"new", 1})}, []string{"Relu1", "attribute new"}},
		{"type of an attribute", vector, nil, []node{op("Elu", attribute{"alpha", 1})},
			[]string{"Elu1", "attribute alpha", "type 2", "want 1"}},
		{"groups", picture, list(ofAll("w", 1, 3, 1, 3, 3)), []node{op("Conv", "w", attribute{"group", 3})},
			[]string{"Conv1", "group is 3, want 1"}},
		{"channels apart after another convolution", picture, list(kernel, ofAll("d", 1, 2, 1, 3, 3)),
			[]node{op("Conv", "w"), op("Conv", "d", attribute{"group", 2})}, []string{"Conv2", "group is 2, want 1"}},
		{"a slope for each channel", picture,
			list(initializer{name: "s", dims: []int{3, 1, 1}, at: func(i int) float32 { return float32(i) }}),
			[]node{op("PRelu", "s")}, []string{"PRelu1", "tensor s", "several slopes"}},
		{"dilations", picture, list(kernel), []node{op("Conv", "w", attribute{"dilations", []int{2, 2}})},
			[]string{"Conv1", "dilations", "[2 2]"}},
		{"one axis", []int{3, 8}, list(ofAll("w", 1, 2, 3, 3)), []node{op("Conv", "w")},
			[]string{"Conv1", "3 axes", "want 4"}},
		{"kernel of one axis", picture, list(ofAll("w", 1, 2, 3, 3)), []node{op("Conv", "w")},
			[]string{"Conv1", "tensor w", "[2 3 3]"}},
		{"channels", picture, list(ofAll("w", 1, 2, 4, 3, 3)), []node{op("Conv", "w")},
			[]string{"Conv1", "4 channels", "want 3"}},
		{"bias", picture, list(kernel, ofAll("b", 1, 3)), []node{op("Conv", "w", "b")},
			[]string{"Conv1", "tensor b", "[3]", "[2]"}},
		{"a large kernel", picture, list(ofAll("w", 1, 2, 3, 9, 9)), []node{op("Conv", "w")},
			[]string{"Conv1", "9x9", "8x8"}},
		{"pads", picture, list(kernel), []node{op("Conv", "w", attribute{"pads", []int{-1, 0, 0, 0}})},
			[]string{"Conv1", "pads"}},
		{"strides", picture, list(kernel), []node{op("Conv", "w", attribute{"strides", []int{0, 1}})},
			[]string{"Conv1", "strides of [0 1]"}},
		{"pads of a pool", picture, nil, []node{op("MaxPool", attribute{"kernel_shape", []int{3, 3}},
			attribute{"pads", []int{1, 1, 1, 1}},
			attribute{"strides", []int{2, 2}})}, []string{"MaxPool1", "same", "Relu before it"}},
		{"pool without a size", picture, nil, []node{op("MaxPool")}, []string{"MaxPool1", "kernel_shape"}},
		{"values", vector, list(ofAll("w", 1, 5, 2)), []node{op("Gemm", "w")},
			[]string{"Gemm1", "tensor w", "5 inputs", "want 4"}},
		{"Gemm on pictures", picture, list(ofAll("w", 1, 8, 2)), []node{op("Gemm", "w")}, []string{"Gemm1", "Flatten"}},
		{"transA", vector, list(ofAll("w", 1, 4, 2)), []node{op("Gemm", "w", attribute{"transA", 1})},
			[]string{"Gemm1", "transA is 1, want 0"}},
		{"bias of Gemm", vector, list(ofAll("w", 1, 4, 2), ofAll("b", 1, 3)), []node{op("Gemm", "w", "b")},
			[]string{"Gemm1", "tensor b", "[3]"}},
		{"whole numbers as weights", vector, list(ofInts("w", 1, 2)), []node{op("MatMul", "w")},
			[]string{"MatMul1", "tensor w", "int64", "float32"}},
		{"rows", vector, list(ofInts("s", 2, -1)), []node{op("Reshape", "s")}, []string{"Reshape1", "[2 -1]", "rows"}},
		{"pixels as rows", picture, list(ofInts("s", -1, 8), ofAll("m", 1, 2, 2)),
			[]node{op("Reshape", "s"), op("Relu")},
			[]string{"Relu2", "more rows"}},
		{"sizes", vector, list(ofInts("s", -1, 3)), []node{op("Reshape", "s")}, []string{"Reshape1", "[-1 3]", "[4]"}},
		{"rows moved", picture, nil, []node{op("Transpose", attribute{"perm", []int{1, 0, 2, 3}})},
			[]string{"Transpose1", "[1 0 2 3]", "batch axis 0 first"}},
		{"values moved", []int{3, 4}, list(ofAll("w", 1, 3, 2)),
			[]node{op("Transpose", attribute{"perm", []int{0, 2, 1}}), op("MatMul", "w")},
			[]string{"MatMul2", "order"}},
		{"moved output", []int{3, 4}, nil, []node{op("Transpose", attribute{"perm", []int{0, 2, 1}})},
			[]string{"Transpose1", "order"}},
		{"axis of a softmax", vector, nil, []node{op("Softmax", attribute{"axis", 0})}, []string{"Softmax1", "batch"}},
		{"no such axis", vector, nil, []node{op("Softmax", attribute{"axis", 2})},
			[]string{"Softmax1", "axis is 2, want -2 to 1"}},
		{"logarithms", vector, nil, []node{op("LogSoftmax"), op("Relu")}, []string{"Relu2", "LogSoftmax", "last"}},
		{"function", vector, nil, []node{op("HardSwish")}, []string{"HardSwish1", "function"}},
		{"function and what follows", vector, nil, []node{op("HardSwish"), op("Flatten"), op("Tanh")},
			[]string{"Tanh3", "begins with node HardSwish1"}},
		{"gelu", vector, nil, []node{op("Gelu", attribute{"approximate", 1})}, []string{"Gelu1", "approximate"}},
		{"negative slope", vector, nil, []node{op("LeakyRelu", attribute{"alpha", -0.5})},
			[]string{"LeakyRelu1", "-0.5"}},
		{"clip", vector, list(ofAll("low", 3), ofAll("high", 2)), []node{op("Clip", "low", "high")},
			[]string{"Clip1", "[3, 2]"}},
		{"clip far away", vector, list(ofAll("low", -100)), []node{op("Clip", "low")}, []string{"Clip1", "-100"}},
		{"training", vector, list(ofAll("v", 1, 4)),
			[]node{op("BatchNormalization", "v", "v", "v", "v", attribute{"training_mode", 1})},
			[]string{"BatchNormalization1", "training_mode is true, want false", "eval()"}},
		{"statistics", vector, list(ofAll("v", 1, 5)), []node{op("BatchNormalization", "v", "v", "v", "v")},
			[]string{"BatchNormalization1", "[5]", "[4]"}},
		{"negative variance", vector, list(ofAll("v", 1, 4), ofAll("n", -1, 4)),
			[]node{op("BatchNormalization", "v", "v", "v", "n")},
			[]string{"moving_variance", "-1"}},
		{"branch", vector, list(ofAll("w", 1, 4, 4)),
			[]node{{op: "MatMul", inputs: []string{"w"}}, {op: "Add", inputs: []string{"x"}}},
			[]string{"Add2", "joins", "chain"}},
		{"concatenation", vector, nil, []node{op("Concat", "x", attribute{"axis", 1})},
			[]string{"Concat1", "joins", "chain"}},
		{"mean", []int{3, 8}, list(ofInts("a", 1)), []node{op("ReduceMean", "a")},
			[]string{"ReduceMean1", "[1]", "height and width"}},
		{"a tensor of several axes", picture, list(ofAll("v", 1, 3, 1, 8)), []node{op("Add", "v")},
			[]string{"Add1", "tensor v", "[3 1 8]"}},
		{"an operator after numbers of its own kind", vector, list(ofInts("w", 1, 2)),
			[]node{op("MatMul", "w"), op("Einsum")}, []string{"Einsum2", "not supported"}},
		{"cast", vector, nil, []node{op("Cast", attribute{"to", 10})}, []string{"Cast1", "float16"}},
		{"pad", picture, list(ofInts("p", 1, 0, 0, 0, 0, 0, 0, 0)), []node{op("Pad", "p")},
			[]string{"Pad1", "height and width"}},
		{"no input", vector, nil, []node{op("Gemm")}, []string{"Gemm1", "no input 2"}},
		{"not finite", vector, list(ofAll("w", float32(math.NaN()), 4, 2)), []node{op("MatMul", "w")},
			[]string{"dense.kernel", "tensor w", "NaN"}},
		{"nothing before it", vector, nil, []node{op("Add", "later"), {op: "Relu", output: "later"}},
			[]string{"Add1", "later", "out of order", "cycle"}},
		{"twice", vector, nil, []node{op("Relu"), {op: "Relu", output: "y1"}}, []string{"Relu2", "two values", "y1"}},
		{"huge rows", []int{1 << 20, 1 << 20}, nil, []node{op("Relu")}, []string{"input x", "values"}},
		{"negative input", []int{-3}, nil, []node{op("Relu")}, []string{"input x", "-3"}},
		{"no axes", nil, nil, []node{op("Relu")}, []string{"input x", "1 axes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := try(fileOf(graphOf(t, c.input, c.initializers, c.nodes...), 17))
			wording.Check(t, err, c.facts...)
			hostile.Refusal(t, err, 600)
		})
	}
}

// A damaged or hostile file is an error of one line.
func TestDamagedFile(t *testing.T) {
	relu := graphOf(t, []int{4}, nil, node{op: "Relu"})
	with := func(number protowire.Number, part message) message {
		return relu[:len(relu):len(relu)].message(number, part)
	}
	tensor := func(m message) message { return with(graphInitializer, m.string(tensorName, "w")) }
	four := message(nil).int(tensorDims, 4)
	whole := fileOf(relu, 17)
	info := func(m message) message { return message(nil).string(valueName, "z").message(valueType, m) }
	rows := func(kind int64, dim message) message {
		shape := message(nil).message(shapeDim, nil).message(shapeDim, dim)
		return info(message(nil).message(typeTensorType, message(nil).int(typeElement, kind).message(typeShape, shape)))
	}
	for _, c := range []struct {
		name  string
		file  message
		facts []string
	}{
		{"empty", nil, []string{"an empty file"}},
		{"text", message("not a model"), []string{"not an ONNX model"}},
		{"zip", message("PK\x03\x04 and more"), []string{"zip archive", ".keras", ".pt"}},
		{"HDF5", message("\x89HDF\r\n\x1a\n and more"), []string{"HDF5", ".h5"}},
		{"cut", whole[:len(whole)-12], []string{"not an ONNX model, or damaged", "byte"}},
		{"no graph", message(nil).int(modelIRVersion, 8), []string{"no graph"}},
		{"two graphs", whole.message(modelGraph, relu), []string{"two graphs"}},
		{"old", fileOf(relu, 9), []string{"operator set 9", "13", "opset_version"}},
		{"new", fileOf(relu, 99), []string{"operator set 99"}},
		{"no operator set", message(nil).int(modelIRVersion, 8).message(modelGraph, relu), []string{"operator set 0"}},
		{"group", append(message(nil), 0x0b, 0x0c), []string{"wire type 3"}},
		{"long field", append(message(nil), 0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f),
			[]string{"byte 6", "34359738367 bytes"}},
		{"many fields", bytes.Repeat([]byte{0x28, 1}, maxFields+1), []string{"more than 262144 fields"}},
		{"many nodes", fileOf(bytes.Repeat([]byte{0x0a, 0}, maxNodes+1), 17), []string{"more than 10000 nodes"}},
		{"long name", fileOf(with(graphNode, message(nil).string(nodeName, strings.Repeat("n", maxText+1))), 17),
			[]string{"4097 bytes"}},
		{"two outputs", fileOf(with(graphNode, message(nil).string(nodeOpType, "If").string(nodeInput, "y1").
			string(nodeOutput, "z").
			message(nodeAttribute, message(nil).string(attributeName, "then_branch").message(attributeGraph, relu))).
			message(graphOutput, valueInfo("z", nil)), 17), []string{"2 outputs (y1, z), want one"}},
		{"two inputs", fileOf(with(graphInput, valueInfo("z", []int{4})), 17), []string{"2 inputs (x, z), want one"}},
		{"sparse", fileOf(with(graphSparseInitializer, nil), 17), []string{"sparse"}},
		{"external", fileOf(tensor(four.int(tensorDataType, dataFloat).int(tensorDataLocation, 1)), 17),
			[]string{"tensor w", "external data", "location"}},
		{"data type", fileOf(tensor(four.int(tensorDataType, 77)), 17), []string{"tensor w", "data type 77"}},
		{"no numbers", fileOf(tensor(four.int(tensorDataType, dataFloat)), 17),
			[]string{"tensor w", "0 bytes", "want 16"}},
		{"half precision", fileOf(tensor(four.int(tensorDataType, dataFloat16).string(tensorRawData, "01234567")), 17),
			[]string{"tensor w", "float16", "float32"}},
		{"few numbers", fileOf(tensor(four.int(tensorDataType, dataFloat).string(tensorRawData, "0123456789")), 17),
			[]string{"tensor w", "10 bytes", "want 16"}},
		{"negative size", fileOf(tensor(message(nil).int(tensorDims, -4).int(tensorDataType, dataFloat)), 17),
			[]string{"tensor w", "[-4]"}},
		{"huge size", fileOf(tensor(message(nil).int(tensorDims, 1<<30).int(tensorDims, 1<<30).
			int(tensorDataType, dataFloat)), 17),
			[]string{"tensor w", "1073741824", "more than"}},
		{"largest size", fileOf(tensor(message(nil).int(tensorDims, math.MaxInt64).int(tensorDataType, dataFloat)), 17),
			[]string{"tensor w", "9223372036854775807"}},
		{"many axes", fileOf(tensor(bytes.Repeat([]byte{0x08, 1}, 65)), 17), []string{"more than 64"}},
		{"two places", fileOf(tensor(four.int(tensorDataType, dataFloat).string(tensorRawData, "0123456789abcdef").
			string(tensorFloatData, "0123456789abcdef")), 17), []string{"tensor w", "two fields"}},
		{"segment", fileOf(tensor(four.int(tensorDataType, dataFloat).string(tensorRawData, "0123456789abcdef").
			string(tensorSegment, "")), 17), []string{"tensor w", "segments"}},
		{"no name", fileOf(with(graphInitializer, four.int(tensorDataType, dataFloat).
			string(tensorRawData, "0123456789abcdef")), 17),
			[]string{"no name"}},
		{"pictures of bytes", fileOf(ofInput(rows(dataUint8, message(nil).int(dimNumber, 4))), 17),
			[]string{"input z", "uint8", "float32"}},
		{"open size", fileOf(ofInput(rows(dataFloat, message(nil).string(dimName, "width"))), 17),
			[]string{"input z", "axis 1", "width"}},
		{"no tensor", fileOf(ofInput(info(nil)), 17), []string{"input z", "not a tensor"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := hostile.Allocated()
			_, err := try(c.file)
			wording.Check(t, err, c.facts...)
			hostile.Refusal(t, err, 600)
			if used := hostile.Allocated() - before; used > 32<<20 {
				t.Errorf("%d bytes of memory", used)
			}
		})
	}
}

// ofInput is a graph whose output is its input.
func ofInput(info message) message {
	relu := message(nil).string(nodeInput, "z").string(nodeOutput, "y").string(nodeOpType, "Relu")
	return message(nil).message(graphNode, relu).message(graphInput, info).message(graphOutput, valueInfo("y", nil))
}

// A node of a subgraph or of another domain is named.
func TestForeignNodes(t *testing.T) {
	out := valueInfo("z", nil)
	for _, c := range []struct {
		name  string
		node  message
		facts []string
	}{
		{"If", message(nil).string(nodeOpType, "If").message(nodeAttribute,
			message(nil).string(attributeName, "then_branch").message(attributeGraph, nil)),
			[]string{"node 1 (If, output z)", "then_branch", "graph"}},
		{"domain", message(nil).string(nodeOpType, "FusedConv").string(nodeDomain, "com.microsoft"),
			[]string{"node 1 (FusedConv", "com.microsoft"}},
		{"odd name", message(nil).string(nodeOpType, "a\nb").string(nodeName, "\x1b[31m"),
			[]string{`node "\x1b[31m" ("a\nb", output z)`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := message(nil).message(graphNode, c.node.string(nodeInput, "x").string(nodeOutput, "z")).
				message(graphInput, valueInfo("x", []int{4})).message(graphOutput, out)
			_, err := try(fileOf(g, 17))
			wording.Check(t, err, c.facts...)
		})
	}
}

// The error for a file that cannot be opened names its path.
func TestNoFile(t *testing.T) {
	folder := t.TempDir()
	_, err := Load(folder)
	wording.Check(t, err, "folder", "want an .onnx file")
	_, err = Load(filepath.Join(folder, "none.onnx"))
	wording.Check(t, err, "none.onnx")
}

// memory loads a file, and fails the test if that allocates more than 64 MB beyond its parameters and one row.
func memory(t testing.TB, content []byte) {
	t.Helper()
	before := hostile.Allocated()
	net, err := try(content)
	hostile.Refusal(t, err, 2000)
	allowed := uint64(64 << 20)
	if err == nil {
		allowed += 64 * uint64(net.ParamCount()+net.RowSize())
	}
	if used := hostile.Allocated() - before; used > allowed {
		t.Fatalf("%d bytes of memory (%v), allowed %d", used, err, allowed)
	}
}

// seeds are files of other programs.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "exported", "*.onnx"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files (%v)", err)
	}
	var list [][]byte
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, content)
	}
	return list
}

// Every truncation and many altered bytes end in an error or a net, never in a panic, and take no more memory than the
// net's shapes explain.
func TestDamage(t *testing.T) {
	step := 29
	if testing.Short() {
		step = 397
	}
	for _, whole := range seeds(t) {
		for n := 0; n < len(whole); n += step {
			memory(t, whole[:n])
			if _, err := try(whole[:n]); err == nil && n < len(whole)*3/4 { // the end may be metadata
				t.Fatalf("%d of %d bytes give a net", n, len(whole))
			}
		}
		damaged := bytes.Clone(whole)
		for at := 0; at < len(whole); at += step {
			damaged[at] ^= byte(1 + at%255)
			memory(t, damaged)
			damaged[at] = whole[at]
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, content := range seeds(f) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) { memory(t, content) })
}
