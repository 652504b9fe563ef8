package op_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/op"
)

func spatialOp(rate float64, m op.Mask) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.SpatialDropout2D(in[0], rate, m) }
}

func noiseOp(stddev float64, m op.Mask) builder {
	return func(in ...*gorgonia.Node) (*gorgonia.Node, error) { return op.GaussianNoise(in[0], stddev, m) }
}

func TestNoiseAgainstDifferences(t *testing.T) {
	step := uint64(1)
	m := op.Mask{Seed: 2, Step: &step}
	rng := rand.New(rand.NewPCG(2, 16))
	for _, rate := range []float64{0, .25, .9} {
		checkGradients(t, spatialOp(rate, m), 0, random(rng, 4, 3, 2, 5))
	}
	checkGradients(t, noiseOp(.5, m), 0, random(rng, 5, 9))
	checkGradients(t, func(in ...*gorgonia.Node) (*gorgonia.Node, error) { // between other operations
		y, err := op.Dense(in[0], in[1], nil, false)
		if err != nil {
			return nil, err
		}
		if y, err = op.GaussianNoise(y, .5, m); err != nil {
			return nil, err
		}
		return op.Dense(y, in[2], nil, true)
	}, 0, random(rng, 3, 4), random(rng, 4, 5), random(rng, 5, 2))
}

// Seed and step each draw anew, at each run; the numbers of a row are its own, in a batch of any size and in
// the shard of a rank.
func TestNoiseIsCounted(t *testing.T) {
	const rows, height, width, channels = 24, 3, 2, 20
	for name, build := range map[string]func(m op.Mask) builder{
		"SpatialDropout2D": func(m op.Mask) builder { return spatialOp(.5, m) },
		"GaussianNoise":    func(m op.Mask) builder { return noiseOp(.5, m) },
	} {
		draw := func(m op.Mask, step uint64, rows int, dtype tensor.Dtype) []float64 {
			m.Step = &step
			ones := array{[]int{rows, height, width, channels}, slices.Repeat([]float64{1}, rows*height*width*channels)}
			tr := newTrial(t, build(m), dtype, 0, ones)
			tr.run(t)
			y := values(t, tr.y)
			step++
			tr.run(t)
			if slices.Equal(y, values(t, tr.y)) {
				t.Errorf("%s: the next step repeats the numbers", name)
			}
			step--
			tr.run(t)
			if !slices.Equal(y, values(t, tr.y)) {
				t.Errorf("%s: going back a step gives other numbers", name)
			}
			return y
		}
		for _, dtype := range dtypes {
			m := op.Mask{Seed: 1}
			base := draw(m, 3, rows, dtype)
			for what, other := range map[string][]float64{
				"seed": draw(op.Mask{Seed: 2}, 3, rows, dtype),
				"step": draw(m, 4, rows, dtype),
			} {
				if slices.Equal(base, other) {
					t.Errorf("%s: another %s gives the same numbers", name, what)
				}
			}
			const first = 7
			m.Row = first
			row := height * width * channels
			if shard := draw(m, 3, 5, dtype); !slices.Equal(shard, base[first*row:(first+5)*row]) {
				t.Errorf("%s, %v: a shard draws other numbers than its rows in the batch", name, dtype)
			}
		}
	}
}

// Dropped channels are dropped as a whole, at the rate; noise has the mean and the deviation that it should.
func TestNoiseIsRandom(t *testing.T) {
	step := uint64(0)
	m := op.Mask{Seed: 1, Step: &step}
	const rows, pixels, channels, rate = 40, 6, 25, .3
	n := rows * pixels * channels
	ones := array{[]int{rows, 3, 2, channels}, slices.Repeat([]float64{1}, n)}
	tr := newTrial(t, spatialOp(rate, m), tensor.Float64, 0, ones)
	tr.run(t)
	y, dropped := values(t, tr.y), 0
	for i, v := range y {
		if same := y[i/(pixels*channels)*pixels*channels+i%channels]; v != same || v != 0 && v != 1/(1-rate) {
			t.Fatalf("element %d is %v, its channel %v", i, v, same)
		}
		if v == 0 {
			dropped++
		}
	}
	if off := math.Abs(float64(dropped/pixels) - rate*rows*channels); off > 5*math.Sqrt(rate*(1-rate)*rows*channels) {
		t.Errorf("%d of %d channels dropped", dropped/pixels, rows*channels)
	}

	tr = newTrial(t, noiseOp(.5, m), tensor.Float64, 0, ones)
	tr.run(t)
	var sum, squares float64
	for _, v := range values(t, tr.y) {
		sum, squares = sum+v-1, squares+(v-1)*(v-1)
	}
	if mean := sum / float64(n); math.Abs(mean) > 5*.5/math.Sqrt(float64(n)) {
		t.Errorf("the noise has the mean %v", mean)
	}
	if variance := squares / float64(n); math.Abs(variance-.25) > 5*.25*math.Sqrt(2/float64(n)) {
		t.Errorf("the noise has the variance %v, want %v", variance, .25)
	}
	if slices.Equal(values(t, tr.y)[:5], values(t, tr.y)[pixels*channels:][:5]) {
		t.Error("two rows have the same noise")
	}
}
