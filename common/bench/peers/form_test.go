package main

import (
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// The programs of this suite and of stock Gorgonia give every value of the report.
func TestOurProgramsGiveAllResults(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	flags(t, "xor,iris,mlp,cnn", 1, 1, false)
	list, err := check(true)
	if err != nil {
		t.Fatal(err)
	}
	own := tools{bin: t.TempDir()}
	if err := build(own.bin); err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		seen := map[kind]bool{}
		for _, f := range own.forms(w) {
			if seen[f.Kind] {
				continue // another level
			}
			seen[f.Kind] = true
			p, err := f.Run()
			if err != nil {
				t.Fatalf("%v: %v", f, err)
			}
			s := summaries([]measurement{{Form: f, Process: p}}, w.Name)[0]
			for _, section := range sections {
				for _, name := range section.columns {
					if section.work == w.Name && s.results[name].Least() <= 0 && (name != memory || p.PeakMB > 0) {
						t.Errorf("%v: %s is %v, want a value above 0", f, name, s.results[name])
					}
				}
			}
			if s.results[begin].Least() > s.results[done].Least() {
				t.Errorf("%v: the first step ended before it began", f)
			}
		}
	}
}

func TestForms(t *testing.T) {
	levels := len(bench.Levels())
	for _, c := range []struct {
		work          string
		peers, plains int
	}{{"xor", 4, 1}, {"iris", 4, 0}, {"mlp", 5, 1}, {"cnn", 6, 1}} {
		t.Run(c.work, func(t *testing.T) {
			w, err := bench.WorkNamed(c.work)
			if err != nil {
				t.Fatal(err)
			}
			count := map[kind]int{}
			for _, f := range (tools{peers: &bench.Peers{}}).forms(w) {
				count[f.Kind]++
			}
			if count[peer] != c.peers || count[plain] != c.plains || count[ours] != levels {
				t.Errorf("forms by kind: %v, want %d peers, %d of stock Gorgonia and %d levels", count, c.peers, c.plains, levels)
			}
		})
	}
}

func TestFormsNamesTheFormsToMeasure(t *testing.T) {
	old := *only
	t.Cleanup(func() { *only = old })
	*only = "go, pytorch"
	w, err := bench.WorkNamed("cnn")
	if err != nil {
		t.Fatal(err)
	}
	list := tools{peers: &bench.Peers{}}.forms(w)
	var names []string
	for _, f := range list {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, "; "); got != "PyTorch; PyTorch, channels_last; PyTorch, compile; ours, go" {
		t.Errorf("-forms %s measures %s", *only, got)
	}
	if err := checkForms(list); err != nil {
		t.Error(err)
	}
	*only = "go,torch"
	wording.Check(t, checkForms(tools{}.forms(w)), "torch")
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		name, works  string
		parts, steps int
		fact         string
	}{
		{"works", "xor,resnet", 1, 1, "resnet"},
		{"parts", "xor", 0, 1, "-parts 0"},
		{"steps", "xor", 1, -1, "-steps -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			flags(t, c.works, c.parts, c.steps, false)
			_, err := check(false)
			wording.Check(t, err, c.fact)
		})
	}
	flags(t, "cnn", 1, 150, true)
	if _, err := check(false); err != nil || *steps != 0 {
		t.Errorf("-full: %d steps (%v), want 0, which means all", *steps, err)
	}
}

// flags sets the command line until the end of the test.
func flags(t *testing.T, w string, p, s int, f bool) {
	oldWorks, oldParts, oldSteps, oldFull := *works, *parts, *steps, *full
	t.Cleanup(func() { *works, *parts, *steps, *full = oldWorks, oldParts, oldSteps, oldFull })
	*works, *parts, *steps, *full = w, p, s, f
}
