//go:build tensorboard

package tensorboard

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/png"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
)

// said is the output of testdata/check.py for a folder.
type said struct {
	Read  map[string]map[string]series // by run and tag
	Pages map[string]struct {          // by TensorBoard's reader
		Runs       []string
		Scalars    map[string][]string
		Histograms map[string][]string
		Images     map[string][]string
		Curves     map[string][][2]float64 // of epoch_loss
		Pictures   map[string]string
		Graphs     map[string]struct {
			RunGraph bool `json:"run_graph"`
			Tags     []string
		}
		Nodes    map[string]int // of graphs
		Hparams  []string
		Sessions map[string]struct {
			Status  string
			Hparams map[string]any
			Metrics [][3]any
		}
	}
}

type series struct {
	Plugin  string
	Content string
	Class   int
	Steps   []int64
	Dtype   string
	Shape   []int
	Numbers [][]float64
}

// TensorBoard reads a folder of five runs: one of Keras, one of this package with the same net, one with a truncated
// file, one that was resumed, and one of a program.
func TestTensorBoard(t *testing.T) {
	logs := t.TempDir()
	in := func(name string) string { return filepath.Join(logs, name) }
	if err := os.CopyFS(in("keras"), os.DirFS("testdata/keras")); err != nil {
		t.Fatal(err)
	}
	parameters := map[string]any{"batch": 3.0, "lr": 0.1, "optimizer": "adam", "reshuffle": false}
	h := fit(t, &Board{Dir: in("ours"), Net: xor(t, model.Config{}), Histograms: true, Hyperparameters: parameters}, 3)
	cut(t, in("ours/train"), in("cut"))
	resumed(t, in("resumed"))
	program(t, in("program"))
	runs := []string{"cut", "keras", "keras/train", "keras/validation", "ours", "ours/train", "ours/validation", "program",
		"program/train", "program/validation", "resumed", "resumed/train", "resumed/validation"}
	s := check(t, logs, len(runs))

	for run, want := range s.Read {
		ours, ok := strings.CutPrefix(run, "keras")
		if !ok {
			continue
		}
		got := s.Read["ours"+ours]
		delete(got, "__run_graph__") // Keras 3 writes none
		if a, b := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(a, b) {
			t.Errorf("%s: tags %v, want %v", run, a, b)
		}
		for tag := range want {
			beside(t, run+" "+tag, got[tag], want[tag])
		}
	}
	if got := s.Read["cut"]["epoch_loss"].Steps; !slices.Equal(got, []int64{0, 1}) {
		t.Errorf("the cut file has the steps %v, want those before the cut", got)
	}
	if got := s.Read["resumed/train"]["epoch_loss"].Steps; !slices.Equal(got, []int64{0, 1, 2, 3}) {
		t.Errorf("the resumed run has the steps %v, want all", got)
	}
	for reader, p := range s.Pages {
		t.Run("load_fast="+reader, func(t *testing.T) {
			if slices.Sort(p.Runs); !slices.Equal(p.Runs, runs) {
				t.Errorf("runs %v, want %v", p.Runs, runs)
			}
			for _, list := range []struct {
				what string
				of   map[string][]string
			}{{"scalars", p.Scalars}, {"histograms", p.Histograms}} {
				for _, run := range []string{"train", "validation"} {
					if a, b := list.of["ours/"+run], list.of["keras/"+run]; !slices.Equal(a, b) {
						t.Errorf("%s of %s: %v, want %v", list.what, run, a, b)
					}
				}
			}
			for i, v := range h.Series("loss") {
				if got := p.Curves["ours/train"]; len(got) != 3 || got[i] != [2]float64{float64(i), float64(float32(v))} {
					t.Errorf("the curve %v, want %v at step %d", got, v, i)
				}
			}
			if got := p.Images["program/validation"]; !slices.Equal(got, []string{"confident", "confusion", "wrong"}) {
				t.Errorf("the pictures %v", got)
			}
			for name, text := range p.Pictures {
				if _, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text))); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, run := range []string{"ours/train", "resumed/train", "program/train"} {
				if !p.Graphs[run].RunGraph || p.Nodes[run] < 8 {
					t.Errorf("%s has a graph of %d nodes", run, p.Nodes[run])
				}
			}
			if a, b := p.Nodes["ours/train/keras"], p.Nodes["keras/train/keras"]; a != b || a != 3 {
				t.Errorf("%d layers, in Keras %d, want 3 with the input", a, b)
			}
			for _, session := range []string{"keras", "ours", "program"} {
				if got := p.Sessions[session]; got.Status != "STATUS_SUCCESS" || len(got.Metrics) == 0 {
					t.Errorf("the session %s is %+v", session, got)
				}
			}
			if a, b := fmt.Sprint(p.Sessions["ours"].Hparams), fmt.Sprint(p.Sessions["keras"].Hparams); a != b {
				t.Errorf("the hyperparameters %s, want %s", a, b)
			}
			if got := p.Sessions["program"].Hparams; got["program"] != "mnistmlp" || got["lr"] != 0.001 ||
				got["optimizer"] != "adam" || got["batch"] != 100.0 {
				t.Errorf("the hyperparameters %v", got)
			}
		})
	}
}

// beside compares TensorBoard's description of a tag with that of the same tag in the run of Keras.
func beside(t *testing.T, what string, got, want series) {
	t.Helper()
	if want.Plugin == "hparams" { // its content has times, which differ
		got.Content, want.Content = "", ""
	}
	a, b := fmt.Sprint(got.Plugin, got.Content, got.Class, got.Steps, got.Dtype, got.Shape),
		fmt.Sprint(want.Plugin, want.Content, want.Class, want.Steps, want.Dtype, want.Shape)
	if a != b || len(got.Numbers) != len(want.Numbers) {
		t.Errorf("%s: %s with %d values, want %s with %d", what, a, len(got.Numbers), b, len(want.Numbers))
		return
	}
	for i := range want.Numbers {
		for k, v := range want.Numbers[i] {
			if math.Abs(got.Numbers[i][k]-v) > 1e-6 {
				t.Errorf("%s: %v, want %v", what, got.Numbers[i][k], v)
			}
		}
	}
}

// cut copies a run of one file, and truncates the copy within its last record.
func cut(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v (%v)", paths, err)
	}
	file, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	at := strings.LastIndex(string(file), "epoch_loss")
	if err := os.WriteFile(paths[0], file[:at], 0o644); err != nil {
		t.Fatal(err)
	}
}

// resumed makes a run of two files: the second has the epochs from the third one on.
func resumed(t *testing.T, dir string) {
	t.Helper()
	net, data := xor(t, model.Config{}), dataset.XOR()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var state model.State
	interrupt := model.Callback{
		BatchEnd: func(b model.Batch) error {
			if b.Epoch == 3 {
				stop()
			}
			return nil
		},
		Interrupted: func(*model.History) (err error) {
			state, err = net.State()
			return err
		},
	}
	b := &Board{Dir: dir, Net: net}
	if _, err := net.Fit(ctx, data, model.Fit{Epochs: 4, Batch: 3, Validation: data,
		Callbacks: []model.Callback{b.Callback(), interrupt}}); err == nil {
		t.Fatal("the run was not interrupted")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	fit(t, &Board{Dir: dir, Net: xor(t, model.Config{Start: &state})}, 4)
}

// program runs a program on a few digits.
func program(t *testing.T, dir string) {
	t.Helper()
	run := exec.CommandContext(t.Context(), "go", "run", "./mnistmlp", "-limit", "200", "-epochs", "2",
		"-out", t.TempDir(), "-tensorboard", dir, "-histograms")
	run.Dir = filepath.Join("..", "..")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// check runs testdata/check.py in the Python that the environment variable TENSORBOARD names.
func check(t *testing.T, logs string, runs int) (s said) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Getenv("TENSORBOARD"), filepath.Join("testdata", "check.py"), logs,
		fmt.Sprint(runs))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &s)
	}
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, &stderr)
	}
	return s
}
