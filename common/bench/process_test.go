package bench

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/internal/wording"
)

// With this environment variable the test binary prints the variable's value, and fails unless that is a JSON object.
const child = "BENCH_TEST_CHILD"

func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(child)
	if !ok {
		os.Exit(wording.Main(m))
	}
	memory := make([]byte, 64<<20)
	for i := range memory {
		memory[i] = 1
	}
	fmt.Println(text)
	if !strings.HasPrefix(text, "{") {
		os.Exit(3)
	}
}

// lines is a form whose process prints this text.
type lines string

func (l lines) Run() (Process, error) {
	return Run([]string{os.Args[0]}, []string{child + "=" + string(l)})
}

func TestMeasureReadsWhatIsPrinted(t *testing.T) {
	all, err := Measure(report.Settings{Rounds: 2}, []lines{`{"versions": {"jax": "0.10.2"}}` + "\r\nepoch 1\n" +
		`{"timed": "train", "batch": 64, "steps": 7, "seconds": 1.5, "reduce": 0.25}`})
	if err != nil {
		t.Fatal(err)
	}
	want := Line{Timed: Train, Batch: 64, Steps: 7, Seconds: 1.5, Reduce: 0.25}
	for i, m := range all {
		if m.Round != i || len(m.Lines) != 2 || fmt.Sprint(m.Lines[1]) != fmt.Sprint(want) {
			t.Errorf("measured %+v, want the versions and %+v", m, want)
		}
		if m.Process.Seconds <= 0 || m.Start <= 0 {
			t.Errorf("the process took %v s from %v on, want times above 0", m.Process.Seconds, m.Start)
		}
		if m.PeakMB != 0 && (m.PeakMB < 64 || m.PeakMB > 640) {
			t.Errorf("peak memory %v MB, want more than the 64 MiB that the child wrote to", m.PeakMB)
		}
	}
	if got := Versions(all); !strings.Contains(got, "jax 0.10.2") || Versions[lines](nil) != "" {
		t.Errorf("the versions are %q, want that of jax", got)
	}
}

func TestMeasureReportsAFailure(t *testing.T) {
	for _, c := range []struct{ name, output, fact string }{
		{"exit", "no module named x", "exit status 3"},
		{"no JSON", "{no JSON", "{no JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := Measure(report.Settings{Rounds: 1}, []lines{lines(c.output)})
			if err == nil || !strings.Contains(err.Error(), c.fact) || len(all) != 1 || all[0].Error == "" {
				t.Errorf("measured %+v (%v), want an error with %s", all, err, c.fact)
			}
		})
	}
}

func TestWorkNamed(t *testing.T) {
	_, err := WorkNamed("resnet")
	wording.Check(t, err, "resnet", "cnn")
}
