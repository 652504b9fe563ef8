package model

import "errors"

// ErrStop ends training cleanly when a callback returns it (or an error that wraps it), once the callbacks
// after it have run: Fit returns the history up to there and no error.
var ErrStop = errors.New("training stopped by a callback")

// Callback hooks into Fit. Functions may be nil. An error ends training and is returned by Fit, except ErrStop. The
// weights' lock is free while a callback runs: it may call Predict and Evaluate, and training waits for it.
type Callback struct {
	TrainBegin func(Run) error
	BatchEnd   func(Batch) error
	EpochEnd   func(Epoch) error
	TrainEnd   func(*History) error

	// Interrupted is called in place of TrainEnd when Fit's context was cancelled: the run can
	// resume from the net's State.
	Interrupted func(*History) error

	// ValidationBatch gets the net's output for some rows of the validation, those from first on, as they are
	// computed for its loss. The next batch overwrites the tensor.
	ValidationBatch OutputFunc
}

// Run is what is known before the first step.
type Run struct {
	Epochs     int // epochs to train
	Batches    int // steps per epoch, the last smaller batch included
	BatchSize  int // rows per step
	Rows       int // training rows
	Metrics    []Metric
	Validation bool
	Before     []Epoch // those done before this Fit, which resumes their run
	Steps      int     // those done before this Fit in the epoch after Before
}

// Batch is the state after one step.
type Batch struct {
	Epoch    int     // from 1
	Batch    int     // from 1
	Batches  int     // steps per epoch
	Rows     int     // rows of this step
	Loss     float64 // mean over the epoch's rows so far
	Accuracy float64 // of the same rows; 0 unless the model measures it
}

// Epoch is the state after one epoch. Fields that the run does not measure are 0.
type Epoch struct {
	Epoch       int // from 1
	Epochs      int // epochs of this Fit
	Loss        float64
	Accuracy    float64
	ValLoss     float64
	ValAccuracy float64
	Seconds     float64 // wall clock, validation included
}

// each calls one hook of all callbacks that have it, in order, up to the first error; an ErrStop is returned after the
// last one.
func each[T any](callbacks []Callback, hook func(*Callback) func(T) error, state T) (stop error) {
	for i := range callbacks {
		h := hook(&callbacks[i])
		if h == nil {
			continue
		}
		if err := h(state); errors.Is(err, ErrStop) {
			stop = err
		} else if err != nil {
			return err
		}
	}
	return stop
}
