package keras_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
)

// Files of Keras with normalization, pooling, a frozen layer, a regularizer and a constraint predict here what they
// predict there, train on where the suite can, and are saved with all of their settings.
func TestNormalizationOfKeras(t *testing.T) {
	var expected map[string]struct{ Output [][]float64 }
	if err := json.Unmarshal([]byte(content(t, filepath.Join("testdata", "cases", "normalization.json"))), &expected); err != nil {
		t.Fatal(err)
	}
	for stem, want := range expected {
		t.Run(stem, func(t *testing.T) {
			net, err := keras.Load(filepath.Join("testdata", "cases", stem+".h5"))
			if err != nil {
				t.Fatal(err)
			}
			x := array{Shape: append([]int{len(want.Output)}, net.InputShape()...)}
			for j := range len(want.Output) * 28 * 28 {
				x.Data = append(x.Data, float64(37*j%101)/100)
			}
			y, err := net.Predict(rows(t, x, array{}))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "prediction", model.Float64s(y), slices.Concat(want.Output...), 1e-5)
			keras.RoundTrip(t, net)

			data := rows(t, x, array{[]int{2}, []float64{3, 7}})
			before := net.Weights()
			_, err = net.Fit(t.Context(), data, model.Fit{Epochs: 2, Batch: 1})
			if stem == "maxnorm_constraint" {
				if _, err := net.Fit(t.Context(), data, model.Fit{Batch: 1, Validation: data}); err != nil {
					t.Errorf("a Fit of no epochs: %v", err)
				}
				wording.Check(t, err, "layer 1 (Conv2D)", "kernel_constraint", "MaxNorm", "not supported")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range net.Params() {
				same := slices.Equal(model.Float64s(p.Value), model.Float64s(before[i]))
				if frozen := stem == "frozen_layer" && strings.HasPrefix(p.Name, "conv2d."); same != frozen {
					t.Errorf("%s: unchanged %t, want %t", p.Name, same, frozen)
				}
			}
			keras.RoundTrip(t, net)
		})
	}
}
