package checkpoint

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// goodFile is a checkpoint of two neurons after two epochs and a step, with the best weights.
func goodFile(t testing.TB) []byte {
	t.Helper()
	net := twoNeurons(t, solver.NewAdam(0.01), tensor.Float32)
	k := &Keeper{Net: net, Info: someInfo, Rescue: filepath.Join(t.TempDir(), "net.h5"), Best: true}
	interrupt(t, net, dataset.XOR(), model.Fit{Epochs: 5, Batch: 3}, after(2*xorBatches+1), k.Callback())
	if k.Err() != nil {
		t.Fatal(k.Err())
	}
	return content(t, k.File())
}

// parsed is the tree of a file, without its checksum.
func parsed(t testing.TB, file []byte) *hdf5.Group {
	t.Helper()
	root, err := hdf5.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	dropAttribute(root, "gorgonia_lectures_sha256")
	return root
}

func dropAttribute(g *hdf5.Group, name string) {
	g.Attributes = slices.DeleteFunc(g.Attributes, func(a hdf5.Attribute) bool { return a.Name == name })
}

func written(t testing.TB, root *hdf5.Group) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := hdf5.Write(&b, root); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// with is the tree with another member at a path, or with none for nil.
func with(t testing.TB, root *hdf5.Group, path string, m hdf5.Member) *hdf5.Group {
	t.Helper()
	name, rest, deeper := strings.Cut(path, "/")
	if deeper {
		inner, err := root.Group(name)
		if err != nil {
			t.Fatal(err)
		}
		m = with(t, inner, rest, m)
	} else if root.Member(name) == nil {
		t.Fatalf("the file has no %s", path)
	}
	g := hdf5.NewGroup()
	g.Attributes = root.Attributes
	for _, n := range root.Names() {
		member := root.Member(n)
		if n == name {
			if member = m; m == nil {
				continue
			}
		}
		if err := g.Add(n, member); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// numbers is a dataset of float64 that counts from 0, except the last value.
func numbers(t testing.TB, last float64, shape ...int) hdf5.Member {
	t.Helper()
	values := make([]float64, tensor.Shape(shape).TotalSize())
	for i := range values {
		values[i] = float64(i)
	}
	values[len(values)-1] = last
	return datasetOf(t, values, shape...)
}

func datasetOf(t testing.TB, values any, shape ...int) hdf5.Member {
	t.Helper()
	d, err := hdf5.New(shape, values)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
