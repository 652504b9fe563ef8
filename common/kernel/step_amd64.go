//go:build amd64 && !purego

package kernel

import "unsafe"

// stepAssembly takes the step for some of the weights; all slices that the rule has are as long as g.
func stepAssembly(u *update[float32], w, m, v, g []float32) {
	if level == AVX512 {
		stepAVX512(u, w, m, v, g)
	} else {
		stepAVX2(u, w, m, v, g)
	}
}

func stepAVX512(u *update[float32], w, m, v, g []float32) {
	pw, pm, pv, pg, n := unsafe.SliceData(w), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(g), len(g)
	switch u.rule {
	case sgd:
		sgdAVX512(pw, pg, n, u.rate)
	case classical:
		momentumAVX512(pw, pv, pg, n, u.rate, u.keep)
	case nesterovs:
		nesterovAVX512(pw, pv, pg, n, u.rate, u.keep)
	case rmsprop:
		rmspropAVX512(pw, pv, pg, n, u.rate, u.keep, u.take2, u.epsilon)
	case adagrad:
		adagradAVX512(pw, pv, pg, n, u.rate, u.epsilon)
	case adam:
		adamAVX512(pw, pm, pv, pg, n, u.rate, u.take1, u.take2, u.epsilon, u.decay)
	}
}

func stepAVX2(u *update[float32], w, m, v, g []float32) {
	pw, pm, pv, pg, n := unsafe.SliceData(w), unsafe.SliceData(m), unsafe.SliceData(v), unsafe.SliceData(g), len(g)
	switch u.rule {
	case sgd:
		sgdAVX2(pw, pg, n, u.rate)
	case classical:
		momentumAVX2(pw, pv, pg, n, u.rate, u.keep)
	case nesterovs:
		nesterovAVX2(pw, pv, pg, n, u.rate, u.keep)
	case rmsprop:
		rmspropAVX2(pw, pv, pg, n, u.rate, u.keep, u.take2, u.epsilon)
	case adagrad:
		adagradAVX2(pw, pv, pg, n, u.rate, u.epsilon)
	case adam:
		adamAVX2(pw, pm, pv, pg, n, u.rate, u.take1, u.take2, u.epsilon, u.decay)
	}
}
