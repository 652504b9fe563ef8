package main

import (
	"math"
	"strings"
	"testing"
)

// made is a report of made-up figures: two peers, this suite at two levels, and stock Gorgonia.
func made() *report {
	digits := func(work, form string, kind kind, start, train, validation float64) measurement {
		return measurement{Work: work, Form: form, Kind: kind, Start: 1000, Process: 60, PeakMB: 300, Events: []event{
			{Versions: map[string]string{form: "1.0"}},
			{At: "first step begins", Unix: 1000 + start}, {At: "first step done", Unix: 1000 + 2*start},
			{Timed: "train", Steps: 100, Seconds: 2 * train}, {Timed: "validation", Rows: 10000, Seconds: validation},
			{Timed: "train", Steps: 100, Seconds: train}, {Timed: "validation", Rows: 500, Seconds: validation / 20},
		}}
	}
	xor := func(form string, kind kind, process, seconds float64, epochs int) measurement {
		return measurement{Work: "xor", Form: form, Kind: kind, Process: process,
			Events: []event{{Timed: "epochs", Epochs: epochs, Seconds: seconds}}}
	}
	return &report{Load: "0.25", Levels: []string{"avx512", "avx2", "go"}, Rounds: 1, Steps: 100, Measurements: []measurement{
		digits("cnn", "ours, avx512", ours, 0.25, 0.5, 0.625),
		digits("cnn", "ours, avx2", ours, 0.6, 0.6, 0.75),
		digits("cnn", "Keras", peer, 4, 1.6, 2),
		digits("cnn", "PyTorch", peer, 2, 3.2, 1),
		digits("cnn", "stock Gorgonia", plain, 1, 20, 25),
		xor("ours, avx512", ours, 0.05, 4999*4*0.4e-6, 4999),
		xor("Keras", peer, 10, 299*0.028, 299),
		xor("JAX", peer, 1, 20000*0.07e-6, 5000),
	}}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*math.Abs(b) }

func TestAnEpochIsInProportionToWhatWasTimed(t *testing.T) {
	list := made().summaries("cnn")
	var forms []string
	for _, s := range list {
		forms = append(forms, s.Form)
	}
	if got := strings.Join(forms, "; "); got != "Keras; PyTorch; stock Gorgonia; ours, avx512; ours, avx2" {
		t.Errorf("the forms are in the order %s", got)
	}
	keras := named(list, "Keras")
	// 1.6 s for 100 steps is 30 s for 1,875; with the validation 32 s, and 62 s for the part before
	if !near(keras.Epoch.Least(), 32) || !near(keras.Epoch.Most(), 62) || !near(keras.Train.Least(), 30) {
		t.Errorf("epochs %v and %v without validation, want 62 and 32, 60 and 30", keras.Epoch, keras.Train)
	}
	if keras.Begin.Least() != 4 || keras.Done.Least() != 8 {
		t.Errorf("it started after %v and %v s, want 4 and 8", keras.Begin, keras.Done)
	}
	if best := fastest(list, epoch); best.Form != "Keras" {
		t.Errorf("%s is the fastest peer, want Keras: this suite and stock Gorgonia are not asked", best.Form)
	}
}

func TestAProcessThatTrainedLessIsTakenInProportion(t *testing.T) {
	list := made().summaries("xor")
	// one epoch is not timed: 4,700 of 28 ms are missing
	if got := named(list, "Keras").Process.Least(); !near(got, 10+4700*0.028) {
		t.Errorf("Keras' process takes %v s, want 141.6", got)
	}
	for _, form := range []string{"JAX", "ours, avx512"} {
		if got := named(list, form).Process.Least(); got > 1 {
			t.Errorf("%s: the process takes %v s, want what was measured", form, got)
		}
	}
	if got := named(list, "ours, avx512").Step.Least(); !near(got, 0.4) {
		t.Errorf("a step takes %v µs, want 0.4", got)
	}
}

func TestReach(t *testing.T) {
	r := made()
	want := map[string]string{
		"CNN, an epoch with validation, of the fastest peer's | avx512": "at most 0.32 | 0.312 (Keras) | yes",
		"CNN, an epoch with validation, of the fastest peer's | avx2":   "at most 0.48 | 0.375 (Keras) | yes",
		"CNN, an epoch with validation, of stock Gorgonia's | avx512":   "at most 0.035 | 0.025 (stock Gorgonia) | yes",
		"CNN, start of the process to the first step | avx2":            "at most 0.5 s | 0.6 s | no",
		"CNN, memory | avx2":                                 "at most 400 MB | 300 MB | yes",
		"XOR, a training step | avx512":                      "at most 0.5 µs | 0.4 µs | yes",
		"XOR, whole process, of the fastest peer's | avx512": "at most 0.1 | 0.05 (JAX) | yes",
		"XOR, whole process, of the fastest peer's | avx2":   "at most 0.15 | not measured | ",
		"matrix product 1024, of PyTorch's speed | avx2":     "at least 0.633 | not measured | ",
	}
	text := r.reach()
	for line, figures := range want {
		if !strings.Contains(text, "| "+line+" | "+figures+" |\n") {
			t.Errorf("want %s | %s in\n%s", line, figures, text)
		}
	}
	if strings.Contains(text, "| go |") {
		t.Errorf("plain Go has no goals:\n%s", text)
	}
}

func TestSpeedsAndSharesAreAtLeast(t *testing.T) {
	r := &report{Levels: []string{"avx512"}, Measurements: []measurement{
		{Work: "product", Form: "PyTorch", Kind: peer, Events: []event{{Timed: "product", Steps: 10, Seconds: 1}}},
		{Work: "product", Form: "ours, avx512", Kind: ours, Events: []event{{Timed: "product", Steps: 9, Seconds: 1}}},
		{Work: "adam", Form: "ours, avx512", Kind: ours, Events: []event{
			{Timed: "adam", Where: "one set", Adam: 90e9, Triad: 100e9},
			{Timed: "adam", Where: "sets in turn", Adam: 40e9, Triad: 50e9}}},
	}}
	for _, line := range []string{
		"of PyTorch's speed | avx512 | at least 0.95 | 0.9 (PyTorch) | no |",
		"one set of 3.16 M parameters, of the triad | avx512 | at least 0.85 | 0.9 | yes |",
		"sets in turn, of the triad | avx512 | at least 0.85 | 0.8 | no |",
	} {
		if text := r.reach(); !strings.Contains(text, line) {
			t.Errorf("want %s in\n%s", line, text)
		}
	}
}

func TestMarkdownHasEveryFormAndSaysWhichFailed(t *testing.T) {
	r := made()
	r.Measurements = append(r.Measurements,
		measurement{Work: "cnn", Form: "JAX", Kind: peer, Error: "exit status 1"})
	text := r.markdown()
	for _, line := range []string{
		"load before the run 0.25; Keras 1.0",
		"Timed are 100 steps after as many to warm up",
		"| Keras | 32 (47) | 1 | 30 (45) | 1 | 4 (4) | 8 (8) | 300 |\n",
		"| ours, avx512 | 10 (14.7) | 0.31 | 9.38 (14.1) | 0.31 | 0.25 (0.25) | 0.5 (0.5) | 300 |\n",
		"| JAX | failed | | failed | | failed | failed | |\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}
