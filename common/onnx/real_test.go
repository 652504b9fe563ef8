//go:build onnx

package onnx_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
)

// rows is how many rows are predicted, at once and one by one.
const rows = 64

// ONNX Runtime predicts what we predict with our files, of each program's net and of each layer; the checker of onnx
// takes them, and the parser of netron. ONNX is the Python that make test-onnx makes.
func TestRuntime(t *testing.T) {
	folder := t.TempDir()
	for _, n := range netsOfAll() {
		c := model.Config{Seed: 11}
		net := n.compiled(t, c)
		if err := onnx.Save(filepath.Join(folder, n.name+".onnx"), net, "test"); err != nil {
			t.Fatal(err)
		}
		describe(t, folder, n.name, net, 1)
	}
	ofPrograms(t, folder)
	large := nets.Compile(t, model.Sequential(model.Input(64, 64, 3), // more than one piece of work for each kernel
		layer.Conv2D{Filters: 32, Kernel: layer.Square(4), Padding: layer.Same, Activation: layer.GELU},
		layer.BatchNormalization{}, layer.AveragePool2D{Pool: layer.Square(3), Stride: layer.Square(2), Padding: layer.Same},
		layer.Conv2D{Filters: 64, Kernel: layer.Square(3), Stride: layer.Square(2), Padding: layer.Same},
		layer.GlobalAveragePool2D{}, layer.Dense{Units: 10, Activation: layer.Softmax}), model.Config{Seed: 5})
	if err := onnx.Save(filepath.Join(folder, "large.onnx"), large, ""); err != nil {
		t.Fatal(err)
	}
	describe(t, folder, "large", large, 1)

	python := os.Getenv("ONNX")
	if python == "" {
		t.Fatal("ONNX does not name a Python: run make test-onnx")
	}
	run(t, python, filepath.Join("testdata", "real.py"), folder)
	names, err := filepath.Glob(filepath.Join(folder, "*.onnx"))
	if err != nil || len(names) < 12 {
		t.Fatalf("files %v (%v)", names, err)
	}
	package_, err := exec.Command(python, "-c", "import netron; print(netron.__path__[0])").Output()
	if err != nil {
		t.Fatal(err)
	}
	run(t, "node", append([]string{filepath.Join("testdata", "netron.mjs"), strings.TrimSpace(string(package_))}, names...)...)
}

func run(t *testing.T, program string, args ...string) {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("%s: %v", filepath.Base(program), err)
	}
}

// ofPrograms has each program train for a moment and save its net, as .h5 and then, loaded from it, as .onnx.
func ofPrograms(t *testing.T, folder string) {
	t.Helper()
	bin := filepath.Join(folder, "bin") + string(filepath.Separator)
	args := []string{"build", "-o", bin}
	for _, p := range []string{"linreg", "xor", "iris", "mnistmlp", "mnistcnn"} {
		args = append(args, "gorgonia-lectures/"+p)
	}
	run(t, "go", args...)
	for _, p := range []struct {
		name, program, flags string
		scale                float64 // of the inputs
	}{
		{"linreg", "linreg", "-epochs 200", 100},
		{"xor", "xor", "-epochs 200", 1},
		{"xor_plain", "xor", "-plain -epochs 200", 1}, // of float64
		{"iris", "iris", "-epochs 10", 7},
		{"mnistmlp", "mnistmlp", "-epochs 2 -limit 500", 1},
		{"baseline", "mnistmlp", "-baseline -epochs 2 -limit 500", 1},
		{"mnistcnn", "mnistcnn", "-epochs 1 -limit 500", 1},
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
		if p.name == "xor_plain" {
			run(t, bin+p.program, append(append(common, strings.Fields(p.flags)...), "-save", path)...)
		} else {
			run(t, bin+p.program, append(common, "-load", h5, "-epochs", "0", "-save", path)...)
		}
		describe(t, folder, p.name, net, p.scale)
	}
}

// describe writes what the net predicts for made-up inputs from 0 to scale, for testdata/real.py.
func describe(t *testing.T, folder, name string, net *model.Net, scale float64) {
	t.Helper()
	size := 1
	for _, n := range net.InputShape() {
		size *= n
	}
	inputs := make([]float64, rows*size)
	for i := range inputs {
		inputs[i] = scale * float64(float32(math.Mod(float64(i+1)*math.Sqrt2, 1)))
	}
	data, err := dataset.FromFloats(net.InputShape(), inputs, []int{}, make([]float64, rows))
	if err != nil {
		t.Fatal(err)
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

// floats are the numbers as float32, little-endian.
func floats(values []float64) (b []byte) {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
	}
	return b
}
