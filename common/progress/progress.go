// Package progress shows the progress of a Fit on standard output.
package progress

import (
	"fmt"
	"math"
	"slices"

	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/model"
)

// shortEpoch bounds the rows of an epoch that is too short for a bar and a line of its own.
const shortEpoch = 1000

// Callback returns the callback that shows a Fit: a line for each epoch with the metrics of the run, and on a terminal
// a bar with batches, time left and running loss.
//
// Short epochs, of fewer than 1,000 rows, share one bar over the whole run. If there are more than 20 of them, 10 to 22
// have a line: the first, the last, and each multiple of a round number.
func (s *Screen) Callback() model.Callback {
	p := &progress{screen: s}
	c := model.Callback{TrainBegin: p.trainBegin, EpochEnd: p.epochEnd, TrainEnd: p.trainEnd}
	if s.terminal() {
		c.BatchEnd = p.batchEnd
	}
	return c
}

// progress is the state of one Fit's display.
type progress struct {
	screen   *Screen
	run      model.Run
	accuracy bool
	short    bool    // epochs share one bar
	every    int     // epochs from one line to the next
	seconds  float64 // since the last line
	printed  int     // epoch of the last line
	from     int64   // steps before the bar: above 0 in a resumed run
	bar      bar
}

func (p *progress) trainBegin(run model.Run) error {
	*p = progress{screen: p.screen, run: run, every: 1}
	p.accuracy = slices.Contains(run.Metrics, model.Accuracy)
	p.short = run.Rows < shortEpoch
	if p.short {
		p.every = spread(run.Epochs)
	}
	p.from = int64(run.Steps)
	if done := len(run.Before); done > 0 {
		p.printed = run.Before[done-1].Epoch
		if p.short {
			p.from += int64(done) * int64(run.Batches)
		}
	}
	p.startBar()
	return nil
}

// startBar resets the bar. It counts the remaining steps of the epoch, or of the run if epochs are short.
func (p *progress) startBar() {
	if !p.screen.terminal() {
		return
	}
	steps := int64(p.run.Batches)
	if p.short {
		steps *= int64(p.run.Epochs)
	}
	p.bar.start(max(1, steps-p.from), p.screen.columns())
}

func (p *progress) epochEnd(e model.Epoch) error {
	p.seconds += e.Seconds
	if e.Epoch == 1 || e.Epoch == e.Epochs || e.Epoch%p.every == 0 {
		p.print(e)
	}
	if !p.short {
		p.from = 0
		p.startBar()
	}
	return nil
}

// trainEnd prints the last epoch too, if training was stopped between two lines.
func (p *progress) trainEnd(h *model.History) error {
	if last := h.Last(); last.Epoch != p.printed {
		p.print(last)
	}
	p.screen.Clear()
	return nil
}

// print prints a line like that of Keras at the end of an epoch. Its time is that since the line before.
func (p *progress) print(e model.Epoch) {
	l := p.screen.lang
	line := l.Sprintf("Epoch %d/%d - %s - loss: %s", e.Epoch, e.Epochs, duration(p.seconds), decimals(e.Loss))
	if p.accuracy {
		line += l.Sprintf(" - accuracy: %s", decimals(e.Accuracy))
	}
	if p.run.Validation {
		line += l.Sprintf(" - val_loss: %s", decimals(e.ValLoss))
		if p.accuracy {
			line += l.Sprintf(" - val_accuracy: %s", decimals(e.ValAccuracy))
		}
	}
	p.screen.Printf("%s\n", line)
	p.seconds, p.printed = 0, e.Epoch
}

// batchEnd updates the bar.
func (p *progress) batchEnd(b model.Batch) error {
	whole := b.Batch == b.Batches && !p.short // validation may take a while from here
	if !p.bar.due(p.screen.now, whole) {
		return nil
	}
	position := int64(b.Batch)
	if p.short {
		position += int64(b.Epoch-1) * int64(b.Batches)
	}
	shown, err := p.bar.at(position - p.from)
	if err != nil {
		return err
	}
	l := p.screen.lang
	line := l.Sprintf("Epoch %d/%d%s - loss: %s", b.Epoch, p.run.Epochs, shown, decimals(b.Loss))
	more := func(part string) {
		if lang.Width(line)+lang.Width(part) < p.screen.columns() {
			line += part
		}
	}
	if p.accuracy {
		more(l.Sprintf(" - accuracy: %s", decimals(b.Accuracy)))
	}
	if whole && p.run.Validation {
		more(l.Sprintf(" - validating"))
	}
	p.screen.draw(line)
	return nil
}

// spread returns the number of epochs from one line to the next: the smallest 1, 2 or 5 times a power of ten with at
// most 20 multiples in epochs.
func spread(epochs int) int {
	for unit := 1; ; unit *= 10 {
		for _, digit := range []int{1, 2, 5} {
			if every := digit * unit; epochs/every <= 20 {
				return every
			}
		}
	}
}

// decimals formats a metric as Keras does: four decimals, or an exponent if they would show too few digits.
func decimals(x float64) string {
	if a := math.Abs(x); (a > 1e-3 && a < 1e9) || a == 0 {
		return fmt.Sprintf("%.4f", x)
	}
	return fmt.Sprintf("%.4e", x)
}

// duration formats seconds as 12ms or 3.4s.
func duration(seconds float64) string {
	if seconds < 0.9995 {
		return fmt.Sprintf("%.0fms", seconds*1000)
	}
	return fmt.Sprintf("%.1fs", seconds)
}
