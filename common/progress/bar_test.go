package progress

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/model"
)

// rendered is what a terminal shows after text: its lines, the last of which may be unfinished.
func rendered(text string) []string {
	var lines []string
	for part := range strings.SplitSeq(text, "\n") {
		var line []byte
		for over := range strings.SplitSeq(part, "\r") {
			line = append([]byte(over), line[min(len(over), len(line)):]...)
		}
		lines = append(lines, strings.TrimRight(string(line), " "))
	}
	return lines
}

// drawings are the bars that were drawn over each other.
func drawings(text string) []string {
	var bars []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if part = strings.TrimRight(part, " "); strings.Contains(part, "%") {
			bars = append(bars, part)
		}
	}
	return bars
}

func TestBarWithinAnEpoch(t *testing.T) {
	_, c, out := display(t, 100, ticking(pause))
	run := model.Run{Epochs: 2, Batches: 4, Rows: 1000, Metrics: []model.Metric{model.Accuracy}, Validation: true}
	train(t, c, run, 2, func(int) model.Epoch { return model.Epoch{Loss: 1, Seconds: 2} })
	if got, want := strings.Join(rendered(out.String()), "\n"), `Epoch 1/2 - 2.0s - loss: 1.0000 - accuracy: 0.0000 - val_loss: 0.0000 - val_accuracy: 0.0000
Epoch 2/2 - 2.0s - loss: 1.0000 - accuracy: 0.0000 - val_loss: 0.0000 - val_accuracy: 0.0000
`; got != want {
		t.Errorf("the terminal shows\n%s, want\n%s", got, want)
	}
	got := strings.Join(drawings(out.String()), "\n")
	got = regexp.MustCompile(`\[\d+s:\d+s\]`).ReplaceAllString(got, "[TIME]")
	// The clock is first read at the first step, so that step is not drawn.
	want := `Epoch 1/2  50% [============>.............] (2/4) [TIME] - loss: 0.5000 - accuracy: 0.5000
Epoch 1/2  75% [==================>.......] (3/4) [TIME] - loss: 0.3333 - accuracy: 0.5000
Epoch 1/2 100% [==========================] (4/4) - loss: 0.2500 - accuracy: 0.5000 - validating
Epoch 2/2  25% [=====>....................] (1/4) [TIME] - loss: 1.0000 - accuracy: 0.5000
Epoch 2/2  50% [============>.............] (2/4) [TIME] - loss: 0.5000 - accuracy: 0.5000
Epoch 2/2  75% [==================>.......] (3/4) [TIME] - loss: 0.3333 - accuracy: 0.5000
Epoch 2/2 100% [==========================] (4/4) - loss: 0.2500 - accuracy: 0.5000 - validating`
	if got != want {
		t.Errorf("drew\n%s, want\n%s", got, want)
	}
}

func TestOneBarOverShortEpochs(t *testing.T) {
	_, c, out := display(t, 100, ticking(pause/4))
	train(t, c, model.Run{Epochs: 5000, Batches: 4, Rows: 4}, 5000, func(int) model.Epoch { return model.Epoch{Loss: 1} })
	shown := rendered(out.String())
	if len(shown) != 12 || shown[10] != "Epoch 5000/5000 - 0ms - loss: 1.0000" || shown[11] != "" {
		t.Errorf("the terminal shows\n%s, want 11 lines and no bar", strings.Join(shown, "\n"))
	}
	last := 0
	bar := regexp.MustCompile(`^Epoch (\d+)/5000 +\d+% \[[=>.]{26}\] \((\d+)/20000\)( \[\d+s:\d+s\])? - loss: \d\.\d{4}$`)
	for _, line := range drawings(out.String()) {
		if !bar.MatchString(line) {
			t.Fatalf("drew %q", line)
		}
		var epoch, of, step int
		_, err := fmt.Sscanf(bar.ReplaceAllString(line, "$1 5000 $2"), "%d %d %d", &epoch, &of, &step)
		check(t, err)
		if step <= last || epoch != (step+3)/4 {
			t.Fatalf("drew step %d of epoch %d after step %d", step, epoch, last)
		}
		last = step
	}
	if last < 19000 {
		t.Errorf("the last bar stood at step %d of 20000", last)
	}
}

func TestBarFitsTheTerminal(t *testing.T) {
	for _, columns := range []int{1, 2, 10, 40, 61, 79, 80, 81, 120, 300} {
		_, c, out := display(t, columns, ticking(pause))
		run := model.Run{Epochs: 10, Batches: 50, Rows: 5000, Metrics: []model.Metric{model.Accuracy}}
		train(t, c, run, 3, func(int) model.Epoch { return model.Epoch{} })
		for part := range strings.FieldsFuncSeq(out.String(), func(r rune) bool { return r == '\r' || r == '\n' }) {
			if len(part) >= columns && !strings.Contains(part, "/10 - ") {
				t.Errorf("%d columns: drew %d: %q", columns, len(part), part)
			}
		}
		if columns >= 80 && !strings.Contains(out.String(), "(49/50) [0s:0s] - loss: 0.0204 - accuracy: 0.5000") {
			t.Errorf("%d columns: not all of the bar is there:\n%q", columns, out.String())
		}
	}
}

// A syllable of Hangul takes two cells, and is not cut in two.
func TestKoreanBarFitsTheTerminal(t *testing.T) {
	for columns := range 130 {
		s, _, out := display(t, columns+1, ticking(pause))
		s.lang = lang.Korean
		run := model.Run{Epochs: 10, Batches: 50, Rows: 5000, Metrics: []model.Metric{model.Accuracy}, Validation: true}
		train(t, s.Callback(), run, 3, func(int) model.Epoch { return model.Epoch{} })
		for part := range strings.FieldsFuncSeq(out.String(), func(r rune) bool { return r == '\r' || r == '\n' }) {
			if width := lang.Width(part); width > columns && !strings.Contains(part, "/10 - ") || !utf8.ValidString(part) {
				t.Errorf("%d columns: drew %d: %q", columns+1, width, part)
			}
		}
		if columns >= 79 && !strings.Contains(out.String(), "(49/50) [0s:0s] - 손실: 0.0204 - 정확도: 0.5000") {
			t.Errorf("%d columns: not all of the bar is there:\n%q", columns+1, out.String())
		}
		s.draw("에포크")
		s.Clear()
		want := "\r" + strings.Repeat(" ", min(6, columns/2*2)) + "\r"
		if columns > 1 && !strings.HasSuffix(out.String(), want) {
			t.Errorf("%d columns: the bar is not wiped by %q: %q", columns+1, want, out.String())
		}
	}
}

func TestBarIsDrawnSeldom(t *testing.T) {
	clock, reads := time.Unix(0, 0), 0
	_, c, out := display(t, 100, func() time.Time {
		reads++
		return clock
	})
	const steps = 1_000_000
	check(t, c.TrainBegin(model.Run{Epochs: 1, Batches: steps, Rows: steps}))
	for b := 1; b <= steps; b++ {
		clock = clock.Add(time.Microsecond)
		if err := c.BatchEnd(model.Batch{Epoch: 1, Batch: b, Batches: steps}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(drawings(out.String())); n < 9 || n > 11 {
		t.Errorf("%d drawings in a second, want 10", n)
	}
	if reads > steps/1000 {
		t.Errorf("the clock was read %d times in %d steps", reads, steps)
	}
	if n := testing.AllocsPerRun(100, func() {
		check(t, c.BatchEnd(model.Batch{Epoch: 1, Batch: 5, Batches: steps}))
	}); n != 0 {
		t.Errorf("%v allocations in a step that draws nothing, want 0", n)
	}
}

func TestSlowStepsAreAllDrawn(t *testing.T) {
	clock, step := time.Unix(0, 0), time.Microsecond
	_, c, out := display(t, 100, func() time.Time { return clock })
	check(t, c.TrainBegin(model.Run{Epochs: 1, Batches: 30000, Rows: 30000}))
	for b := 1; b <= 30000; b++ {
		if b > 20000 { // from fast steps to slow ones, as when the machine gets busy
			step = 200 * time.Millisecond
		}
		clock = clock.Add(step)
		check(t, c.BatchEnd(model.Batch{Epoch: 1, Batch: b, Batches: 30000}))
	}
	bars := drawings(out.String())
	for i, bar := range bars[len(bars)-3:] {
		if want := fmt.Sprintf("(%d/30000)", 29998+i); !strings.Contains(bar, want) {
			t.Errorf("bar %q, want %s", bar, want)
		}
	}
}

func TestPrintfAboveTheBar(t *testing.T) {
	s, c, out := display(t, 100, ticking(pause))
	check(t, c.TrainBegin(model.Run{Epochs: 1, Batches: 10, Rows: 5000}))
	step := func(b int) { check(t, c.BatchEnd(model.Batch{Epoch: 1, Batch: b, Batches: 10, Loss: 1})) }
	step(1)
	step(2)
	s.Printf("saved\n")
	if got := rendered(out.String()); fmt.Sprint(got) != "[saved ]" {
		t.Errorf("the terminal shows %q, want only the line", got)
	}
	step(3)
	if got := rendered(out.String()); len(got) != 2 || !strings.HasPrefix(got[1], "Epoch 1/1  30% [") {
		t.Errorf("the terminal shows %q, want the bar below the line", got)
	}
	// What an interrupted training leaves is taken away before the error is printed.
	s.Clear()
	if got := rendered(out.String()); fmt.Sprint(got) != "[saved ]" {
		t.Errorf("the terminal shows %q, want no bar", got)
	}
}
