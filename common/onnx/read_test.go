package onnx_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
	"gorgonia-lectures/common/solver"
)

// made returns rows of inputs: value i is the fractional part of (i+1)·√2 as a float32.
func made(t testing.TB, rows int, shape []int) []float64 {
	t.Helper()
	values := make([]float64, rows*tensor.Shape(shape).TotalSize())
	for i := range values {
		values[i] = float64(float32(math.Mod(float64(i+1)*math.Sqrt2, 1)))
	}
	return values
}

func predict(t testing.TB, net *model.Net, inputs []float64, rows int) []float64 {
	t.Helper()
	data, err := dataset.FromFloats(net.InputShape(), inputs, []int{}, make([]float64, rows))
	if err != nil {
		t.Fatal(err)
	}
	y, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	return model.Float64s(y)
}

// A saved and loaded net predicts the same, for each layer.
func TestRoundTrip(t *testing.T) {
	for _, n := range netsOfAll() {
		t.Run(n.name, func(t *testing.T) {
			net := n.compiled(t, model.Config{Seed: 7})
			path := filepath.Join(t.TempDir(), "net.onnx")
			if err := onnx.Save(path, net, ""); err != nil {
				t.Fatal(err)
			}
			again, err := onnx.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			inputs := made(t, 5, net.InputShape())
			golden.Near(t, "output", predict(t, again, inputs, 5), predict(t, net, inputs, 5), 1e-6)
			if got, want := again.OutputShape(), net.OutputShape(); !tensor.Shape(got).Eq(want) {
				t.Errorf("the output has the shape %v, want %v", got, want)
			}
		})
	}
}

// record is the JSON that testdata/exporters.py writes beside a file.
type record struct {
	Exporter string
	Shape    []int // of a row in the file
	Logs     bool  // y is of a log-softmax; the loaded net gives the softmax
	Y        []float64
}

// Nets that PyTorch, Keras and tf2onnx exported predict the same as in these libraries.
func TestExported(t *testing.T) {
	folder := filepath.Join("testdata", "exported")
	if other := os.Getenv("EXPORTED"); other != "" { // more of them
		folder = other
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in %s (%v)", folder, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var r record
			if err := json.Unmarshal(text, &r); err != nil {
				t.Fatal(err)
			}
			net, err := onnx.Load(strings.TrimSuffix(name, ".json") + ".onnx")
			if err != nil {
				t.Fatal(err)
			}
			const rows = 3
			inputs := made(t, rows, r.Shape)
			if s := net.InputShape(); len(s) == 3 && !tensor.Shape(s).Eq(r.Shape) { // channels last in the net
				inputs = channelsLast(inputs, r.Shape)
			}
			if r.Logs {
				for i, y := range r.Y {
					r.Y[i] = math.Exp(y)
				}
			}
			got := predict(t, net, inputs, rows)
			worst := 0.0
			for i, y := range r.Y {
				worst = max(worst, math.Abs(got[i]-y)/max(1, math.Abs(y)))
			}
			t.Logf("%s: apart by %.1e", r.Exporter, worst)
			if len(got) != len(r.Y) || !(worst <= 1e-5) {
				t.Errorf("predicts %v, want %v", got, r.Y)
			}
		})
	}
}

// channelsLast transposes images (channels, height, width) to (height, width, channels).
func channelsLast(values []float64, shape []int) []float64 {
	channels, pixels := shape[0], shape[1]*shape[2]
	moved := make([]float64, len(values))
	for i, v := range values {
		row, i := i/(channels*pixels), i%(channels*pixels)
		moved[row*channels*pixels+i%pixels*channels+i/pixels] = v
	}
	return moved
}

// A loaded net without a loss predicts and can be saved for Keras; with one it can be evaluated and trained. A
// cross-entropy takes the outputs of a linear layer as logits.
func TestLoadWith(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.onnx")
	linear := model.Sequential(model.Input(10, 10, 1), layer.Conv2D{Filters: 2, Kernel: layer.Square(3)},
		layer.Conv2D{Filters: 3, Kernel: layer.Square(2)}, layer.GlobalAveragePool2D{})
	net := nets.Compile(t, linear, model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.01)})
	if err := onnx.Save(path, net, ""); err != nil {
		t.Fatal(err)
	}
	data := nets.Digits(t, 30)

	bare, err := onnx.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bare.Evaluate(t.Context(), data); err == nil || !strings.Contains(err.Error(), "LoadWith") {
		t.Errorf("error %v without a loss, want one that names LoadWith", err)
	}
	out, err := bare.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, p := range model.Float64s(bare.Probabilities(out)) {
		sum += p
	}
	if math.Abs(sum-30) > 1e-5 {
		t.Errorf("the probabilities of 30 rows add up to %v", sum)
	}
	h5 := filepath.Join(t.TempDir(), "net.h5")
	if err := keras.Save(h5, bare); err != nil {
		t.Fatal(err)
	}

	c := model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.01), Seed: 9,
		Metrics: []model.Metric{model.Accuracy}}
	again, err := onnx.LoadWith(path, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Config(); got.Loss != loss.Loss(loss.Options{Loss: c.Loss, FromLogits: true}) || got.Seed != 9 {
		t.Errorf("the configuration is %+v, want logits and the seed 9", got)
	}
	before, err := again.Evaluate(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	nets.Fit(t, again, data, model.Fit{Epochs: 5, Batch: 10})
	if after, err := again.Evaluate(t.Context(), data); err != nil || !(after.Loss < before.Loss) {
		t.Errorf("the loss is %v after training (%v) and %v before", after.Loss, err, before.Loss)
	}
}

// Loading allocates no more than two copies of the net.
func TestReadMemory(t *testing.T) {
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1000}, layer.Dense{Units: 2000},
		layer.Dense{Units: 1}), model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)})
	path := filepath.Join(t.TempDir(), "net.onnx")
	if err := onnx.Save(path, net, ""); err != nil {
		t.Fatal(err)
	}
	before := hostile.Allocated()
	if _, err := onnx.Load(path); err != nil {
		t.Fatal(err)
	}
	if used, numbers := hostile.Allocated()-before, uint64(4*net.ParamCount()); used > numbers*5/2 {
		t.Errorf("reading %d bytes of numbers takes %d bytes of memory", numbers, used)
	}
}

// A change of any byte of a saved graph is detected.
func TestAltered(t *testing.T) {
	whole := saved(t, named{net: nets.CNN()}.compiled(t, model.Config{}), "")
	path := filepath.Join(t.TempDir(), "net.onnx")
	found := 0
	for at := 40; at < len(whole)-300; at += 41 {
		whole[at] ^= 0x10
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := onnx.Load(path); err == nil {
			t.Errorf("byte %d is altered, and no error", at)
		} else if strings.Contains(err.Error(), "SHA-256") {
			found++
		}
		whole[at] ^= 0x10
	}
	if found == 0 {
		t.Error("no altered weight was found by the digest")
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := onnx.Load(path); err != nil {
		t.Error(errors.Join(errors.New("the file as it was"), err))
	}
}

// What other programs change is no damage: they add shapes, fix the batch, fuse and quantize, and keep the metadata.
func TestChangedByOthers(t *testing.T) {
	net := named{net: nets.CNN()}.compiled(t, model.Config{})
	changed := saved(t, net, "")
	at, size := graphOf(t, changed)
	graph := append(slices.Clone(changed[at:at+size]), 13<<3|2, 3, 1<<3|2, 1, 'a') // a value_info of the name a
	head := protowire.AppendTag(protowire.AppendVarint([]byte{1 << 3}, 8), 7, protowire.BytesType)
	changed = slices.Concat(protowire.AppendVarint(head, uint64(len(graph))), graph, changed[at+size:])
	path := filepath.Join(t.TempDir(), "net.onnx")
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := onnx.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	inputs := made(t, 2, net.InputShape())
	golden.Near(t, "output", predict(t, again, inputs, 2), predict(t, net, inputs, 2), 1e-6)
}

// graphOf is where the graph of a file begins, and its size.
func graphOf(t testing.TB, file []byte) (at, size int) {
	t.Helper()
	for at < len(file) {
		field, kind, n := protowire.ConsumeTag(file[at:])
		if at += n; n < 0 {
			break
		}
		if field == 7 {
			v, n := protowire.ConsumeVarint(file[at:])
			return at + n, int(v)
		}
		at += protowire.ConsumeFieldValue(field, kind, file[at:])
	}
	t.Fatal("no graph")
	return 0, 0
}
