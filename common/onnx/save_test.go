package onnx_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

var update = flag.Bool("update", false, "write the texts in testdata anew")

// Each layer becomes the operators in testdata; make test-onnx compares their predictions with ONNX Runtime. To update
// testdata, run go test ./common/onnx -run TestSave -update, and read the changes.
func TestSave(t *testing.T) {
	for _, n := range netsOfAll() {
		t.Run(n.name, func(t *testing.T) {
			got := dump(t, saved(t, n.compiled(t, model.Config{Seed: 7}), "test"))
			path := filepath.Join("testdata", n.name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(string(want), "\r\n", "\n"); got != want {
				t.Errorf("the file has\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// saved returns the file of a net.
func saved(t testing.TB, net *model.Net, program string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "net.onnx")
	if err := onnx.Save(path, net, program); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// The same net gives the same bytes, and so does a float64 net with the same weights. The digest is that of the graph.
func TestSameBytes(t *testing.T) {
	net := named{net: nets.CNN()}.compiled(t, model.Config{})
	first := saved(t, net, "")
	if !bytes.Equal(first, saved(t, net, "")) {
		t.Error("the same net gives other bytes")
	}
	double := named{net: nets.CNN()}.compiled(t, model.Config{Dtype: tensor.Float64})
	if !bytes.Equal(first, saved(t, double, "")) {
		t.Error("a net of float64 gives other bytes")
	}
	nets.Fit(t, net, nets.Digits(t, 6), model.Fit{Epochs: 2, Batch: 3})
	trained := saved(t, net, "")
	if bytes.Equal(first, trained) {
		t.Error("a trained net gives the same bytes")
	}
	var graph []byte
	for _, f := range fields(t, trained) {
		if f.number == 7 {
			graph = f.bytes
		}
	}
	sum := sha256.Sum256(graph)
	if text := dump(t, trained); !strings.Contains(text, "gorgonia_lectures_sha256: "+hex.EncodeToString(sum[:])) ||
		!strings.Contains(text, "epochs: 2\n") || strings.Contains(text, "program: ") {
		t.Errorf("metadata in\n%s\nwant the digest %x, 2 epochs and no program", text, sum)
	}
}

// Save allocates much less than a copy of the net.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes large nets")
	}
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		net := named{net: model.Sequential(model.Input(1000), layer.Dense{Units: 1000})}.compiled(t,
			model.Config{Dtype: dtype})
		before := hostile.Allocated()
		saved(t, net, "")
		if used := hostile.Allocated() - before; used > 4*1_001_000*5/4 { // the file that saved reads back
			t.Errorf("%v: writing 4 MB takes %d bytes of memory", dtype, used)
		}
	}
}

// alien is a layer that cannot be saved as ONNX.
type alien struct{ layer.ELULayer }

func (alien) Kind() string { return "Alien" }

func TestErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.onnx")
	config := model.Config{Loss: loss.MeanSquaredError}
	compiled := func(layers ...layer.Layer) *model.Net {
		return nets.Compile(t, model.Sequential(model.Input(2), layers...), config)
	}
	notFinite, far := compiled(layer.Dense{Units: 3}), named{net: model.Sequential(model.Input(2), layer.Dense{Units: 3})}
	weights := notFinite.Weights()
	model.SetFloat64s(weights[1], []float64{0, math.NaN(), 0})
	if err := notFinite.SetWeights(weights); err != nil {
		t.Fatal(err)
	}
	tooLarge := far.compiled(t, model.Config{Dtype: tensor.Float64})
	weights = tooLarge.Weights()
	model.SetFloat64s(weights[0], []float64{0, 0, 0, 1e39, 0, 0})
	if err := tooLarge.SetWeights(weights); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		net   *model.Net
		facts []string
	}{
		{"a layer of another package", compiled(layer.Dense{Units: 1}, alien{}),
			[]string{"layer 2 (Alien)", "onnx_test.alien"}},
		{"a weight that is not finite", notFinite, []string{"dense.bias", "value 1", "NaN"}},
		{"a weight beyond float32", tooLarge, []string{"dense.kernel", "value 3", "+Inf", "float32"}},
		{"not compiled", model.Sequential(model.Input(2), layer.Dense{Units: 1}), []string{"not compiled"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wording.Check(t, onnx.Save(path, c.net, ""), c.facts...)
			if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("there is a file: %v", err)
			}
		})
	}
	t.Run("a folder", func(t *testing.T) {
		wording.Check(t, onnx.Save(filepath.Dir(path), compiled(layer.Dense{Units: 1}), ""), "a folder")
	})
}

// A net that cannot be saved is refused before it is compiled, without allocating its weights.
func TestCheck(t *testing.T) {
	for _, n := range netsOfAll() {
		if err := onnx.Check(n.net); err != nil {
			t.Errorf("%s: %v", n.name, err)
		}
	}
	for _, c := range []struct {
		name  string
		net   *model.Net
		facts []string
	}{
		{"large", model.Sequential(model.Input(30000), layer.Dense{Units: 20000}), []string{"2.2 GiB", "2 GiB", ".h5"}},
		{"larger", model.Sequential(model.Input(40000), layer.Dense{Units: 40000}, layer.Dense{Units: 40000},
			layer.Dense{Units: 40000}), []string{"17.9 GiB"}},
		{"alien", model.Sequential(model.Input(2), alien{}), []string{"layer 1 (Alien)"}},
		{"does not fit", model.Sequential(model.Input(2), layer.MaxPool2D{}), []string{"layer 1 (MaxPooling2D)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := hostile.Allocated()
			wording.Check(t, onnx.Check(c.net), c.facts...)
			if used := hostile.Allocated() - before; used > 1<<20 {
				t.Errorf("%d bytes of memory", used)
			}
		})
	}
	if err := onnx.Check(model.Sequential(model.Input(23000), layer.Dense{Units: 23000})); err != nil {
		t.Errorf("1.97 GiB: %v", err)
	}
}

// The Build of a layer of another package may panic.
type panics struct{ alien }

func (panics) Params(tensor.Shape) []layer.Param { return nil }
func (panics) Build(layer.Context, *gorgonia.Node, gorgonia.Nodes) (*gorgonia.Node, error) {
	panic("no graph")
}

// idle returns its input, as the layers of package keras that are the identity in prediction.
type idle struct{ panics }

func (idle) Build(_ layer.Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return x, nil
}

func TestOtherLayers(t *testing.T) {
	if err := onnx.Check(model.Sequential(model.Input(2), idle{})); err != nil {
		t.Error(err)
	}
	wording.Check(t, onnx.Check(model.Sequential(model.Input(2), panics{})), "layer 1 (Alien)")
}
