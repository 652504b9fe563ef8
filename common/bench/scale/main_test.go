package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// The network is the link slow.
func TestMarkdownPredictsUpToAThousandRanks(t *testing.T) {
	defer func(l time.Duration, b float64) { *latency, *bandwidth = l, b }(*latency, *bandwidth)
	*latency, *bandwidth = 0, 8*slow.beta/1e9
	w, err := bench.WorkNamed("cnn")
	if err != nil {
		t.Fatal(err)
	}
	n := &net{Work: w, steps: []step{made}, buckets: map[int][]int{}}
	for ranks := 2; ranks <= mostRanks; ranks *= 2 {
		n.buckets[ranks] = []int{100, 200}
	}
	text := markdown([]*net{n}, 1)
	for _, line := range []string{
		"## CNN, 32 rows a rank",
		"Measured: 10 ms a step, 8 of them to the end of the backward pass. Gradients: 12.62 MB.",
		"| 1 | 0 | 10 | 1.00 | 10 | 1.00 |\n",
		"| 2 | 2 | 13.1 | 0.76 | 12.1 | 0.83 |\n",
		"\n| 1024 | 2 | ",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("want %q in\n%s", line, text)
		}
	}
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		name      string
		latency   time.Duration
		bandwidth float64
	}{{"-latency -1ns", -1, 10}, {"-bandwidth 0", 0, 0}} {
		t.Run(c.name, func(t *testing.T) {
			defer func(l time.Duration, b float64) { *latency, *bandwidth = l, b }(*latency, *bandwidth)
			*latency, *bandwidth = c.latency, c.bandwidth
			wording.Check(t, run(report.Settings{Rounds: 1, Short: true}), c.name)
		})
	}
}
