package layer_test

import (
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/random"
)

// owned is a layer whose random numbers have a seed of their own.
type owned struct{ layer.Layer }

func (o owned) Unwrap() layer.Layer { return o.Layer }
func (owned) Seed() (uint32, bool)  { return 5, true }

// Seeds are taken in Keras' order, also for what a layer does not have; package model compares their numbers with
// Keras'.
func TestSeeds(t *testing.T) {
	python := random.NewPython(1)
	var seeds [4]uint32
	for i := range seeds {
		seeds[i] = python.LayerSeed()
	}
	drawn := layer.RandomNormal{}
	for _, c := range []struct {
		name     string
		layer    layer.Layer
		params   []uint32
		training uint32
		taken    int
	}{
		{"kernel", layer.Dense{Units: 2}, []uint32{seeds[0], 0}, 0, 1},
		{"a bias that is not there", layer.Frozen{Layer: layer.Dense{Units: 2, NoBias: true, BiasInitializer: drawn}},
			[]uint32{seeds[0]}, 0, 2},
		{"beta before gamma", layer.BatchNormalization{GammaInitializer: drawn, BetaInitializer: drawn},
			[]uint32{seeds[1], seeds[0], 0, 0}, 0, 2},
		{"dropout", layer.Frozen{Layer: layer.Dropout{Rate: 0.5}}, []uint32{}, seeds[0], 1},
		{"nothing", layer.Dropout{}, []uint32{}, 0, 0},
		{"a seed of its own", layer.Frozen{Layer: owned{layer.Dropout{Rate: 0.5}}}, []uint32{}, 5, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			python := random.NewPython(1)
			params, training := layer.Seeds(c.layer, tensor.Shape{3}, python)
			if !slices.Equal(params, c.params) || training != c.training || python.LayerSeed() != seeds[c.taken] {
				t.Errorf("seeds %d and %d, want %d and %d after %d draws", params, training, c.params, c.training, c.taken)
			}
		})
	}
}

// The names are those of Keras 3.15.1.
func TestLayerNames(t *testing.T) {
	names := layer.Names{}
	var got []string
	for _, kind := range []string{"Dense", "MaxPooling2D", "Dense", "ReLU", "LeakyReLU", "ELU", "Dense",
		"GlobalAveragePooling2D", "ZeroPadding2D", "Conv2DTranspose"} {
		got = append(got, names.Next(kind))
	}
	want := []string{"dense", "max_pooling2d", "dense_1", "re_lu", "leaky_re_lu", "elu", "dense_2",
		"global_average_pooling2d", "zero_padding2d", "conv2d_transpose"}
	if !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
}
