package solver

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/kernel"
)

// settingsFile is what testdata/make_settings.py wrote: the weights of two parameters after some of the steps, for each
// optimizer with each setting.
type settingsFile struct {
	Shapes    [][]int     `json:"shapes"`
	Kept      []int       `json:"kept"`
	Start     []float64   `json:"start"`
	Gradients [][]float64 `json:"gradients"`
	Cases     []struct {
		Name    string        `json:"name"`
		Config  golden.Config `json:"config"`
		Weights [][]float64   `json:"weights"`
	} `json:"cases"`
}

// Each optimizer with each of its settings takes the steps that Keras takes.
func TestSettingsGiveWhatKerasGives(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		dtype string
		run   func(*testing.T, settingsFile, int)
	}{{"float64", walk[float64]}, {"float32", walk[float32]}} {
		var file settingsFile // a test takes the keys out of its configuration
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Cases) != 11*13 || len(file.Gradients) < 20 {
			t.Fatalf("%d cases of %d steps, want 143 of at least 20", len(file.Cases), len(file.Gradients))
		}
		for i, c := range file.Cases {
			t.Run(test.dtype+" "+c.Name, func(t *testing.T) { test.run(t, file, i) })
		}
	}
}

// walk takes the steps of a case.
func walk[T kernel.Float](t *testing.T, file settingsFile, index int) {
	tolerance := 1e-12
	if _, single := any(T(0)).(float32); single {
		tolerance = 1e-5
	}
	c := file.Cases[index]
	s := fromConfig(t, c.Config)
	params := func(flat []float64) []*tensor.Dense {
		var list []*tensor.Dense
		for _, shape := range file.Shapes {
			n := tensor.Shape(shape).TotalSize()
			list = append(list, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(golden.Convert[T](flat[:n]))))
			flat = flat[n:]
		}
		return list
	}
	weights := params(file.Start)
	for step, flat := range file.Gradients {
		var model []gorgonia.ValueGrad
		for i, g := range params(flat) {
			model = append(model, &pair{w: weights[i], g: g})
		}
		if err := s.Step(model); err != nil {
			t.Fatal(err)
		}
		if k := slices.Index(file.Kept, step+1); k >= 0 {
			var got []float64
			for _, w := range weights {
				got = append(got, golden.Convert[float64](w.Data().([]T))...)
			}
			golden.Near(t, fmt.Sprintf("weights after step %d", step+1), got, c.Weights[k], tolerance)
		}
	}
}
