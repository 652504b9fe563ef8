package main

import (
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// made returns two rounds with made-up rates: this suite has 1,000 images a second on one thread, 1,800 on two and
// 1,500 on two ranks; PyTorch has half of that, and failed on two ranks with the multilayer perceptron.
func made() []measurement {
	var all []measurement
	for _, work := range works {
		for round, slower := range []float64{1, 0.8} {
			for _, f := range forms(work, "", &bench.Peers{}) {
				if f.Name == "PyTorch, channels_last" {
					continue
				}
				m := measurement{Form: f, Round: round}
				m.Lines = []bench.Line{{Versions: map[string]string{"torch": "2"}}}
				for _, batch := range batches {
					rate := slower * map[cores]float64{one: 1000, twoThreads: 1800, twoRanks: 1500}[f.Cores]
					if f.Name != ours {
						rate /= 2
					}
					seconds := 10 * float64(batch) / rate
					m.Lines = append(m.Lines,
						bench.Line{Timed: bench.Train, Batch: batch, Steps: 10, Seconds: seconds, Reduce: seconds / 4})
				}
				if f.Name != ours && work == "mlp" && f.Cores == twoRanks && round == 1 {
					m.Lines, m.Error = nil, "exit status 1"
				}
				all = append(all, m)
			}
		}
	}
	return all
}

func TestMarkdownHasEveryFormInEverySetup(t *testing.T) {
	cnn, mlp, _ := strings.Cut(markdown(made()), "## MLP")
	for _, c := range []struct{ name, text, line string }{
		{"versions", cnn, "Beside torch 2."},
		{"ours", cnn, "| 32 | ours | 1000 (900) | 1800 (1620) | 0.90 (0.90) |  | 1500 (1350) | 0.75 (0.75) |  | 25 % |\n"},
		{"weak", cnn, "| 64 | ours | 1000 (900) | 1800 (1620) | 0.90 (0.90) | 0.90 (0.90) | 1500 (1350) | 0.75"},
		{"PyTorch", cnn, "| 32 | PyTorch | 500 (450) | 900 (810) | 0.90 (0.90) |  | 750 (675) | 0.75 (0.75) |  |  |\n"},
		{"ratios", cnn, "| 256 | ours, of the fastest other | 2 | 2 |  |  | 2 |  |  |  |\n"},
		{"failed", mlp, "| 32 | PyTorch | 500 (450) | 900 (810) | 0.90 (0.90) |  | failed |  |  |  |\n"},
		{"a ratio that is missing", mlp, "| 256 | ours, of the fastest other | 2 | 2 |  |  |  |  |  |  |\n"},
	} {
		if !strings.Contains(c.text, c.line) {
			t.Errorf("%s: want %q in\n%s", c.name, c.line, c.text)
		}
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, work string
		peers      *bench.Peers
		want       int // forms for each value of cores
	}{
		{"ours alone", "cnn", nil, 1}, {"mlp", "mlp", &bench.Peers{}, 2}, {"cnn", "cnn", &bench.Peers{}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			count := map[cores]int{}
			for _, f := range forms(c.work, "", c.peers) {
				count[f.Cores]++
			}
			if len(count) != 3 || count[one] != c.want || count[twoThreads] != c.want || count[twoRanks] != c.want {
				t.Errorf("forms %v, want %d of each", count, c.want)
			}
		})
	}
	for i := 1; i < len(batches); i++ { // weak scaling compares with half of the rows
		if batches[i] != 2*batches[i-1] {
			t.Errorf("batches %v, want each twice the one before", batches)
		}
	}
}

func TestErrors(t *testing.T) {
	defer func(was float64) { *seconds = was }(*seconds)
	*seconds = 0
	wording.Check(t, run(report.Settings{}), "-seconds 0")
	*seconds = 1
	t.Setenv("PATH", t.TempDir())
	wording.Check(t, run(report.Settings{}), "Open MPI", "mpirun")
}
