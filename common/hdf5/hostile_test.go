package hdf5_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
)

func TestNumbersAndTextsOfAllKinds(t *testing.T) {
	root := open(t, filepath.Join("testdata", "widths.h5"))
	for name, want := range map[string]any{
		"int8": []int64{-128, 0, 1, 127}, "int16": []int64{-32768, 0, 1, 32767}, "int32": []int64{math.MinInt32, 0, 1, math.MaxInt32},
		"int64": []int64{math.MinInt64, 0, 1, math.MaxInt64}, "uint8": []int64{0, 0, 1, 255}, "uint16": []int64{0, 0, 1, 65535},
		"uint32": []int64{0, 0, 1, math.MaxUint32}, "uint64": []int64{0, 0, 1, math.MaxInt64}, "scalar": []int64{-7},
		"float32": []float32{-math.MaxFloat32, 0, 1, math.MaxFloat32}, "float64": []float64{-math.MaxFloat64, 0, 1, math.MaxFloat64},
		"compact": []float32{0, 1, 2, 3}, "empty": []float32{},
	} {
		d, err := root.Dataset(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := numbers(t, d); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	d, err := root.Dataset("toolarge")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Int64s()
	wording.Check(t, err, "number 0", "9223372036854775808", "int64")
	for name, want := range map[string]any{
		"fixed": "fixed text", "fixedlist": []string{"one", "three"}, "list": []string{"one", "", "größer"}, "text": "größer",
		"number": 2.5, "whole": int64(-3), "single": float32(0.5), "numbers": []float64{1.5, 2.5}, "nothing": []float64{},
		"yes": hdf5.Unread{Why: "enumerations: want numbers or strings"}, "table": hdf5.Unread{Why: "2 axes: want a scalar or a list"},
		"attribute 39": int64(39),
	} {
		if got, _ := root.Attribute(name); !reflect.DeepEqual(got, want) {
			t.Errorf("attribute %s is %#v, want %#v", name, got, want)
		}
	}
	if many, err := root.Group("many"); err != nil || len(many.Names()) != 40 {
		t.Errorf("%v members (%v), want 40", many, err)
	}
}

// small has each structure of a file, in a few kilobytes.
func small(t testing.TB) []byte {
	t.Helper()
	root, g := hdf5.NewGroup(), hdf5.NewGroup()
	root.SetAttribute("text", "a model")
	g.SetAttribute("names", []string{"kernel", "bias"})
	g.SetAttribute("none", []float64{})
	add(t, root, "g", g)
	for i, name := range []string{"kernel", "bias"} {
		add(t, g, name, dataset(t, []int{2, i + 1}, make([]float32, 2*(i+1))))
	}
	add(t, root, "step", dataset(t, nil, []int64{7}))
	return write(t, root)
}

// Every truncation is an error.
func TestTruncated(t *testing.T) {
	file := small(t)
	for n := range file {
		if _, err := hdf5.Read(bytes.NewReader(file[:n]), int64(n)); err == nil {
			t.Fatalf("%d of %d bytes are read without an error", n, len(file))
		}
	}
}

// Any altered byte gives an error or a tree, no panic, and takes little memory. All bytes of a small file are altered,
// and some of one of Keras.
func TestAlteredBytes(t *testing.T) {
	step := 1
	if testing.Short() {
		step = 11
	}
	alter := func(file []byte, every int) {
		damaged := bytes.Clone(file)
		for at := 0; at < len(file); at += every {
			for _, change := range []byte{0x01, 0x80, 0xff, 0x40} {
				damaged[at] = file[at] ^ change
				exhaust(t, damaged, 1<<18)
			}
			damaged[at] = file[at]
		}
	}
	alter(small(t), step)
	if testing.Short() {
		return
	}
	keras, err := os.ReadFile("../keras/testdata/h5/keras3_linreg.h5")
	if err != nil {
		t.Fatal(err)
	}
	alter(keras, 7)
}

// Each string and each number belongs to one object: objects that share one would make a large tree of a small file.
func TestShared(t *testing.T) {
	const long = 1 << 20
	root := hdf5.NewGroup()
	root.SetAttribute("texts", append([]string{strings.Repeat("a", long)}, slices.Repeat([]string{"b"}, 50)...))
	file := write(t, root)
	reference := binary.LittleEndian.AppendUint32(nil, long)
	reference = binary.LittleEndian.AppendUint64(reference, 96) // the first global heap
	reference = binary.LittleEndian.AppendUint32(reference, 1)
	at := bytes.LastIndex(file, reference)
	copy(file[at:], bytes.Repeat(reference, 51))
	before := hostile.Allocated()
	value, _ := read(t, file).Attribute("texts")
	if u, ok := value.(hdf5.Unread); !ok || !strings.Contains(u.Why, "global heap at 96") {
		t.Errorf("the texts are %.99v, want them unread", value)
	}
	if used := hostile.Allocated() - before; used > 4*long {
		t.Errorf("%d bytes of memory for a file of %d", used, len(file))
	}

	root = hdf5.NewGroup()
	for name, n := range map[string]int{"a": 1000, "b": 1000, "c": 1000, "d": 8000} {
		add(t, root, name, dataset(t, []int{n}, make([]float32, n)))
	}
	file = write(t, root)
	for _, n := range []uint64{1000, 4000} { // of a, b and c: values and bytes
		file = bytes.ReplaceAll(file, binary.LittleEndian.AppendUint64(nil, n), binary.LittleEndian.AppendUint64(nil, 6*n))
	}
	_, err := hdf5.Read(bytes.NewReader(file), int64(len(file)))
	wording.Check(t, err, "/b: ", "share")
}

// exhaust reads all of a file. It wants memory in proportion to its size, with some slack, or an error in one line. A
// tree that can be written must come back the same.
func exhaust(t testing.TB, file []byte, slack int) {
	t.Helper()
	before := hostile.Allocated()
	root, err := hdf5.Read(bytes.NewReader(file), int64(len(file)))
	hostile.Refusal(t, err, 2000)
	if err != nil && !strings.HasPrefix(err.Error(), "hdf5: ") {
		t.Errorf("error %q, want one of hdf5", err)
	}
	if err == nil {
		var visit func(hdf5.Member)
		visit = func(m hdf5.Member) {
			switch m := m.(type) {
			case *hdf5.Group:
				for _, name := range m.Names() {
					visit(m.Member(name))
				}
			case *hdf5.Dataset:
				if n := m.Len(); n > len(file) {
					t.Fatalf("a dataset of %d numbers in a file of %d bytes", n, len(file))
				}
				m.Float64s()
				m.Int64s()
			}
		}
		visit(root)
	}
	if used := hostile.Allocated() - before; used > uint64(40*len(file)+slack) {
		t.Fatalf("%d bytes of memory for a file of %d", used, len(file))
	}
	var first, second bytes.Buffer
	if err != nil || hdf5.Write(&first, root) != nil { // there are types and attributes that are only read
		return
	}
	again, err := hdf5.Read(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err == nil {
		err = hdf5.Write(&second, again)
	}
	if err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Fatalf("written and read again it is another tree (%v)", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(small(f))
	for _, pattern := range []string{"testdata/*.h5", "../keras/testdata/h5/*_xor.h5"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: %v", pattern, err)
		}
		if testing.Short() {
			files = files[:2]
		}
		for _, path := range files {
			file, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(file)
		}
	}
	// the fuzzer itself allocates at the same time
	f.Fuzz(func(t *testing.T, file []byte) { exhaust(t, file, 16<<20) })
}
