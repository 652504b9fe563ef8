package hdf5_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/hdf5"
)

// goldens are files that real Keras saved, with their weights as JSON beside them.
func goldens(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../keras/testdata/h5/*.h5")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of Keras, error %v, want at least 10", len(files), err)
	}
	return files
}

func open(t testing.TB, path string) *hdf5.Group {
	t.Helper()
	f, err := hdf5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f.Root
}

// The weights of each golden file, read in the order in which Keras reads them, are those that Keras had.
func TestWeightsOfKeras(t *testing.T) {
	for _, path := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".h5"), func(t *testing.T) {
			text, err := os.ReadFile(strings.TrimSuffix(path, ".h5") + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var want struct {
				X       struct{ Shape []int }
				Weights []struct {
					Shape []int
					Data  []float32
				}
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			root := open(t, path)
			if config, _ := root.Attribute("model_config"); !json.Valid([]byte(config.(string))) {
				t.Errorf("model_config is not JSON: %s", config)
			}
			weights, err := root.Group("model_weights")
			if err != nil {
				t.Fatal(err)
			}
			layers, _ := weights.Attribute("layer_names")
			i := 0
			for _, layer := range layers.([]string) {
				g, err := weights.Group(layer)
				if err != nil {
					t.Fatal(err)
				}
				value, _ := g.Attribute("weight_names")
				if empty, ok := value.([]float64); ok && len(empty) == 0 { // a layer without weights
					continue
				}
				for _, name := range value.([]string) {
					d, err := g.Dataset(name)
					if err != nil {
						t.Fatal(err)
					}
					got, err := d.Float32s()
					if err != nil {
						t.Fatal(err)
					}
					if !slices.Equal(d.Shape(), want.Weights[i].Shape) || !slices.Equal(got, want.Weights[i].Data) {
						t.Errorf("%s of %s is not what Keras had", name, layer)
					}
					i++
				}
			}
			if i != len(want.Weights) {
				t.Errorf("%d weights, want %d", i, len(want.Weights))
			}
			iteration := "optimizer_weights/iteration:0"
			if names, _ := root.Group("optimizer_weights"); strings.Contains(path, "keras3") {
				iteration = "optimizer_weights/" + names.Names()[0] + "/iteration"
			}
			d, err := root.Dataset(iteration)
			if err != nil {
				t.Fatal(err)
			}
			steps := 2 * int64((want.X.Shape[0]+4)/5) // two epochs in batches of 5
			if got, err := d.Int64s(); err != nil || !slices.Equal(got, []int64{steps}) {
				t.Errorf("iteration is %v (%v), want %d", got, err, steps)
			}
		})
	}
}

// A file of Keras, written again, has the same tree; written once more, the same bytes.
func TestKerasWrittenAgain(t *testing.T) {
	for _, path := range goldens(t) {
		root := open(t, path)
		first := write(t, root)
		again := read(t, first)
		same(t, path, again, root)
		if second := write(t, again); !bytes.Equal(first, second) {
			t.Errorf("%s: the second time gave other bytes", path)
		}
	}
}

func write(t testing.TB, root *hdf5.Group) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := hdf5.Write(&b, root); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, file []byte) *hdf5.Group {
	t.Helper()
	root, err := hdf5.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// same wants two trees with the same attributes, shapes, types and numbers.
func same(t testing.TB, path string, got, want hdf5.Member) {
	t.Helper()
	switch want := want.(type) {
	case *hdf5.Group:
		got, ok := got.(*hdf5.Group)
		if !ok {
			t.Fatalf("%s is a %T, want a group", path, got)
		}
		sameAttributes(t, path, got.Attributes, want.Attributes)
		if !slices.Equal(got.Names(), want.Names()) {
			t.Fatalf("%s has the members %q, want %q", path, got.Names(), want.Names())
		}
		for _, name := range want.Names() {
			same(t, path+"/"+name, got.Member(name), want.Member(name))
		}
	case *hdf5.Dataset:
		got, ok := got.(*hdf5.Dataset)
		if !ok {
			t.Fatalf("%s is a %T, want a dataset", path, got)
		}
		sameAttributes(t, path, got.Attributes, want.Attributes)
		if got.Dtype() != want.Dtype() || !slices.Equal(got.Shape(), want.Shape()) {
			t.Fatalf("%s is %v %v, want %v %v", path, got.Dtype(), got.Shape(), want.Dtype(), want.Shape())
		}
		if a, b := numbers(t, got), numbers(t, want); !reflect.DeepEqual(a, b) {
			t.Errorf("%s has the numbers %v, want %v", path, a, b)
		}
	default:
		t.Fatalf("%s is a %T", path, want)
	}
}

func sameAttributes(t testing.TB, path string, got, want []hdf5.Attribute) {
	t.Helper()
	if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("%s has the attributes %v, want %v", path, got, want)
	}
}

func numbers(t testing.TB, d *hdf5.Dataset) any {
	t.Helper()
	var values any
	var err error
	switch d.Dtype() {
	case hdf5.Float32:
		values, err = d.Float32s()
	case hdf5.Float64:
		values, err = d.Float64s()
	default:
		values, err = d.Int64s()
	}
	if err != nil {
		t.Fatal(err)
	}
	return values
}
