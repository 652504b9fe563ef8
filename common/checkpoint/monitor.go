package checkpoint

import "gorgonia-lectures/common/model"

// monitor follows the loss that is to fall, as Keras' EarlyStopping does with its defaults: the validation's, and of a
// run without one the training's. All it knows but the weights follows from the history.
type monitor struct {
	validation bool
	lowest     float64
	bestEpoch  int // 0: none yet
	wait       int // epochs since
	best       [][]float64
}

// observe tells whether the epoch is the best so far, and whether the run has been patient enough.
func (m *monitor) observe(e model.Epoch, patience int) (better, stop bool) {
	loss := e.Loss
	if m.validation {
		loss = e.ValLoss
	}
	if m.bestEpoch == 0 || loss < m.lowest {
		m.lowest, m.bestEpoch, m.wait = loss, e.Epoch, 0
		return true, false
	}
	m.wait++
	return false, patience > 0 && m.wait >= patience
}
