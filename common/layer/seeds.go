package layer

import (
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/random"
)

// Seeds takes the seeds of a layer from Python's generator, in the order in which Keras makes its initializers: those
// of its Params, 0 where the initializer does not draw, and that of what it draws while it trains, 0 if that is
// nothing.
func Seeds(l Layer, input tensor.Shape, python *random.Python) (params []uint32, training uint32) {
	own, inner := l.Params(input), Unwrap(l)
	made := own
	if i, ok := inner.(interface{ Initialized(tensor.Shape) []Param }); ok {
		made = i.Initialized(input)
	}
	params = make([]uint32, len(own))
	for _, m := range made {
		if !m.Initializer.Draws() {
			continue
		}
		seed := python.LayerSeed()
		if i := slices.IndexFunc(own, func(p Param) bool { return p.Name == m.Name }); i >= 0 {
			params[i] = seed
		}
	}
	if d, ok := inner.(interface{ Draws() bool }); ok && d.Draws() {
		var given bool
		if training, given = givenSeed(l); !given {
			training = python.LayerSeed()
		}
	}
	return params, training
}

// givenSeed is the seed that a layer around the one that draws gives it.
func givenSeed(l Layer) (seed uint32, given bool) {
	for {
		if s, ok := l.(interface{ Seed() (uint32, bool) }); ok {
			return s.Seed()
		}
		w, ok := l.(interface{ Unwrap() Layer })
		if !ok {
			return 0, false
		}
		l = w.Unwrap()
	}
}
