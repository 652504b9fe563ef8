//go:build onnx

package onnx_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
	"gorgonia-lectures/common/show"
)

// rows is the number of rows that are predicted, at once and one by one.
const rows = 64

// ONNX Runtime predicts the same with saved files, of each program's net and of each layer. The checker of onnx and the
// parser of netron accept the files. The environment variable ONNX names the Python that make test-onnx installs.
func TestRuntime(t *testing.T) {
	folder := t.TempDir()
	save := func(name string, net *model.Net) {
		if err := onnx.Save(filepath.Join(folder, name+".onnx"), net, "test"); err != nil {
			t.Fatal(err)
		}
		describe(t, folder, name, net, madeUp(t, net, 1))
	}
	for _, n := range netsOfAll() {
		save(n.name, n.compiled(t, model.Config{}))
	}
	save("float64", named{net: nets.Various()}.compiled(t, model.Config{Dtype: tensor.Float64}))
	large := nets.Compile(t, model.Sequential(model.Input(64, 64, 3), // large enough that each kernel splits its work
		layer.Conv2D{Filters: 32, Kernel: layer.Square(4), Padding: layer.Same, Activation: layer.GELU},
		layer.BatchNormalization{}, layer.AveragePool2D{Pool: layer.Square(3), Stride: layer.Square(2), Padding: layer.Same},
		layer.Conv2D{Filters: 64, Kernel: layer.Square(3), Stride: layer.Square(2), Padding: layer.Same},
		layer.GlobalAveragePool2D{}, layer.Dense{Units: 10, Activation: layer.Softmax}), model.Config{Seed: 5})
	save("large", large)
	files, err := filepath.Glob(filepath.Join("..", "keras", "testdata", "nets", "*.keras"))
	if err != nil || len(files) < 20 {
		t.Fatalf("files %v (%v)", files, err)
	}
	for _, path := range files { // of Keras, with layers that are the identity in prediction
		net, err := keras.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		save(strings.TrimSuffix(filepath.Base(path), ".keras"), net)
	}
	ofPrograms(t, folder)

	python := os.Getenv("ONNX")
	if python == "" {
		t.Fatal("ONNX does not name a Python: run make test-onnx")
	}
	run(t, python, filepath.Join("testdata", "real.py"), folder)
	names, err := filepath.Glob(filepath.Join(folder, "*.onnx"))
	if err != nil || len(names) != len(netsOfAll())+len(files)+8 {
		t.Fatalf("files %v (%v)", names, err)
	}
	netron, err := exec.Command(python, "-c", "import netron; print(netron.__path__[0])").Output()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join("testdata", "netron.mjs")
	run(t, "node", append([]string{script, strings.TrimSpace(string(netron))}, names...)...)
}

func run(t *testing.T, program string, args ...string) {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	if len(out) > 0 {
		t.Logf("%s", out)
	}
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(program), err)
	}
}

// ofPrograms runs each program for a moment and saves its net as .h5, then loads that and saves it as .onnx.
func ofPrograms(t *testing.T, folder string) {
	t.Helper()
	bin := filepath.Join(folder, "bin") + string(filepath.Separator)
	args := []string{"build", "-o", bin}
	for _, p := range []string{"linreg", "xor", "iris", "mnistmlp", "mnistcnn"} {
		args = append(args, "gorgonia-lectures/"+p)
	}
	run(t, "go", args...)
	_, digits, err := dataset.MNIST("")
	if err != nil {
		t.Fatal(err)
	}
	digits, flowers := digits.First(rows), dataset.Iris().First(rows)
	for _, p := range []struct {
		name, program, flags string
		data                 func(*model.Net) dataset.Set
	}{
		{"linreg", "linreg", "", func(net *model.Net) dataset.Set { return madeUp(t, net, 100) }},
		{"xor", "xor", "", func(net *model.Net) dataset.Set { return madeUp(t, net, 1) }},
		{"iris", "iris", "", func(*model.Net) dataset.Set { return flowers }},
		{"mnistmlp", "mnistmlp", "-epochs 2", func(*model.Net) dataset.Set { return digits }},
		{"baseline", "mnistmlp", "-baseline -epochs 2", func(*model.Net) dataset.Set { return digits }},
		{"mnistcnn", "mnistcnn", "-epochs 1", func(*model.Net) dataset.Set { return digits }},
	} {
		h5, path := filepath.Join(folder, p.name+".h5"), filepath.Join(folder, p.name+".onnx")
		common := []string{"-quiet", "-no-pictures", "-out", filepath.Join(folder, "out")}
		if strings.HasPrefix(p.program, "mnist") {
			common = append(common, "-limit", "500")
		}
		run(t, bin+p.program, append(append(common, strings.Fields(p.flags)...), "-save", h5)...)
		net, err := keras.Load(h5)
		if err != nil {
			t.Fatal(err)
		}
		run(t, bin+p.program, append(common, "-load", h5, "-epochs", "0", "-save", path)...)
		describe(t, folder, p.name, net, p.data(net))
	}
}

// madeUp returns inputs from 0 to scale.
func madeUp(t *testing.T, net *model.Net, scale float64) dataset.Set {
	t.Helper()
	inputs := make([]float64, rows*tensor.Shape(net.InputShape()).TotalSize())
	for i := range inputs {
		inputs[i] = scale * float64(float32(math.Mod(float64(i+1)*math.Sqrt2, 1)))
	}
	data, err := dataset.FromFloats(net.InputShape(), inputs, []int{}, make([]float64, rows))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// describe writes the net's predictions for the rows, for testdata/real.py.
func describe(t *testing.T, folder, name string, net *model.Net, data dataset.Set) {
	t.Helper()
	var inputs []float64
	for i := range data.Len() {
		inputs = append(inputs, data.Input(i)...)
	}
	outputs, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	record, err := json.Marshal(map[string][]int{"x": net.InputShape(), "y": net.OutputShape()})
	if err != nil {
		t.Fatal(err)
	}
	for ending, content := range map[string][]byte{
		".json": record, ".x": floats(inputs), ".y": floats(model.Float64s(outputs)),
	} {
		if err := os.WriteFile(filepath.Join(folder, name+ending), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// floats encodes the numbers as float32, little-endian.
func floats(values []float64) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
	}
	return b
}

// A random graph of the operators that are taken predicts what ONNX Runtime predicts, or is an error that names a node.
func TestRuntimeRandom(t *testing.T) {
	python, folder := os.Getenv("ONNX"), t.TempDir()
	if python == "" {
		t.Fatal("ONNX does not name a Python: run make test-onnx")
	}
	const count = 500
	run(t, python, filepath.Join("testdata", "graphs.py"), folder, strconv.Itoa(count), "1")
	taken := 0
	for i := range count {
		stem := filepath.Join(folder, strconv.Itoa(i))
		text, err := os.ReadFile(stem + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var r struct {
			Shape, Output []int
			Y             []float64
		}
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		net, err := onnx.Load(stem + ".onnx")
		if err != nil {
			if !strings.Contains(err.Error(), ": node ") {
				t.Errorf("graph %d: %v, want an error that names a node", i, err)
			}
			continue
		}
		taken++
		const rows = 3
		inputs := made(t, rows, r.Shape)
		for i, v := range inputs {
			inputs[i] = float64(float32(4 * (v - 0.5)))
		}
		if !near(t, net, r.Shape, r.Output, inputs, r.Y) {
			t.Errorf("graph %d of seed 1 predicts something else: layers\n%s", i, show.Summary(net))
		}
	}
	t.Logf("%d of %d graphs are taken", taken, count)
	if taken < count/2 {
		t.Errorf("%d of %d graphs are taken, want most", taken, count)
	}
}

// near reports whether the net predicts y for three rows, which may be pictures with their channels first in the file.
func near(t *testing.T, net *model.Net, shape, output []int, inputs, y []float64) bool {
	t.Helper()
	forms := func(values []float64, shape, here []int) [][]float64 {
		var list [][]float64
		if slices.Equal(shape, here) {
			list = append(list, values)
		}
		if len(shape) == 3 && slices.Equal([]int{shape[1], shape[2], shape[0]}, here) {
			list = append(list, channelsLast(values, shape))
		}
		return list
	}
	for _, x := range forms(inputs, shape, net.InputShape()) {
		got := predict(t, net, x, 3)
		for _, want := range forms(y, output, net.OutputShape()) {
			worst := 0.0
			for i, v := range want {
				worst = max(worst, math.Abs(got[i]-v)/max(1, math.Abs(v)))
			}
			if worst <= 1e-5 {
				return true
			}
		}
	}
	return false
}
