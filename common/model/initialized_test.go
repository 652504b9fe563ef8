package model_test

import (
	"testing"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// Keras makes the initializer of beta before that of gamma, and also those of weights that a layer does not have. The
// numbers are the first ones of Keras 3.15.1 after set_random_seed(1), of Dense(5), the layer, Dropout(0.3) and
// Dense(3), for rows of 6 numbers; initializers are given by name or as a dict.
func TestInitializersInKerasOrder(t *testing.T) {
	around, small := layer.RandomUniform{Min: 0.5, Max: 1.5}, layer.RandomNormal{}
	dense := layer.Dense{Units: 5}
	for _, c := range []struct {
		name   string
		layers []layer.Layer
		want   map[string]float64
	}{
		{"gamma and beta", []layer.Layer{dense, layer.BatchNormalization{GammaInitializer: around, BetaInitializer: small}},
			map[string]float64{"batch_normalization.gamma": 1.002443552017212,
				"batch_normalization.beta": 0.029519859701395035, "dense_1.kernel": -0.5432804822921753}},
		{"statistics", []layer.Layer{dense,
			layer.BatchNormalization{MovingMeanInitializer: small, MovingVarianceInitializer: around}},
			map[string]float64{"batch_normalization.moving_mean": 0.029519859701395035,
				"batch_normalization.moving_variance": 1.002443552017212}},
		{"no beta", []layer.Layer{dense, layer.BatchNormalization{NoCenter: true, BetaInitializer: small}},
			map[string]float64{"dense_1.kernel": -0.022950053215026855}},
		{"no bias", []layer.Layer{layer.Frozen{Layer: layer.Dense{Units: 5, NoBias: true, BiasInitializer: small}}},
			map[string]float64{"dense.kernel": -0.35598084330558777, "dense_1.kernel": -0.022950053215026855}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := model.Sequential(model.Input(6), append(c.layers, layer.Dropout{Rate: 0.3}, layer.Dense{Units: 3})...)
			nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1), Seed: 1})
			found := 0
			for _, p := range net.Params() {
				if want, ok := c.want[p.Name]; ok {
					found++
					// RandomNormal has the bits of one C library
					if got := model.Float64s(p.Value)[0]; !(got-want < 1e-8 && want-got < 1e-8) {
						t.Errorf("%s begins with %v, want %v", p.Name, got, want)
					}
				}
			}
			if found != len(c.want) {
				t.Errorf("%d of the parameters, want %d", found, len(c.want))
			}
		})
	}
}
