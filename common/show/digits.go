package show

import (
	"context"
	"fmt"
	"strconv"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/random"
)

// gridSide is the number of rows and columns of the lecture's grid of digits. The grid of a page has fewer, because its
// text must be readable from a distance.
const (
	gridSide    = 4
	liveRows    = 2
	liveColumns = 6
)

// Numbers returns the numbers from 0 as names of n classes.
func Numbers(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

// classNames are those of the net's classes in the data.
func (r Reading) classNames(data dataset.Set) []string {
	names := make([]string, r.Classes)
	for i := range names {
		names[i] = data.ClassName(i)
	}
	return names
}

// firstRows and firstColumns are the grid of FirstDigits.
const firstRows, firstColumns = 5, 5

// FirstDigits draws digits.png: the first 25 digits of the data with their labels, or all if there are fewer. Programs
// call it before training.
func FirstDigits(ctx context.Context, out Output, data dataset.Set) {
	out.Draw(ctx, "digits.png", func() (Drawing, error) {
		var digits []chart.Digit
		for i := range min(firstRows*firstColumns, data.Len()) {
			digits = append(digits, chart.Digit{Pixels: data.Pixels(i), Title: data.ClassName(data.Label(i))})
		}
		if err := data.Err(); err != nil { // of the pixels
			return nil, err
		}
		grid, err := chart.NewDigitGrid(firstRows, firstColumns, digits)
		if err != nil {
			return nil, err
		}
		grid.Width, grid.Height = 8*vg.Inch, 8*vg.Inch
		return grid, nil
	})
}

// WrongDigits prints the indices and the number of the test digits that are wrong, and draws confusion.png; wrong.png,
// 16 of them as the lecture's random.choices draws them after the net's seeds; and confident.png, the 16 of which the
// net is most sure. If all are right, it prints that and draws no grids.
func WrongDigits(ctx context.Context, out Output, t Trained) error {
	if err := Confusion(t.Reading.classNames(t.Test))(ctx, out, t); err != nil {
		return err
	}
	wrong := t.Reading.wrong(t.Test)
	if len(wrong) == 0 {
		out.Printf("all %d test digits are right: no wrong ones to draw\n", t.Test.Len())
		return nil
	}
	out.Printf("wrong digits:%s\n", indices(wrong))
	out.Printf("%d of %d test digits are wrong\n", len(wrong), t.Test.Len())
	drawn := random.Choices(t.Net.Random(), wrong, gridSide*gridSide)
	out.Draw(ctx, "wrong.png", func() (Drawing, error) {
		return t.Reading.grid(t.Test, gridSide, gridSide, drawn, func(i int, label, predicted string) chart.Digit {
			return chart.Wrong(t.Test.Pixels(i), label, predicted)
		})
	})
	out.Draw(ctx, "confident.png", func() (Drawing, error) {
		surest := t.Reading.surest(wrong, gridSide*gridSide)
		return t.Reading.grid(t.Test, gridSide, gridSide, surest, func(i int, label, predicted string) chart.Digit {
			d := chart.Wrong(t.Test.Pixels(i), label, predicted)
			d.Title += fmt.Sprintf(" (%.2f %%)", 100*t.Reading.Sure[i])
			return d
		})
	})
	return nil
}

// LiveWrong is confident.png of WrongDigits for a page, of the last validation.
func LiveWrong(test dataset.Set) Picture {
	return Picture{
		Title: "Most confident mistakes",
		Alt:   "Test digits that the net misreads, those with the highest probability first.",
		Width: 10.5 * vg.Inch, Height: 4.6 * vg.Inch,
		Draw: func(m Moment) (chart.Picture, error) {
			if !m.Reading.of(test) {
				return nil, nil
			}
			wrong := m.Reading.wrong(test)
			if len(wrong) == 0 {
				return nil, nil
			}
			surest := m.Reading.surest(wrong, liveRows*liveColumns)
			grid, err := m.Reading.grid(test, liveRows, liveColumns, surest, func(i int, label, predicted string) chart.Digit {
				return chart.Digit{Pixels: test.Pixels(i), // a page has less room for text than a picture file
					Title: fmt.Sprintf("%s taken for %s, %.0f %%", label, predicted, 100*m.Reading.Sure[i])}
			})
			if err != nil {
				return nil, err
			}
			grid.Title = fmt.Sprintf("%d of %d are wrong", len(wrong), test.Len())
			return grid, nil
		},
	}
}

// grid is a grid, with the given number of rows and columns, of the given test digits.
func (r Reading) grid(
	test dataset.Set, rows, columns int, indices []int, digit func(i int, label, predicted string) chart.Digit,
) (*chart.DigitGrid, error) {
	var digits []chart.Digit
	for _, i := range indices {
		digits = append(digits, digit(i, test.ClassName(test.Label(i)), test.ClassName(r.Predicted[i])))
	}
	if err := test.Err(); err != nil { // of the pixels
		return nil, err
	}
	return chart.NewDigitGrid(rows, columns, digits)
}

// indices lists numbers in lines of 16.
func indices(numbers []int) string {
	text := []byte{}
	for i, n := range numbers {
		if i%16 == 0 {
			text = append(text, "\n "...)
		}
		text = append(text, ' ')
		text = strconv.AppendInt(text, int64(n), 10)
	}
	return string(text)
}
