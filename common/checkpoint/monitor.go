package checkpoint

import (
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

// monitor follows the loss that is to fall, as Keras' EarlyStopping does with its defaults: the validation's, and of a
// run without one the training's. As there a fall that float32 does not tell is none: below that is noise. All it knows
// but the weights follows from the history.
type monitor struct {
	validation bool
	lowest     float32
	bestEpoch  int // 0: none yet
	wait       int // epochs since
	best       []*tensor.Dense
	seen       int // epochs
}

// observe tells whether the epoch is the best so far, and whether the run has been patient enough.
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
