//go:build !race

package main

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
)

// A long run, 2,500 epochs of four updates, ends at the same weights by hand and by library.
func TestLongRunsEndEqual(t *testing.T) {
	clitest.Long(t)
	const alpha, epochs, tolerance = 0.9, 2500, 1e-9
	ends := map[string]task{"delta rule": and, "back-propagation": xor, "cross-entropy": xor}
	for _, b := range builders {
		for _, r := range rules {
			t.Run(b.name+"/"+r.name, func(t *testing.T) {
				D := ends[r.name].D
				start := uniform(rand.New(rand.NewPCG(1, 0)), r.weights)
				w := slices.Clone(start)
				for range epochs {
					for i, x := range X {
						r.update(w, x, D[i], alpha)
					}
				}
				net, err := b.build(r)
				if err != nil {
					t.Fatal(err)
				}
				trained, err := net.train(start, X, D, alpha, epochs)
				if err != nil {
					t.Fatal(err)
				}
				off := worst(w, trained)
				if off > tolerance {
					t.Errorf("after %d epochs: by hand %v, by library %v", epochs, w, trained)
				}
				if worst(w, start) < 1 {
					t.Errorf("no weight moved by 1: from %v to %v", start, w)
				}
				t.Logf("worst difference %.1e", off)
			})
		}
	}
}

// The delta rule on one layer comes to the lecture's numbers from any first weights.
func TestDeltaRuleGivesLectureResults(t *testing.T) {
	for _, test := range []struct {
		task      task
		want      []float64
		tolerance float64
	}{
		{firstInput, []float64{0.0102, 0.0083, 0.9932, 0.9917}, 1e-3},
		{and, []float64{0, 0, 0, 1}, 0.05},
		{xor, []float64{0.530, 0.500, 0.470, 0.441}, 1e-3},
	} {
		t.Run(string(test.task.name), func(t *testing.T) {
			for seed := range uint32(20) {
				c, err := trainLayer(t.Context(), lectureRun(seed), test.task)
				if err != nil {
					t.Fatal(err)
				}
				if worst(c.outputs, test.want) > test.tolerance {
					t.Fatalf("seed %d: %v, want %v within %g", seed, c.outputs, test.want, test.tolerance)
				}
			}
		})
	}
}

// The README quotes the study. Where products are fused into sums some of the nets end elsewhere.
func TestSeedsOfTheReadme(t *testing.T) {
	clitest.Long(t)
	out := t.TempDir()
	printed, _, _ := strings.Cut(program.Finish(t, out, "-study", "seeds"), "wrote ")
	const from = "    XOR from the first weights of seeds 1 to 100"
	_, quoted, found := strings.Cut(strings.ReplaceAll(clitest.Content(t, "README.md"), "\r\n", "\n"), from)
	quoted, _, ended := strings.Cut(from+quoted, "\n\nW")
	if !found || !ended {
		t.Fatalf("the README does not quote\n%s", printed)
	}
	number := regexp.MustCompile(`\d+(\.\d+)?`)
	got, want := number.FindAllString(printed, -1), number.FindAllString(quoted, -1)
	words := func(text string) []string { return strings.Fields(number.ReplaceAllString(text, "0")) }
	if !slices.Equal(words(printed), words(quoted)) {
		t.Fatalf("printed\n%s\nthe README has\n%s", printed, quoted)
	}
	for i := range got {
		off := math.Abs(clitest.Number(t, got[i]) - clitest.Number(t, want[i]))
		if off > 0 && (runtime.GOARCH == "amd64" || off > math.Max(5, clitest.Number(t, want[i])/10)) {
			t.Errorf("number %d is %s, in the README %s", i+1, got[i], want[i])
		}
	}
	rows := clitest.Table(t, filepath.Join(out, "seeds.csv"))
	if len(rows) != 101 || len(rows[0]) != 3 || rows[100][0] != "100" {
		t.Errorf("seeds.csv has %d lines of %v", len(rows), rows[0])
	}
}
