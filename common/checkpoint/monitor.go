package checkpoint

import (
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

// monitor follows the loss as Keras' EarlyStopping does with its defaults: that of the validation, or of the training
// if there is no validation, compared as float32. Everything except the best weights follows from the history.
type monitor struct {
	validation bool
	lowest     float32
	bestEpoch  int             // 0: none yet
	wait       int             // epochs since the best one
	best       []*tensor.Dense // nil unless the Keeper keeps them
	seen       int             // epochs
}

// observe adds an epoch. better is true if it is the best so far, stop after patience epochs without an improvement.
func (m *monitor) observe(e model.Epoch, patience int) (better, stop bool) {
	m.seen = e.Epoch
	loss := float32(e.Loss)
	if m.validation {
		loss = float32(e.ValLoss)
	}
	if m.bestEpoch == 0 || loss < m.lowest {
		m.lowest, m.bestEpoch, m.wait = loss, e.Epoch, 0
		return true, false
	}
	m.wait++
	return false, patience > 0 && m.wait >= patience
}
