package onnx

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

// beside is the initializer w of 4x2 values in another file, by entries of external_data, name and value in turn.
func beside(entries ...string) message {
	m := message(nil).int(tensorDims, 4).int(tensorDims, 2).int(tensorDataType, dataFloat).string(tensorName, "w").
		int(tensorDataLocation, 1)
	for i := 0; i < len(entries); i += 2 {
		m = m.message(tensorExternalData, message(nil).string(entryKey, entries[i]).string(entryValue, entries[i+1]))
	}
	return m
}

// written writes files into a new folder, among them model.onnx, a product by w, and returns the model's path.
func written(t *testing.T, w message, others map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	graph := graphOf(t, []int{4}, nil, node{op: "Gemm", inputs: []string{"w"}}).message(graphInitializer, w)
	for name, content := range others {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "model.onnx")
	if err := os.WriteFile(path, fileOf(graph, 17), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// values are float32 numbers from first on, little-endian.
func values(first, n int) []byte {
	var b []byte
	for i := range n {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(first+i)))
	}
	return b
}

// Weights are read from a file beside the model, from an offset on, and from a folder below it.
func TestExternalData(t *testing.T) {
	for _, c := range []struct {
		name    string
		entries []string
		file    string
		content []byte
	}{
		{"a file of its own", []string{"location", "w.bin"}, "w.bin", values(1, 8)},
		{"a part", []string{"location", "all.bin", "offset", "12", "length", "32", "checksum", "of SHA-1"}, "all.bin",
			append(values(7, 3), values(1, 20)...)},
		{"from an offset to the end", []string{"offset", "4", "location", "all.bin"}, "all.bin", values(0, 9)},
		{"in a folder", []string{"location", "weights/w.bin"}, "weights/w.bin", values(1, 8)},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := Load(written(t, beside(c.entries...), map[string][]byte{c.file: c.content}))
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range model.Float64s(net.Params()[0].Value) {
				if v != float64(i+1) {
					t.Errorf("value %d is %v, want %d", i, v, i+1)
				}
			}
		})
	}
}

// What is wrong with another file is an error that names the tensor and the file.
func TestBadExternalData(t *testing.T) {
	for _, c := range []struct {
		name    string
		entries []string
		facts   []string
	}{
		{"no file", []string{"location", "none.bin"}, []string{"none.bin", "external data", "beside the model", "one file"}},
		{"no location", []string{"offset", "0"}, []string{"without a location", "beside the model"}},
		{"a folder", []string{"location", "folder"}, []string{"folder", "not a regular file"}},
		{"outside", []string{"location", "../" + strings.Repeat("../", 20) + "w.bin"}, []string{"w.bin", "in the folder of the model"}},
		{"an absolute path", []string{"location", "/w.bin"}, []string{"/w.bin", "in the folder of the model"}},
		{"too short", []string{"location", "w.bin", "length", "32"}, []string{"w.bin", "it has 28 bytes, want 32 from byte 0"}},
		{"too short from an offset on", []string{"location", "w.bin", "offset", "16", "length", "16"},
			[]string{"w.bin", "28 bytes, want 16 from byte 16"}},
		{"an offset beyond the end", []string{"location", "w.bin", "offset", "29"}, []string{"28 bytes", "from byte 29"}},
		{"a length that overflows", []string{"location", "w.bin", "offset", "1", "length", "9223372036854775807"},
			[]string{"28 bytes", "9223372036854775807"}},
		{"another length than the shape's", []string{"location", "w.bin", "length", "28"},
			[]string{"28 bytes of values, want 32", "[4 2]"}},
		{"a negative offset", []string{"location", "w.bin", "offset", "-4"}, []string{"offset", "-4", "number of bytes"}},
		{"an offset in words", []string{"location", "w.bin", "offset", "four"}, []string{"offset", "four"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := written(t, beside(c.entries...), map[string][]byte{"w.bin": values(1, 7), "folder/x": nil})
			_, err := Load(path)
			wording.Check(t, err, append(c.facts, "tensor w", "model.onnx")...)
		})
	}
	_, err := try(fileOf(graphOf(t, []int{4}, nil, node{op: "Gemm", inputs: []string{"w"}}).
		message(graphInitializer, beside("location", "w.bin")), 17))
	wording.Check(t, err, "tensor w", "w.bin", "one file")
	twice := beside("location", "w.bin").string(tensorRawData, string(values(1, 8)))
	_, err = Load(written(t, twice, map[string][]byte{"w.bin": values(1, 8)}))
	wording.Check(t, err, "tensor w", "two fields")
}
