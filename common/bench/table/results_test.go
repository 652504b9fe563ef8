package main

import (
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

const firstRun = `goos: linux
BenchmarkProduct/mlp_dW,_784x100x1000-2  310  768037 ns/op  51.00 %FMA  7.5 %triad  2.1 GB/s  204.2 GFLOP/s
BenchmarkLimit/FMA-2  1  271.0 ns/op  400.0 GFLOP/s
BenchmarkLimit/triad,_1_MB-2  1  271.0 ns/op  90.0 GB/s
BenchmarkStep/xor-2  310  5971592 ns/op  0.05773 %FMA  0.1841 %triad  0.07234 GB/s  0.009378 GFLOP/s  370.4 ns/step
PASS
`

func TestTheBestOfAllRunsIsShown(t *testing.T) {
	r := &results{levels: []string{"avx2", "go"}, rows: map[string]map[string]row{}}
	// In the second run the product is faster, the step slower and the limit lower.
	second := strings.NewReplacer("768037", "700000", "204.2", "224.0", "370.4", "999", "400.0", "100").Replace(firstRun)
	for _, output := range []string{firstRun, second} {
		if err := r.add("avx2", output); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.add("go", "BenchmarkLimit/FMA 1 271.0 ns/op 16.24 GFLOP/s\n"); err != nil {
		t.Fatal(err)
	}
	want := `|  | avx2: time | GFLOP/s (of FMA) | GB/s (of triad) | go: time | GFLOP/s (of FMA) | GB/s (of triad) |
| --- | --- | --- | --- | --- | --- | --- |
| limit: FMA |  | 400 |  |  | 16 |  |
| limit: triad, 1 MB |  |  | 90 |  |  |  |
| product: mlp dW, 784x100x1000 | 700 µs | 224 (51 %) | 2.1 (7.5 %) |  |  |  |
| step: xor | 370 ns | 0.0094 (0.058 %) | 0.072 (0.18 %) |  |  |  |
`
	if got := r.markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOutputThatIsNoBenchmarkIsAnError(t *testing.T) {
	for _, c := range []struct{ name, output, fact string }{
		{"none", "PASS\n", "no benchmark"},
		{"no number", "BenchmarkA-2 1 nan? ns/op\n", "nan?"},
		{"no unit", "BenchmarkA-2 1 5 ns/op 7\n", "5 fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wording.Check(t, (&results{rows: map[string]map[string]row{}}).add("go", c.output), c.fact)
		})
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		ns   float64
		want string
	}{{12.34, "12.3 ns"}, {1234, "1.23 µs"}, {4.56e6, "4.56 ms"}, {2e9, "2 s"}, {999.4e3, "999 µs"}} {
		if got := duration(c.ns); got != c.want {
			t.Errorf("%v ns: got %q, want %q", c.ns, got, c.want)
		}
	}
}
