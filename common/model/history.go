package model

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Metric is what is measured beside the loss.
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

// column is something that a run may measure.
type column struct {
	name     string
	measured bool
	value    func(Epoch) float64
}

// columns lists what this run has, in Keras' order.
func (h *History) columns() []column {
	return slices.DeleteFunc([]column{
		{"loss", true, func(e Epoch) float64 { return e.Loss }},
		{"accuracy", h.HasAccuracy, func(e Epoch) float64 { return e.Accuracy }},
		{"val_loss", h.HasValidation, func(e Epoch) float64 { return e.ValLoss }},
		{"val_accuracy", h.HasValidation && h.HasAccuracy, func(e Epoch) float64 { return e.ValAccuracy }},
	}, func(c column) bool { return !c.measured })
}

// Names lists what the run measured: loss, accuracy, val_loss, val_accuracy, those that it has.
func (h *History) Names() []string {
	var names []string
	for _, c := range h.columns() {
		names = append(names, c.name)
	}
	return names
}

// Series gives one of Names over the epochs; nil for a name that the run does not have.
func (h *History) Series(name string) []float64 {
	for _, c := range h.columns() {
		if c.name == name {
			series := make([]float64, len(h.Epochs))
			for i, e := range h.Epochs {
				series[i] = c.value(e)
			}
			return series
		}
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
	out, columns := csv.NewWriter(w), h.columns() // out.Error has what fails on the way
	record := append(append([]string{"epoch"}, h.Names()...), "seconds")
	_ = out.Write(record)
	for _, e := range h.Epochs {
		record = append(record[:0], strconv.Itoa(e.Epoch))
		for _, c := range columns {
			record = append(record, strconv.FormatFloat(c.value(e), 'g', -1, 64))
		}
		record = append(record, strconv.FormatFloat(e.Seconds, 'f', 3, 64))
		_ = out.Write(record)
	}
	out.Flush()
	return out.Error()
}
