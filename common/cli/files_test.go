package cli

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// measured is a run of two epochs.
func measured() *model.History {
	return &model.History{HasAccuracy: true, HasValidation: true, Epochs: []model.Epoch{
		{Epoch: 1, Epochs: 2, Loss: 0.5, Accuracy: 0.75, ValLoss: 0.25, ValAccuracy: 0.875, Seconds: 1.5},
		{Epoch: 2, Epochs: 2, Loss: 0.1, Accuracy: 1, ValLoss: math.Inf(1), ValAccuracy: 0.9, Seconds: 0.25},
	}}
}

func TestSaveRun(t *testing.T) {
	d := mnist
	var margin float64
	var name string
	d.Flags = func(f *Flags) {
		f.String(&name, "name", "a b", "")
		f.Float64(&margin, "margin", math.Inf(1), "")
	}
	out := t.TempDir()
	run := func(_ context.Context, r *Run) error {
		r.Figure("wrong", 91)
		r.Figure("distance", math.NaN())
		return r.SaveRun(measured())
	}
	var stdout, stderr strings.Builder
	args := []string{"-out", out, "-seed", "18446744073709551615", "-lr", "0.002"}
	if code := Execute(t.Context(), "mnistcnn", d, run, args, &stdout, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	if want := "wrote " + filepath.Join(out, "history.csv") + "\nwrote " + filepath.Join(out, "run.json") + "\n"; stdout.String() != want {
		t.Errorf("printed %q, want %q", stdout.String(), want)
	}
	if entries, err := os.ReadDir(out); err != nil || len(entries) != 2 {
		t.Errorf("folder holds %v (%v), want two files", entries, err)
	}
	table, err := os.ReadFile(filepath.Join(out, "history.csv"))
	if want := "epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,0.5,0.75,0.25,0.875,1.500\n2,0.1,1,+Inf,0.9,0.250\n"; err != nil || string(table) != want {
		t.Errorf("history.csv (%v) holds\n%s, want\n%s", err, table, want)
	}

	text, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	quote := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	want := map[string]string{
		"program": `"mnistcnn"`, "seed": "18446744073709551615", "dtype": `"float32"`,
		"flags": `{"batch":32,"check":false,"checkpoint":"","checkpoint-every":"10m0s","data":"","epochs":5,"graph":"","json":false,"keep":"last","limit":0,"live":false,"live-addr":"127.0.0.1:8080","load":"","lr":0.002,"lr-scale":"none","margin":"+Inf","name":"a b","no-pictures":false,"out":` +
			quote(out) + `,"patience":0,"predict":false,"quiet":false,"resume":"","save":"","seed":18446744073709551615,"stream":false,"svg":false,"warmup":0}`,
		"epochs": "2", "seconds": "1.75",
		"final": `{"accuracy":1,"distance":"NaN","loss":0.1,"val_accuracy":0.9,"val_loss":"+Inf","wrong":91}`,
		"go":    quote(runtime.Version()), "os": quote(runtime.GOOS), "arch": quote(runtime.GOARCH),
		"cpus": quote(runtime.NumCPU()), "gomaxprocs": quote(runtime.GOMAXPROCS(0)), "level": quote(kernel.ActiveLevel().String()),
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("run.json: %v\n%s", err, text)
	}
	for key, value := range want {
		var compact strings.Builder
		if err := json.NewEncoder(&compact).Encode(got[key]); err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(compact.String()) != value {
			t.Errorf("run.json: %s is %s, want %s", key, compact.String(), value)
		}
	}
	if len(got) != len(want)+1 || got["modules"] == nil {
		t.Errorf("run.json has %d entries, want %d and modules:\n%s", len(got), len(want), text)
	}
}

func TestVersions(t *testing.T) {
	got := versions(&debug.BuildInfo{Deps: []*debug.Module{
		{Path: "gorgonia.org/gorgonia", Version: "v0.9.18"},
		{Path: "gorgonia.org/vecf32", Version: "v0.9.0"},
		{Path: "gorgonia.org/tensor", Version: "v0.9.24", Replace: &debug.Module{Path: "../tensor"}},
		{Path: "gonum.org/v1/gonum", Version: "v0.17.0", Replace: &debug.Module{Path: "example.org/gonum", Version: "v1.0.0"}},
	}})
	want := map[string]string{"gorgonia.org/gorgonia": "v0.9.18", "gorgonia.org/tensor": "../tensor",
		"gonum.org/v1/gonum": "example.org/gonum v1.0.0"}
	if !maps.Equal(got, want) {
		t.Errorf("versions %v, want %v", got, want)
	}
	file, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range recorded {
		if !strings.Contains(string(file), "\t"+path+" v") {
			t.Errorf("go.mod does not have %s", path)
		}
	}
}

func TestSaveRunWithoutHistory(t *testing.T) {
	r := &Run{Program: "scratch", Out: t.TempDir()}
	if err := errors.Join(r.SaveRun(nil), r.SaveRun(new(model.History))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.Path("history.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("history.csv is there (%v), and there was no epoch", err)
	}
}

func TestFailedSaveNamesTheFileAndLeavesNothing(t *testing.T) {
	r := &Run{Out: t.TempDir()}
	if err := os.MkdirAll(r.Path("history.csv/in/the/way"), 0o755); err != nil {
		t.Fatal(err)
	}
	wording.Check(t, r.SaveRun(measured()), r.Path("history.csv"), "folder")
	if entries, err := os.ReadDir(r.Out); err != nil || len(entries) != 1 {
		t.Errorf("folder holds %v (%v), want no new file", entries, err)
	}
}

// What cannot be written is found before training.
func TestPrepare(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none", "net.dot")
	type unwritable struct {
		name  string
		run   Run
		facts []string
	}
	cases := []unwritable{
		{"graph in no folder", Run{Out: dir, GraphTo: none}, []string{"-graph " + none}},
		{"graph in a folder's name", Run{Out: dir, GraphTo: dir}, []string{"-graph " + dir, "folder"}},
	}
	if runtime.GOOS == "linux" { // where the folder is there, but nobody can make files in it, not even root
		cases = append(cases, unwritable{"folder", Run{Out: "/proc/self"}, []string{"-out /proc/self"}},
			unwritable{"net", Run{Out: dir, SaveTo: "/proc/self/net.h5"}, []string{"-save /proc/self/net.h5"}})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, c.run.prepare(), c.facts...) })
	}
}

// drawing is a picture that notes where it was saved.
type drawing struct {
	paths []string
	err   error
}

func (d *drawing) Save(path string) error {
	d.paths = append(d.paths, filepath.Base(path))
	return d.err
}

func TestDraw(t *testing.T) {
	for _, c := range []struct {
		name, file string
		flag       string
		make, save error
		paths      []string
		facts      []string
	}{
		{"picture", "net.png", "-no-pictures=false", nil, nil, []string{"net.png"}, nil},
		{"svg too", "net.png", "-svg", nil, nil, []string{"net.png", "net.svg"}, nil},
		{"film", "net.gif", "-svg", nil, nil, []string{"net.gif"}, nil},
		{"none", "net.png", "-no-pictures", errors.New("is not made"), nil, nil, nil},
		{"nothing to draw", "net.png", "-svg", errors.New("no points"), nil, nil, []string{"net.png", "no points"}},
		{"not saved", "loss.svg", "-svg", nil, errors.New("no space"), []string{"loss.svg"}, []string{"loss.svg", "no space"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			picture, out := &drawing{err: c.save}, t.TempDir()
			var stdout, stderr strings.Builder
			code := Execute(t.Context(), "xor", xor, func(_ context.Context, r *Run) error {
				return r.Draw(c.file, func() (show.Drawing, error) { return picture, c.make })
			}, []string{"-out", out, c.flag}, &stdout, &stderr)
			want := ""
			for _, path := range c.paths {
				want += "wrote " + filepath.Join(out, path) + "\n"
			}
			if c.facts != nil {
				want = ""
				wording.Line(t, stderr.String(), c.facts...)
			}
			if (code == 0) != (c.facts == nil) || stdout.String() != want || !slices.Equal(picture.paths, c.paths) {
				t.Errorf("code %d, printed %q, saved %v, want %q and %v", code, &stdout, picture.paths, want, c.paths)
			}
		})
	}
}
