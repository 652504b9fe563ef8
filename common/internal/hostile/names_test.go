package hostile_test

import (
	"os"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
)

// All that opens or writes a file has errors of one line, for any name.
func TestNames(t *testing.T) {
	bars, err := chart.NewBars([]string{"a"}, []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	calls := []struct {
		name string
		call func(path string) error
	}{
		{"hdf5.Open", func(path string) error { _, err := hdf5.Open(path); return err }},
		{"keras.Load", func(path string) error { _, err := keras.Load(path); return err }},
		{"keras.Save", func(path string) error { return keras.Save(path, model.Sequential(model.Input(1))) }},
		{"onnx.Load", func(path string) error { _, err := onnx.Load(path); return err }},
		{"onnx.Save", func(path string) error { return onnx.Save(path, model.Sequential(model.Input(1)), "") }},
		{"checkpoint.Open", func(path string) error { _, err := checkpoint.Open(path); return err }},
		{"OpenIris", func(path string) error { _, err := dataset.OpenIris(path); return err }},
		{"OpenBloodFat", func(path string) error { _, err := dataset.OpenBloodFat(path); return err }},
		{"MNIST", func(path string) error { _, _, err := dataset.MNIST(path); return err }},
		{"OpenDigits", func(path string) error { _, _, err := dataset.OpenDigits(path); return err }},
		{"digit.ReadFile", func(path string) error { _, err := digit.ReadFile(path); return err }},
		{"chart", func(path string) error { _, err := bars.Encode(path + ".bmp"); return err }},
		{"atomicfile.Write", func(path string) error { return atomicfile.Write(path+"/", nil) }},
	}
	empty := t.TempDir()
	file := filepath.Join(empty, "file")
	if err := os.WriteFile(file, []byte("not what is wanted"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range hostile.Names {
		// some systems refuse the name here: then that is the error of each call
		wrong := filepath.Join(t.TempDir(), name)
		_ = os.MkdirAll(filepath.Dir(wrong), 0o700)
		_ = os.WriteFile(wrong, []byte("not what is wanted"), 0o600)
		folder := filepath.Join(t.TempDir(), name)
		_ = os.MkdirAll(filepath.Join(folder, "train-images-idx3-ubyte"), 0o700)
		for _, path := range []string{filepath.Join(empty, name), filepath.Join(file, name), wrong, folder} {
			for _, c := range calls {
				err := c.call(path)
				if err == nil {
					t.Errorf("%s of %.100q: no error", c.name, path)
				}
				t.Run(c.name, func(t *testing.T) { hostile.Refusal(t, err, 600) })
			}
		}
	}
}
