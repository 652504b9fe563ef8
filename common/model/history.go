package model

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// Metric is a figure that is measured beside the loss.
type Metric int

// Accuracy is the share of rows whose prediction is right. As in Keras the shapes decide how it is
// counted: class numbers or one-hot targets by the largest output, a single output by a threshold
// of 0.5.
const Accuracy Metric = 1

// String gives Keras' name of the metric.
func (m Metric) String() string {
	if m == Accuracy {
		return "accuracy"
	}
	return fmt.Sprintf("Metric(%d)", int(m))
}

// History is what Fit measured, one entry per finished epoch.
type History struct {
	Epochs        []Epoch
	HasAccuracy   bool
	HasValidation bool
}

// columns lists the names and values that this run has, in Keras' order.
func (h *History) columns() (names []string, value func(Epoch) []float64) {
	names = append(names, "loss")
	if h.HasAccuracy {
		names = append(names, "accuracy")
	}
	if h.HasValidation {
		names = append(names, "val_loss")
		if h.HasAccuracy {
			names = append(names, "val_accuracy")
		}
	}
	return names, func(e Epoch) []float64 {
		values := []float64{e.Loss}
		if h.HasAccuracy {
			values = append(values, e.Accuracy)
		}
		if h.HasValidation {
			values = append(values, e.ValLoss)
			if h.HasAccuracy {
				values = append(values, e.ValAccuracy)
			}
		}
		return values
	}
}

// Names lists what the run measured: loss, accuracy, val_loss, val_accuracy, those that it has.
func (h *History) Names() []string {
	names, _ := h.columns()
	return names
}

// Series gives one of Names over the epochs; nil for a name that the run does not have.
func (h *History) Series(name string) []float64 {
	names, value := h.columns()
	for i, n := range names {
		if n != name {
			continue
		}
		series := make([]float64, len(h.Epochs))
		for j, e := range h.Epochs {
			series[j] = value(e)[i]
		}
		return series
	}
	return nil
}

// Last is the newest epoch, and the zero Epoch if there is none.
func (h *History) Last() Epoch {
	if len(h.Epochs) == 0 {
		return Epoch{}
	}
	return h.Epochs[len(h.Epochs)-1]
}

// WriteCSV writes the columns epoch, loss, accuracy, val_loss, val_accuracy, seconds, those that
// the run has, under a header. Values are written with all their digits, seconds with three.
func (h *History) WriteCSV(w io.Writer) error {
	names, value := h.columns()
	out := csv.NewWriter(w)
	record := append(append([]string{"epoch"}, names...), "seconds")
	if err := out.Write(record); err != nil {
		return err
	}
	for _, e := range h.Epochs {
		record = append(record[:0], strconv.Itoa(e.Epoch))
		for _, v := range value(e) {
			record = append(record, strconv.FormatFloat(v, 'g', -1, 64))
		}
		record = append(record, strconv.FormatFloat(e.Seconds, 'f', 3, 64))
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
