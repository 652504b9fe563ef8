package show

import (
	"context"
	"fmt"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
)

// Confusion draws confusion.png: which class the net takes for which. It skips rows without a class, which a one-hot
// encoding does not know.
func Confusion(classes []string) Part {
	return func(ctx context.Context, out Output, t Trained) error {
		out.Draw(ctx, "confusion.png", func() (Drawing, error) { return confusion(t.Reading, t.Test, classes) })
		return nil
	}
}

// LiveConfusion is Confusion for a page, of the last validation.
func LiveConfusion(data dataset.Set, classes []string) Picture {
	return Picture{
		Title: "Confusion matrix",
		Alt:   "How many test rows of each true class (row) are predicted as which class (column).",
		Width: 5 * vg.Inch, Height: 5 * vg.Inch,
		Draw: func(m Moment) (chart.Picture, error) {
			if !m.Reading.of(data) {
				return nil, nil
			}
			return confusion(m.Reading, data, classes)
		},
	}
}

func confusion(r Reading, data dataset.Set, classes []string) (*chart.Confusion, error) {
	if len(classes) != r.Classes {
		return nil, fmt.Errorf("%d names for the %d classes of the net", len(classes), r.Classes)
	}
	var labels, predicted []int
	for i, p := range r.Predicted {
		if label := data.Label(i); label >= 0 {
			labels, predicted = append(labels, label), append(predicted, p)
		}
	}
	return chart.NewConfusion(classes, labels, predicted)
}
