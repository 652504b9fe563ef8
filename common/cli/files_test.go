package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
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
	d.Flags = func(f *flag.FlagSet) {
		f.Duration("pause", time.Second, "")
		f.Float64("margin", math.Inf(1), "")
	}
	out := t.TempDir()
	run := func(_ context.Context, opt Options) error {
		return opt.SaveRun(measured(), map[string]float64{"wrong": 91, "distance": math.NaN()})
	}
	var stdout, stderr strings.Builder
	args := []string{"-out", out, "-seed", "18446744073709551615", "-lr", "0.002"}
	if code := Main(t.Context(), "mnistcnn", d, run, args, &stdout, &stderr); code != 0 {
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
		"flags": `{"batch":32,"check":false,"checkpoint":"","checkpoint-every":"10m0s","data":"","epochs":5,"graph":"","json":false,"keep":"last","limit":0,"live":false,"live-addr":"127.0.0.1:8080","load":"","lr":0.002,"lr-scale":"none","margin":"+Inf","no-pictures":false,"out":` +
			quote(out) + `,"patience":0,"pause":"1s","predict":false,"quiet":false,"resume":"","save":"","seed":18446744073709551615,"stream":false,"svg":false,"warmup":0}`,
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
	opt := Options{Program: "scratch", Out: t.TempDir()}
	if err := opt.SaveRun(nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := opt.SaveRun(new(model.History), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(opt.Path("history.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("history.csv is there (%v), and there was no epoch", err)
	}
}

func TestFailedSaveNamesTheFileAndLeavesNothing(t *testing.T) {
	opt := Options{Out: t.TempDir()}
	if err := os.MkdirAll(opt.Path("history.csv/in/the/way"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := opt.SaveRun(measured(), nil)
	if want := "write " + opt.Path("history.csv") + ": a folder, want a file"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if entries, err := os.ReadDir(opt.Out); err != nil || len(entries) != 1 {
		t.Errorf("folder holds %v (%v), want no new file", entries, err)
	}
}

// drawing is a picture that notes where it was saved.
type drawing struct {
	path string
	err  error
}

func (d *drawing) Save(path string) error {
	d.path = path
	return d.err
}

func TestPicture(t *testing.T) {
	var saved, failed, skipped drawing
	failed.err = errors.New("no points")
	code, stdout, stderr := start(t, xor, func(_ context.Context, opt Options) error {
		if err := opt.Picture("net.png", &saved); err != nil {
			t.Error(err)
		}
		if saved.path != filepath.Join(opt.Out, "net.png") {
			t.Errorf("saved to %s", saved.path)
		}
		return opt.Picture("loss.svg", &failed)
	})
	if code != 1 || stdout != "wrote "+saved.path+"\n" || stderr != "xor: picture loss.svg: no points\n" {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	code, stdout, _ = start(t, xor, func(_ context.Context, opt Options) error {
		return errors.Join(opt.Picture("net.png", &skipped), opt.Curves(measured()))
	}, "-no-pictures")
	if code != 0 || stdout != "" || skipped.path != "" {
		t.Errorf("-no-pictures: code %d, stdout %q, saved to %q", code, stdout, skipped.path)
	}
}

func TestCurves(t *testing.T) {
	opt := Options{Program: "xor", Out: t.TempDir()}
	if err := opt.Curves(new(model.History)); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(opt.Out); err != nil || len(entries) != 0 {
		t.Errorf("folder holds %v (%v), want no picture of nothing", entries, err)
	}
	if err := opt.Curves(measured()); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(opt.Path("curves.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if picture, err := png.Decode(file); err != nil || picture.Bounds().Dx() != 12*96 || picture.Bounds().Dy() != 8*96 {
		t.Errorf("curves.png: %v, want 12x8 inches", err)
	}
}
