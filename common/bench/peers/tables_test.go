package main

import (
	"math"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
)

// made returns made-up measurements of two peers, this suite at two levels, and stock Gorgonia.
func made() []measurement {
	digits := func(work, name string, kind kind, start, train, validation float64) measurement {
		p := bench.Process{Start: 1000, Seconds: 60, PeakMB: 300, Lines: []bench.Line{
			{Versions: map[string]string{name: "1.0"}},
			{At: bench.StepBegins, Unix: 1000 + start}, {At: bench.StepDone, Unix: 1000 + 2*start},
			{Timed: bench.Train, Steps: 100, Seconds: 2 * train},
			{Timed: bench.Validation, Rows: 10000, Seconds: validation},
			{Timed: bench.Train, Steps: 100, Seconds: train},
			{Timed: bench.Validation, Rows: 500, Seconds: validation / 20},
			{Timed: bench.Train, First: true, Steps: 100, Seconds: 3 * train},
			{Timed: bench.Validation, First: true, Rows: 10000, Seconds: 2 * validation},
		}}
		return measurement{Form: form{Work: work, Name: name, Kind: kind}, Process: p}
	}
	xor := func(name string, kind kind, process, seconds float64, epochs int) measurement {
		return measurement{Form: form{Work: "xor", Name: name, Kind: kind}, Process: bench.Process{Seconds: process,
			Lines: []bench.Line{{Timed: bench.Epochs, Epochs: epochs, Seconds: seconds}}}}
	}
	return []measurement{
		digits("cnn", "ours, avx512", ours, 0.25, 0.5, 0.625),
		digits("cnn", "ours, avx2", ours, 0.6, 0.6, 0.75),
		digits("cnn", "Keras", peer, 4, 1.6, 2),
		digits("cnn", "PyTorch", peer, 2, 3.2, 1),
		digits("cnn", "stock Gorgonia", plain, 1, 20, 25),
		xor("ours, avx512", ours, 0.05, 5000*4*0.4e-6, 5000),
		xor("Keras", peer, 10, 299*0.028, 299),
		xor("JAX", peer, 1, 20000*0.07e-6, 5000),
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*math.Abs(b) }

func TestAnEpochIsInProportionToWhatWasTimed(t *testing.T) {
	list := summaries(made(), "cnn")
	var forms []string
	for _, s := range list {
		forms = append(forms, s.Name)
	}
	if got := strings.Join(forms, "; "); got != "Keras; PyTorch; stock Gorgonia; ours, avx512; ours, avx2" {
		t.Errorf("the forms are in the order %s", got)
	}
	keras := list[0].results
	// 1.6 s for 100 steps is 30 s for 1,875; with the validation 32 s, and 62 s for the part before
	if !near(keras[epoch].Least(), 32) || !near(keras[epoch].Most(), 62) || !near(keras[train].Least(), 30) {
		t.Errorf("epochs %v and %v without validation, want 62 and 32, 60 and 30", keras[epoch], keras[train])
	}
	if first := keras[firstEpoch]; len(first) != 1 || !near(first.Least(), 94) || !near(keras[firstTrain].Least(), 90) {
		t.Errorf("first epochs %v and %v without validation, want 94 and 90", first, keras[firstTrain])
	}
	if best := fastest(list, epoch); !near(best, 32) {
		t.Errorf("the fastest peer takes %v, want Keras' 32: this suite and stock Gorgonia do not count", best)
	}
}

func TestAProcessThatTrainedLessIsTakenInProportion(t *testing.T) {
	want := map[string]float64{"Keras": 10 + 4700*0.028, "JAX": 1, "ours, avx512": 0.05} // one epoch is not timed
	for _, s := range summaries(made(), "xor") {
		if got := s.results[process].Least(); !near(got, want[s.Name]) {
			t.Errorf("%s: the process takes %v s, want %v", s.Name, got, want[s.Name])
		}
		if got := s.results[step].Least(); s.Kind == ours && !near(got, 0.4) {
			t.Errorf("a step takes %v µs, want 0.4", got)
		}
	}
}

func TestMarkdownHasEveryFormAndSaysWhichFailed(t *testing.T) {
	failed := measurement{Form: form{Work: "cnn", Name: "JAX", Kind: peer}, Error: "exit status 1"}
	text := markdown(append(made(), failed))
	for _, line := range []string{
		"Beside Keras 1.0, PyTorch 1.0",
		"| Keras | 32 (47) | 1 | 30 (45) | 1 | 4 (4) | 8 (8) | 300 (300) |\n",
		"| ours, avx512 | 10 (14.7) | 0.31 | 9.38 (14.1) | 0.31 | 0.25 (0.25) | 0.5 (0.5) | 300 (300) |\n",
		"| JAX | failed |  |  |  |  |  |  |\n",
		"after their first 300 steps",
		"## Convolutional network: the same from the first step\n\n" +
			"|  | first epoch, s | of the fastest | first, without validation, s | of the fastest |\n",
		"| ours, avx512 | 29.4 (29.4) | 0.31 | 28.1 (28.1) | 0.31 |\n",
		"| PyTorch | 182 (182) | 1.9 | 180 (180) | 2 |\n",
		"| JAX | failed |  |  |  |\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}
