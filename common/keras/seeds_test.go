package keras_test

import (
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// Initializers and layers with seeds of their own in a file of Keras draw from these, and take none of the net's. A
// file of ours has them too.
func TestOwnSeeds(t *testing.T) {
	var want struct {
		X       []float64   `json:"x"`
		Y       []float64   `json:"y"`
		Initial [][]float64 `json:"initial"`
		Final   [][]float64 `json:"final"`
	}
	golden.Read(t, "testdata/seeds/own.json", &want)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	data, err := dataset.FromFloats([]int{6}, want.X, []int{}, want.Y)
	must(err)
	folder := t.TempDir()
	paths := []string{"testdata/seeds/own.keras", filepath.Join(folder, "own.keras"), filepath.Join(folder, "own.h5")}
	for i, path := range paths {
		net, err := keras.LoadWith(path, model.Config{Seed: 1})
		must(err)
		if i == 0 {
			save(t, paths[1], net)
			save(t, paths[2], net)
		}
		var layers []layer.Layer
		for _, l := range net.Layers() {
			layers = append(layers, l.Layer)
		}
		config := net.Config()
		config.Start = nil
		fresh := model.Sequential(model.Input(net.InputShape()...), layers...)
		must(fresh.Compile(config))
		for j, p := range fresh.Params() {
			near(t, path+" "+p.Name, model.Float64s(p.Value), want.Initial[j], 0)
		}
		_, err = net.Fit(t.Context(), data, model.Fit{Epochs: 3, Batch: 4})
		must(err)
		for j, p := range net.Params() {
			near(t, path+" "+p.Name+" after training", model.Float64s(p.Value), want.Final[j], 1e-12)
		}
	}
}
