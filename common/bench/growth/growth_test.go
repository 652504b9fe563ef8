package main

import (
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// made returns measurements with made-up values, of this suite and of PyTorch.
func made() []measurement {
	var all []measurement
	for _, f := range forms("", &bench.Peers{}) {
		p := bench.Process{Lines: []bench.Line{{Loss: 1}}}
		for _, b := range f.Batches {
			seconds := 0.001 * float64(b) * f.Width
			switch f.Name {
			case torch:
				seconds *= 4
			case torch + ", channels_last":
				seconds *= 2
			}
			p.Lines = append(p.Lines, bench.Line{Timed: bench.Train, Batch: b, Steps: 10, Seconds: 30 * seconds},
				bench.Line{Timed: bench.Train, Batch: b, Steps: 10, Seconds: 10 * seconds})
		}
		all = append(all, measurement{Form: f, Process: p})
	}
	return all
}

func TestTheFasterLayoutCounts(t *testing.T) {
	text := collect(made()).markdown()
	for _, line := range []string{
		"## By the rows in a step, the lecture's width\n\n| rows in a step | here | PyTorch | ratio | here, µs a row |\n",
		"| 1 | 1 (2) | 2 (4) | 0.5 | 1000 |\n",
		"| 512 | 512 (1024) | 1024 (2048) | 0.5 | 1000 |\n",
		"| 0.5 (0.79 M) | 16 (32) | 32 (64) | 0.5 | 500 |\n",
		"| 4 (50 M) | 128 (256) | 256 (512) | 0.5 | 4000 |\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}

func TestAFormThatFailed(t *testing.T) {
	all := made()
	for i := range all {
		if all[i].Form.Name == ours && all[i].Form.Width == 4 {
			all[i].Error = "exit status 1"
		}
	}
	r := collect(all)
	if text := r.markdown(); !strings.Contains(text, "| 4 (50 M) | failed | 256 (512) |  |") {
		t.Errorf("no row says that it failed:\n%s", text)
	}
	if _, err := r.picture(); err != nil { // it draws the complete lines
		t.Error(err)
	}
}

// Between two points, a line is straight on logarithmic axes.
func TestLine(t *testing.T) {
	r, a := collect(made()), axes()
	want := []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512}
	if got := r.line(a[0], ours); !slices.EqualFunc(got, want, near) {
		t.Errorf("by rows: %v, want %v", got, want)
	}
	if got, want := r.line(a[1], torch), []float64{32, 64, 128, 256}; !slices.EqualFunc(got, want, near) {
		t.Errorf("by width: %v, want %v", got, want)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*b }

// A little of each, without PyTorch.
func TestShort(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	t.Chdir("../../..")
	oldBefore, oldSeconds, oldBatches, oldWidths := *before, *seconds, batches, widths
	t.Cleanup(func() { *before, *seconds, batches, widths = oldBefore, oldSeconds, oldBatches, oldWidths })
	if err := run(report.Settings{Short: true, Rounds: 1, Out: t.TempDir()}); err != nil {
		t.Error(err)
	}
}

func TestFlags(t *testing.T) {
	old := *seconds
	t.Cleanup(func() { *seconds = old })
	*seconds = 0
	wording.Check(t, run(report.Settings{}), "-seconds 0")
}
