package main

import (
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/lang"
)

// The golden is made by testdata/step.py, which differentiates by dual numbers.
func TestBlackboardGolden(t *testing.T) {
	golden, err := os.ReadFile("testdata/step_seed1.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.ReplaceAll(string(golden), "\r\n", "\n"), "\n")
	got := strings.Split(blackboard(lang.English, 1, 0.9), "\n")
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) {
			t.Fatalf("%d lines, want %d", len(got), len(want))
		}
		if got[i] != want[i] {
			t.Errorf("line %d:\n got %q\nwant %q", i+1, got[i], want[i])
		}
	}
}

func TestBlackboardNumber(t *testing.T) {
	for x, want := range map[float64]string{
		0: "  0.0000", -0.00004: "  0.0000", -0.00006: " -0.0001", 0.70957: "  0.7096", -12.34567: "-12.3457",
	} {
		if got := number(x); got != want {
			t.Errorf("number(%g) = %q, want %q", x, got, want)
		}
	}
}
