package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
)

// The test binary is a driver too: with this variable it prints the variable's text and, if that is
// no event, fails.
const child = "BENCH_TEST_CHILD"

func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(child)
	if !ok {
		os.Exit(m.Run())
	}
	memory := make([]byte, 64<<20)
	for i := range memory {
		memory[i] = 1
	}
	if strings.HasPrefix(text, "{") {
		fmt.Println(text)
		return
	}
	fmt.Fprintln(os.Stderr, "first line\n"+text)
	os.Exit(3)
}

func TestMeasureReadsWhatTheDriverPrints(t *testing.T) {
	f := form{Work: "xor", Name: "test", Kind: peer, driver: []string{os.Args[0]},
		environment: []string{child + `={"timed": "epochs", "epochs": 7, "seconds": 1.5}`}}
	m, err := f.measure(2)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Events) != 1 || m.Events[0].Epochs != 7 || m.Events[0].Seconds != 1.5 || m.Round != 2 {
		t.Errorf("measured %+v, want the driver's event in round 2", m)
	}
	if m.Process <= 0 || m.Start <= 0 {
		t.Errorf("the process took %v s from %v on, want times above 0", m.Process, m.Start)
	}
	if state := m.PeakMB; state < 64 || state > 640 {
		t.Errorf("most memory %v MB, want some more than the 64 MiB that the child wrote to", state)
	}
}

func TestMeasureTellsWhatADriverSaidLast(t *testing.T) {
	f := form{Name: "test", driver: []string{os.Args[0]}, environment: []string{child + "=no module named x"}}
	_, err := f.measure(0)
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 3: no module named x") {
		t.Errorf("the error is %v, want the exit status and the last line", err)
	}
	for _, output := range []string{"", "warning: not JSON\n"} {
		if _, err := bench.ReadLines[event]([]byte(output)); err == nil {
			t.Errorf("output %q: no error", output)
		}
	}
}

// Our drivers and stock Gorgonia's give every figure that the report is made of.
func TestOurDriversGiveAllFigures(t *testing.T) {
	folder := t.TempDir()
	if err := build(folder); err != nil {
		t.Fatal(err)
	}
	tools := toolset{bin: folder}
	s := settings{parts: 1, steps: 2}
	level := bench.Levels()[0]
	for _, work := range allWorks {
		forms := []form{tools.ours(work, level, s)}
		if f, ok := tools.plain(work, s); ok {
			forms = append(forms, f)
		}
		for _, f := range forms {
			if work == "mlp" || work == "cnn" {
				f.driver = append(f.driver, "-steps", "2") // the last one counts
			}
			m, err := f.measure(0)
			if err != nil {
				t.Fatalf("%s, %s: %v", work, f.Name, err)
			}
			r := report{Measurements: []measurement{m}}
			got := r.summaries(work)[0]
			need := map[string]bench.Samples{"memory": got.Peak}
			switch work {
			case "xor", "iris":
				need["epoch"], need["process"], need["step"] = got.Epoch, got.Process, got.Step
			case "mlp", "cnn":
				need["epoch"], need["train"] = got.Epoch, got.Train
			case "product":
				need["rate"] = got.Rate
			case "adam":
				need["Adam"], need["triad"] = got.Adam["one set"], got.Triad["sets in turn"]
			}
			if f.driver != nil && work != "product" && work != "adam" {
				need["begin"], need["done"] = got.Begin, got.Done
			}
			for name, values := range need {
				if values.Least() <= 0 {
					t.Errorf("%s, %s: %s is %v, want a figure above 0", work, f.Name, name, values)
				}
			}
			if got.Begin.Least() > got.Done.Least() {
				t.Errorf("%s, %s: the first step ended before it began", work, f.Name)
			}
		}
	}
}

func TestFormsAreOurDriverAfterEachPeer(t *testing.T) {
	forms := toolset{}.forms("cnn", settings{})
	var kinds []string
	for _, f := range forms {
		kinds = append(kinds, string(f.Kind))
		if f.Work != "cnn" || len(f.driver) == 0 {
			t.Errorf("form %+v, want a driver of cnn", f)
		}
	}
	levels := len(bench.Levels())
	want := strings.Repeat("peer ours ", levels) + strings.Repeat("peer ", 6-levels) + "plain"
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("the kinds are %s, want %s", got, want)
	}
}

func TestSettings(t *testing.T) {
	for _, s := range []settings{
		{works: []string{"xor", "resnet"}, rounds: 1, parts: 1, steps: 1},
		{works: []string{"xor"}, rounds: 0, parts: 1, steps: 1},
		{works: []string{"xor"}, rounds: 1, parts: 0, steps: 1},
		{works: []string{"xor"}, rounds: 1, parts: 1, steps: -1},
	} {
		if err := s.check(); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
	s := settings{works: []string{"cnn"}, rounds: 1, parts: 1, steps: 150, full: true}
	if err := s.check(); err != nil || s.steps != 0 {
		t.Errorf("-full: %v steps (%v), want 0, which means all", s.steps, err)
	}
}
