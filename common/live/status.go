package live

import (
	"math"
	"time"
)

// status is the event with the progress of the run.
type status struct {
	State       string   `json:"state"`
	Run         int      `json:"run"` // its number, from 1
	Message     string   `json:"message,omitempty"`
	Epoch       int      `json:"epoch"` // of the batch
	Epochs      int      `json:"epochs"`
	Batch       int      `json:"batch"`
	Batches     int      `json:"batches"`
	Share       float64  `json:"share"`          // of all steps, those done: 0 to 1
	Left        *float64 `json:"left,omitempty"` // seconds; nil: unknown
	Loss        *float64 `json:"loss,omitempty"` // of this epoch so far
	Accuracy    *float64 `json:"accuracy,omitempty"`
	ValLoss     *float64 `json:"val_loss,omitempty"` // of the last validation
	ValAccuracy *float64 `json:"val_accuracy,omitempty"`
	Speed       float64  `json:"speed"` // the largest number of epochs a second; 0: no limit
	Viewers     int      `json:"viewers"`
}

func (p *progress) status() status {
	p.lock.Lock()
	defer p.lock.Unlock()
	s := status{State: p.state, Run: p.number, Message: p.message, Epoch: p.batch.Epoch, Epochs: p.run.Epochs,
		Batch: p.batch.Batch, Batches: p.run.Batches, Speed: p.speed}
	if s.State == training {
		switch {
		case p.stop:
			s.State = stopping
		case p.held:
			s.State = paused
		case p.paused:
			s.State = pausing
		}
	}
	if p.restarting {
		s.State, s.Message = restarting, ""
	}
	all, steps := p.run.Epochs*p.run.Batches, p.position()
	if all > 0 {
		s.Share = float64(steps) / float64(all)
	}
	if passed := steps - p.sinceSteps; s.State == training && passed > 0 {
		s.Left = finite(time.Since(p.since).Seconds() / float64(passed) * float64(all-steps))
	}
	if p.batch.Batches == 0 && p.run.Batches > 0 { // a resumed run, before its next step
		s.Epoch, s.Batch = len(p.run.Before), p.run.Steps
		if s.Batch > 0 {
			s.Epoch++
		}
	}
	if p.batch.Batches > 0 {
		s.Loss = finite(p.batch.Loss)
		if p.epochs.accuracy {
			s.Accuracy = finite(p.batch.Accuracy)
		}
	}
	if p.run.Validation && p.epoch.Epoch > 0 {
		s.ValLoss = finite(p.epoch.ValLoss)
		if p.epochs.accuracy {
			s.ValAccuracy = finite(p.epoch.ValAccuracy)
		}
	}
	return s
}

// moment returns the state from which pictures are drawn. trains is true if drawing them would delay the training.
func (p *progress) moment() (m moment, trains bool) {
	p.lock.Lock()
	defer p.lock.Unlock()
	m.epochs, m.trace = p.epochs.copy(), p.steps.copy()
	m.Epoch, m.Reading = p.epoch.Epoch, p.reading
	return m, p.state == training && !p.held
}

// finite returns x for JSON; nil for NaN and the infinities, which JSON cannot encode.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
